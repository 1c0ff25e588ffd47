import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { findTestPorts } from './freePorts';
import { CommandReader, encode, OK, type FakeReply } from './fakeCluster/resp';

/** What a hostile server sends for a command: a reply, bytes as they are, or nothing; or it does something with the socket. */
export type HostileAnswer = FakeReply | Buffer | undefined;

export interface HostileServer {
  port: number;
  /** `127.0.0.1:13000` */
  address: string;
  /** Connections that are open now. */
  readonly connections: number;
  /** Connections there were. */
  readonly opened: number;
  /** Commands received, by name and first argument. */
  readonly commands: readonly string[];
  close(): Promise<void>;
}

export interface HostileOptions {
  /** Default: a free one of the range of this run. */
  port?: number;
  /** Called for each new connection, before a word. */
  greet?: (socket: Socket) => void;
}

/** A server that signs everybody in and answers anything else as `answer` does. */
export async function startHostileServer(
  answer: (words: readonly string[], socket: Socket) => HostileAnswer,
  { port, greet }: HostileOptions = {},
): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  let opened = 0;
  const serve = (socket: Socket): void => {
    const reader = new CommandReader();
    opened++;
    sockets.add(socket);
    // Whoever dials hangs up as it likes.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    greet?.(socket);
    socket.on('data', chunk => {
      for (const words of reader.read(chunk)) {
        commands.push(words.slice(0, 2).join(' ').toUpperCase());
        send(socket, isSignIn(words) ? OK : answer(words, socket));
      }
    });
  };
  const server = await listen(serve, port);
  const bound = (server.address() as { port: number }).port;
  return {
    port: bound,
    address: `127.0.0.1:${bound}`,
    get connections() {
      return sockets.size;
    },
    get opened() {
      return opened;
    },
    commands,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Writes the same bytes again and again as fast as they are taken, until the other side hangs up. */
export function pour(socket: Socket, bytes: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
}

/** Writes the bytes one by one, so many milliseconds apart. */
export function trickle(socket: Socket, bytes: Buffer, milliseconds: number): void {
  let at = 0;
  const timer = setInterval(() => socket.write(bytes.subarray(at, ++at)), milliseconds);
  socket.on('close', () => clearInterval(timer));
}

function isSignIn([name = '', sub = '']: readonly string[]): boolean {
  return /^auth$/i.test(name) || (/^client$/i.test(name) && /^setname$/i.test(sub));
}

function send(socket: Socket, answer: HostileAnswer): void {
  if (answer === undefined || socket.destroyed) return;
  if (Buffer.isBuffer(answer)) socket.write(answer);
  else for (const piece of encode(answer)) socket.write(piece);
}

async function listen(serve: (socket: Socket) => void, port: number | undefined): Promise<Server> {
  for (let tries = 0; ; tries++) {
    const server = createServer(serve);
    const [found] = port === undefined ? await findTestPorts(1) : [port];
    server.listen(found, '127.0.0.1');
    try {
      await once(server, 'listening');
      return server;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port !== undefined || tries === 10) throw error;
    }
  }
}
