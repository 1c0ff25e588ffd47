import type { BufferReply, CommandWords, NodeConnection } from '../../connection/types';
import { keyName } from '../../migration/payload';

/** More is not read for a comparison: it would hold up the server. */
const mostBytes = 64 * 1024 * 1024;
const previewBytes = 60;

export interface ReadCopy {
  type?: string;
  bytes?: number;
  preview?: string;
  dump?: Buffer;
}

/** Reads a key at its owner, or where its slot is imported. What the server refuses, or has no more, is absent. */
export async function readCopy(connection: NodeConnection, database: number, key: Buffer): Promise<ReadCopy> {
  const ask = async (...commands: CommandWords[]): Promise<(BufferReply | Error)[]> => {
    // ASKING holds for one command; SELECT because a connection that was opened anew looks at database 0.
    const words = commands.flatMap((command): CommandWords[] => [['ASKING'], command]);
    const all: CommandWords[] = database === 0 ? words : [['SELECT', database], ...words];
    const replies = await connection.pipelineBuffers(all);
    return replies.slice(database === 0 ? 0 : 1).filter((_, index) => index % 2 === 1);
  };
  const [type, usage] = await ask(['TYPE', key], ['MEMORY', 'USAGE', key]);
  const name = Buffer.isBuffer(type) ? type.toString() : 'none';
  if (name === 'none') return {};
  const bytes = typeof usage === 'number' ? usage : undefined;
  const facts = { type: name, ...(bytes !== undefined && { bytes }) };
  if (bytes !== undefined && bytes > mostBytes) return facts;
  const [dump, beginning] = await ask(['DUMP', key], beginningOf(name, key));
  return {
    ...facts,
    ...(Buffer.isBuffer(dump) && { dump }),
    ...(beginning instanceof Error || beginning === undefined ? {} : { preview: textOf(beginning) }),
  };
}

function beginningOf(type: string, key: Buffer): CommandWords {
  switch (type) {
    case 'string':
      return ['GETRANGE', key, 0, previewBytes - 1];
    case 'list':
      return ['LRANGE', key, 0, 2];
    case 'zset':
      return ['ZRANGE', key, 0, 2];
    case 'hash':
      return ['HSCAN', key, 0, 'COUNT', 3];
    case 'set':
      return ['SSCAN', key, 0, 'COUNT', 3];
    case 'stream':
      return ['XRANGE', key, '-', '+', 'COUNT', 1];
    default:
      return ['TYPE', key];
  }
}

function textOf(reply: BufferReply): string {
  const texts = flatten(reply).map(part => (Buffer.isBuffer(part) ? keyName(part) : String(part)));
  const text = texts.join(', ');
  return text.length > previewBytes ? `${text.slice(0, previewBytes)}...` : text;
}

// HSCAN and SSCAN give a cursor and a list: the cursor says nothing.
function flatten(reply: BufferReply): BufferReply[] {
  if (!Array.isArray(reply)) return [reply];
  const items = reply.length === 2 && Array.isArray(reply[1]) && Buffer.isBuffer(reply[0]) ? reply[1] : reply;
  return items.flatMap(flatten);
}
