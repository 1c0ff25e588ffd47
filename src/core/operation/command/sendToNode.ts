import { ConnectionError } from '../../connection/connectionError';
import type { CommandWords, NodeConnection } from '../../connection/types';
import { fullName } from '../../plan/command/commandRules';
import type { GivenWord } from '../../plan/command/commandText';
import type { NodeRef } from '../../plan/types';
import type { NodeOutcome } from '../types';
import { refusalText } from '../steps/replies';
import { hideSecrets } from './hideSecrets';
import { renderReply, repliesText } from './renderReply';

/** Sends a command on a connection and tells what came of it. Rejects with the reason of the signal alone. */
export async function sendToNode(
  node: NodeRef,
  words: readonly GivenWord[],
  connection: NodeConnection,
  options: { signal?: AbortSignal; timeoutMilliseconds: number },
): Promise<NodeOutcome> {
  const { name, withSub } = fullName(words);
  try {
    const sent: CommandWords = [name, ...words.slice(1)];
    const [reply] = await connection.pipelineBuffers([sent], options);
    if (reply instanceof Error) return failureOf(node, reply);
    const shown = hideSecrets(words, reply ?? null);
    return { node, state: 'done', text: renderReply(shown, { isText: repliesText([name, withSub]) }) };
  } catch (error) {
    options.signal?.throwIfAborted();
    // A server that ends says nothing any more.
    if (name === 'SHUTDOWN' && error instanceof ConnectionError && error.code === 'connectionClosed')
      return { node, state: 'done', text: 'The server closed the connection.' };
    return failureOf(node, error);
  }
}

/** What came of a node that refused, or that could not be asked. */
export function failureOf(node: NodeRef, error: unknown): NodeOutcome {
  const reply = refusalText(error);
  if (reply !== '') return { node, state: 'refused', text: reply };
  return { node, state: 'silent', text: error instanceof Error ? error.message : String(error) };
}
