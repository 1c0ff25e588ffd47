import { connect, createServer } from 'node:net';
import { LocalServerError } from './localServerError';

/** The bus port is the client port + 10000 (CLUSTER_PORT_INCR in cluster.h). */
export const BUS_PORT_OFFSET = 10_000;

/** From 32768 on Linux hands ports to outgoing connections, which could take a bus port now and then. */
export const HIGHEST_CLIENT_PORT = 22_767;

export interface FreePortOptions {
  /** The first port to try, 1024-22767; default 7000. */
  from?: number;
}

/**
 * Finds `count` client ports, ascending but not always consecutive, that are free on 127.0.0.1 together with their bus
 * ports. All are at most 22767. Nothing reserves them: another process may take one before a server does.
 *
 * Throws a LocalServerError with the code `noFreePorts` when there are not enough.
 */
export async function findFreePorts(count: number, { from = 7000 }: FreePortOptions = {}): Promise<number[]> {
  const found: number[] = [];
  for (let port = from; port <= HIGHEST_CLIENT_PORT && found.length < count; port++) {
    if ((await isPortFree(port)) && (await isPortFree(port + BUS_PORT_OFFSET))) found.push(port);
  }
  if (found.length < count) {
    throw new LocalServerError('noFreePorts', `Only ${found.length} of ${count} wanted ports are free on 127.0.0.1.`, {
      now: 'No server was started.',
      remedy: 'Start from a lower port, or end what holds them.',
    });
  }
  return found;
}

/** True when a server can listen on 127.0.0.1:port: nobody is bound there and nobody answers. */
export async function isPortFree(port: number): Promise<boolean> {
  // Both: BSD-like systems let a socket bind to 127.0.0.1 beside somebody's 0.0.0.0.
  return (await canListen(port)) && !(await answers(port));
}

function canListen(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(1000, () => settle(true));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
