import { ServerReplyError } from '../../../src/core/connection/connectionError';
import { encode } from '../../support/fakeCluster/resp';
import type { BufferReply, CommandWords, NodeConnection, Reply } from '../../../src/core/connection/types';

/** A connection to a node that answers as told; undefined is a refusal. */
export function answeringNode(answer: (question: string) => Reply | undefined): NodeConnection {
  const address = '127.0.0.1:7000';
  const reply = (words: CommandWords): Reply | Error => {
    const question = words.map(String).join(' ');
    return answer(question) ?? new ServerReplyError(address, words[0], 'ERR unknown command, or it is not allowed');
  };
  const only = async (words: CommandWords): Promise<Reply> => {
    const given = reply(words);
    if (given instanceof Error) throw given;
    return given;
  };
  return {
    address,
    command: only,
    commandBuffer: async words => asBytes(await only(words)) as Buffer,
    pipeline: async commands => commands.map(reply),
    pipelineBuffers: async commands =>
      commands.map(reply).map(given => (given instanceof Error ? given : asBytes(given))),
    commandUndecoded: async words => Buffer.concat(encode(await only(words))),
    onClosed: () => () => undefined,
    close: () => undefined,
  };
}

function asBytes(reply: Reply): BufferReply {
  if (Array.isArray(reply)) return reply.map(asBytes);
  return typeof reply === 'string' ? Buffer.from(reply) : reply;
}
