import { dial, dialTarget, dialTls, type SecuredWay, type Way } from './dial';
import type { Stream } from './tunnel/types';

/** How long a second look at a port may take. */
const PROBE_MILLISECONDS = 500;

/** True when a plain Redis or Valkey server answers PING there. Sends no secret; false after half a second. */
export function seesPlainServer(way: Way, signal: AbortSignal): Promise<boolean> {
  return look(signal, settle => {
    const socket = dial(way);
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (bytes: Buffer) => settle(/^(\+PONG|-[A-Z]+ )/.test(bytes.toString('latin1', 0, 16))));
    return socket;
  });
}

/** True when a TLS server answers there, whatever its certificate. Sends no secret; false after half a second. */
export function seesTlsServer(way: Way, signal: AbortSignal): Promise<boolean> {
  return look(signal, settle => {
    const socket = dialTls(way, { rejectUnauthorized: false });
    socket.once('secureConnect', () => settle(true));
    // An alert is an answer in TLS: it wants a client certificate, another version, or another name.
    socket.once('error', (error: NodeJS.ErrnoException) => settle(/_ALERT_/.test(error.code ?? '')));
    return socket;
  });
}

/** What a server says or does before it was asked anything. */
export interface Unasked {
  bytes?: Buffer;
  error?: Error;
}

/** Dials as we do and only listens: bytes or an error, or neither when it hangs up or stays silent for half a second. */
export async function listenQuietly(target: SecuredWay, signal: AbortSignal): Promise<Unasked> {
  const unasked: Unasked = {};
  await look(signal, settle => {
    const socket = dialTarget(target);
    socket.once('data', (bytes: Buffer) => {
      unasked.bytes = bytes;
      settle(true);
    });
    socket.once('error', (error: Error) => (unasked.error = error));
    return socket;
  });
  return unasked;
}

async function look(signal: AbortSignal, start: (settle: (seen: boolean) => void) => Stream): Promise<boolean> {
  if (signal.aborted) return false;
  let socket: Stream | undefined;
  let timer: NodeJS.Timeout | undefined;
  let end: (() => void) | undefined;
  try {
    return await new Promise<boolean>(resolve => {
      end = () => resolve(false);
      socket = start(resolve);
      socket.on('error', end);
      socket.once('close', end);
      timer = setTimeout(end, PROBE_MILLISECONDS);
      signal.addEventListener('abort', end);
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end!);
    socket?.destroy();
  }
}
