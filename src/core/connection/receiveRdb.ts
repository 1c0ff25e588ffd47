import { ConnectionError } from './connectionError';
import type { LinkTarget } from './linkTarget';
import { openRawLink, type RawLink } from './rawLink';

export interface ReceiveOptions {
  signal: AbortSignal;
  /** The server sends a line end every second while it prepares; default 60 s (its own repl-timeout). */
  idleMilliseconds?: number;
  /** The server's own: Valkey 9 takes a replica that names none for an old one, and leaves out what that would not know. */
  version: string;
  /** Bytes that have come so far. */
  onBytes?: (bytes: number) => void;
}

/**
 * Receives what a server would send to a new replica: its whole data as of one moment, in the RDB format. No key is written
 * there, and its clients are served on; it forks, as for BGSAVE. `write` is waited for, so that a slow disk slows the sender
 * down. Resolves with the number of bytes. Rejects with a ConnectionError, a ServerReplyError (`NOPERM`: the user lacks
 * SYNC), what `write` throws, or the signal's reason.
 */
export async function receiveRdb(
  target: LinkTarget,
  write: (bytes: Buffer) => Promise<void>,
  { signal, version, idleMilliseconds = 60_000, onBytes }: ReceiveOptions,
): Promise<number> {
  const link = await openRawLink(target, idleMilliseconds, signal);
  let bytes = 0;
  const take = async (part: Buffer): Promise<void> => {
    if (part.length === 0) return;
    await write(part);
    bytes += part.length;
    onBytes?.(bytes);
  };
  try {
    // Older servers do not know these: then a length comes first, and commands would follow, which nobody reads.
    for (const option of [
      ['capa', 'eof'],
      ['rdb-only', '1'],
      ['version', version],
    ])
      await link.ask(['REPLCONF', ...option]).catch(ignoreRefusal);
    const announced = await link.ask(['SYNC']);
    if (!announced.startsWith('$')) throw senseless(target, announced);
    if (announced.startsWith('$EOF:')) await untilMarker(link, Buffer.from(announced.slice(5)), take, target);
    else await untilLength(link, Number(announced.slice(1)), take, target);
    return bytes;
  } finally {
    link.close();
  }
}

function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof Error && 'reply' in error)) throw error;
}

async function untilLength(
  link: RawLink,
  length: number,
  take: (part: Buffer) => Promise<void>,
  target: LinkTarget,
): Promise<void> {
  for (let left = length; left > 0;) {
    const chunk = await link.bytes();
    if (!chunk) throw cutOff(target, `${left} of ${length} bytes are missing`);
    await take(chunk.subarray(0, left));
    left -= Math.min(left, chunk.length);
  }
}

/** A server that does not know the length beforehand ends with forty bytes it announced. */
async function untilMarker(
  link: RawLink,
  marker: Buffer,
  take: (part: Buffer) => Promise<void>,
  target: LinkTarget,
): Promise<void> {
  let held = Buffer.alloc(0);
  for (;;) {
    const chunk = await link.bytes();
    if (!chunk) throw cutOff(target, 'its end is missing');
    held = Buffer.concat([held, chunk]);
    const end = held.indexOf(marker);
    if (end >= 0) return take(held.subarray(0, end));
    // The marker may come in two parts.
    const safe = Math.max(0, held.length - marker.length + 1);
    await take(held.subarray(0, safe));
    held = held.subarray(safe);
  }
}

function cutOff({ node }: LinkTarget, how: string): ConnectionError {
  return new ConnectionError('connectionClosed', `${node} hung up in the middle of its data: ${how}.`, {
    node,
    remedy:
      'Look at its log: a child process that failed, or client-output-buffer-limit for replicas, ends a transfer.',
  });
}

function senseless({ node }: LinkTarget, line: string): ConnectionError {
  return new ConnectionError('unexpectedReply', `${node} answered SYNC with "${line.slice(0, 60)}".`, { node });
}
