import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { withDeadline } from '../deadline';
import { dial } from '../dial';
import { describeLinkFailure, failureOf, timedOut } from '../linkFailure';
import type { LinkTarget } from '../linkTarget';
import type { Stream } from '../tunnel/types';

/** The addresses of a host, itself when it is one. Rejects with a ConnectionError. */
export async function resolveHost(target: LinkTarget, signal: AbortSignal): Promise<string[]> {
  if (isIP(target.host) !== 0) return [target.host];
  try {
    const found = lookup(target.host, { all: true });
    const addresses = await withDeadline(found, target.connectTimeoutMilliseconds, () => silent, signal);
    return addresses.map(({ address }) => address);
  } catch (error) {
    throw explained(error, target, signal);
  }
}

/** An open socket, to be destroyed by the caller. Rejects with a ConnectionError. */
export async function dialTcp(target: LinkTarget, signal: AbortSignal): Promise<Stream> {
  const socket = dial(target);
  const open = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.on('error', reject);
  });
  try {
    await withDeadline(open, target.connectTimeoutMilliseconds, () => timedOut, signal);
    return socket;
  } catch (error) {
    socket.destroy();
    throw explained(error, target, signal);
  }
}

// The name service has no words of its own for giving no answer.
const silent = Object.assign(new Error('The name service gave no answer.'), { code: 'EAI_AGAIN' });

function explained(error: unknown, target: LinkTarget, signal: AbortSignal): unknown {
  signal.throwIfAborted();
  return describeLinkFailure(failureOf(target, 'connecting', error));
}
