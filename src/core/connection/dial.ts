import { connect } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { ConnectionError } from './connectionError';
import { onNode } from './linkFailure';
import type { LinkTarget } from './linkTarget';
import { tlsConnectionOptions } from './secureContext';
import type { Stream } from './tunnel/types';

/** Where to, and by which way: through a tunnel, by a unix socket, or directly. */
export type Way = Pick<LinkTarget, 'host' | 'port' | 'socketPath' | 'tunnel'>;

/** The same, with TLS where that is spoken there. */
export type SecuredWay = Way & Pick<LinkTarget, 'tls' | 'certificateName'>;

/** Opens the tunnel, where there is one: in a time of its own, which is none of the node's. Rejects with a ConnectionError. */
export async function openWay(
  { node, tunnel }: Pick<LinkTarget, 'node' | 'tunnel'>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await tunnel?.open(signal);
  } catch (error) {
    throw error instanceof ConnectionError ? onNode(error, node) : error;
  }
}

/** Opens a socket as the target wants it: with TLS or without. */
export function dialTarget({ tls, certificateName, ...way }: SecuredWay): Stream {
  return tls ? dialTls(way, tlsConnectionOptions(tls, certificateName)) : dial(way);
}

/** Opens a socket: the one place that does, so that nothing goes past the tunnel. `connect` tells when it is open. */
export function dial({ host, port, socketPath, tunnel }: Way): Stream {
  if (tunnel) return tunnel.dial({ host, port });
  return connect(socketPath === undefined ? { host, port } : { path: socketPath });
}

/** The same with TLS: `secureConnect` tells when that is spoken. */
export function dialTls({ host, port, tunnel }: Way, options: ConnectionOptions): Stream {
  if (!tunnel) return connectTls({ host, port, ...options });
  const socket = tunnel.dial({ host, port });
  const secured = connectTls({ ...options, socket });
  // Over a stream that is none of Node's own it neither opens with that nor ends with it.
  const opening = Object.assign(secured, { connecting: true });
  socket.once('connect', () => {
    opening.connecting = false;
    opening.emit('connect');
  });
  secured.once('close', () => socket.destroy());
  return secured;
}
