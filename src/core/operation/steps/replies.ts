import type { BufferReply, Reply } from '../../connection/types';
import { MalformedReplyError } from '../../topology/malformedReplyError';

/** The reply of a node to a command as text. Throws the error in its place, or a MalformedReplyError when it is no text. */
export function textOf(reply: Reply | Error | undefined, address: string, command: string): string {
  if (reply instanceof Error) throw reply;
  if (typeof reply !== 'string') throw new MalformedReplyError(address, command, 'it is no text');
  return reply;
}

/** Throws the first error among the results of a pipeline. */
export function throwRefusals(replies: readonly (Reply | Error)[]): void {
  for (const reply of replies) if (reply instanceof Error) throw reply;
}

/** The value in a reply to CONFIG GET of one parameter; undefined when the server has no such parameter. */
export function configValue(reply: Reply | Error | undefined): string | undefined {
  if (reply instanceof Error) throw reply;
  return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : undefined;
}

/** A map as RESP2 sends it, names and values in turn; empty for what is no list. */
export function fieldsOf<Kind extends Reply | BufferReply>(reply: Kind | Error | undefined): Map<string, Kind> {
  const fields = new Map<string, Kind>();
  if (!Array.isArray(reply)) return fields;
  const words = reply as unknown as readonly Kind[];
  for (let index = 0; index + 1 < words.length; index += 2) fields.set(String(words[index]), words[index + 1]!);
  return fields;
}

/** The server has no such command, or the user may not use it: what needs it can be left out. */
export function isNotAvailable(error: unknown): error is Error {
  return error instanceof Error && 'reply' in error && /^(NOPERM|ERR unknown (sub)?command)/i.test(String(error.reply));
}

/** The reply the server gave, of a ServerReplyError. */
export function refusalText(error: unknown): string {
  return error instanceof Error && 'reply' in error ? String(error.reply) : '';
}

/** The server reads its data in, after a start or a full copy, and answers INFO only, not CLUSTER. */
export function isLoading(error: unknown): boolean {
  return /^LOADING/.test(refusalText(error));
}
