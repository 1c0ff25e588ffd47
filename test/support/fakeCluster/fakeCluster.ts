import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { formatAddress } from '../../../src/core/topology/address';
import { answer } from './answer';
import { makeNodes, type FakeNode, type ModelOptions } from './model';
import { CommandReader, encode, type FakeReply } from './resp';
import { FakeScript, type Timing } from './script';
import { FakeViews } from './views';

export interface FakeClusterOptions extends ModelOptions {
  /** Every host has an address of its own and serves its nodes from this port on; default 7700. */
  basePort?: number;
  password?: string;
  timing?: Partial<Timing>;
  /** Let time pass by itself; otherwise only `script.advance` does. */
  realTime?: boolean;
}

/** What speaks RESP and answers as the nodes of one cluster would; it takes no writes, and no orders but CLUSTER FAILOVER. */
export interface FakeCluster {
  nodes: readonly FakeNode[];
  script: FakeScript;
  /** Where to find the first three. */
  seeds: [string, ...string[]];
  /** Address -> label of the failure domain, as `connect` wants it. */
  hosts: Readonly<Record<string, string>>;
  /** Commands answered so far, all nodes together. */
  readonly commands: number;
  /** The same by name: `CLUSTER NODES`, `INFO`. */
  commandsByName: ReadonlyMap<string, number>;
  /** Of all nodes together: connections open now, and what went through all there were. */
  traffic: () => { connections: number; bytesIn: number; bytesOut: number };
  close(): Promise<void>;
}

/**
 * Starts a cluster of up to 1000 nodes in this process. A node is known by the address it listens on: each host has one
 * within 127.0.0.0/8, which Linux answers without being told; elsewhere all hosts share 127.0.0.1.
 */
export async function startFakeCluster(options: FakeClusterOptions): Promise<FakeCluster> {
  for (let tries = 1; ; tries++) {
    try {
      return await open(options, 20 + ((process.pid + tries * 37) % 200));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === 20) throw error;
    }
  }
}

async function open(options: FakeClusterOptions, network: number): Promise<FakeCluster> {
  const { basePort = 7700, seed = 1, timing = {}, password } = options;
  const hasLoopbackNetwork = process.platform === 'linux';
  let taken = 0;
  const nodes = makeNodes(options, (hostIndex, indexOnHost) =>
    hasLoopbackNetwork
      ? { host: `127.${network}.${hostIndex >> 8}.${(hostIndex & 255) + 1}`, port: basePort + indexOnHost }
      : { host: '127.0.0.1', port: basePort + network * 10 + taken++ },
  );
  const commandsByName = new Map<string, number>();
  const note = (words: readonly string[]): void => {
    const name = words
      .slice(0, words[0]?.toUpperCase() === 'CLUSTER' ? 2 : 1)
      .join(' ')
      .toUpperCase();
    commandsByName.set(name, (commandsByName.get(name) ?? 0) + 1);
  };
  const listeners = new Map<FakeNode, Listener>();
  const closed = { bytesIn: 0, bytesOut: 0 };
  const hungUp = ({ bytesRead, bytesWritten }: Socket): void => {
    closed.bytesIn += bytesRead;
    closed.bytesOut += bytesWritten;
  };
  const script = new FakeScript(
    nodes,
    node => {
      const listener = listeners.get(node);
      if (node.process !== 'down') listener?.listen().catch((error: Error) => process.emitWarning(error));
      else listener?.hangUp();
    },
    { seed, timing },
  );
  const views = new FakeViews(script);
  for (const node of nodes) {
    const asked = { node, script, views, password };
    const hear = (words: readonly string[]) => (note(words), answer(words, asked));
    listeners.set(node, new Listener(node, asked.password !== undefined, hear, hungUp));
  }
  const close = async (): Promise<void> => {
    clearInterval(ticking);
    for (const listener of listeners.values()) listener.hangUp();
  };
  const tickMilliseconds = 50;
  const ticking = options.realTime ? setInterval(() => script.advance(tickMilliseconds), tickMilliseconds) : undefined;
  try {
    await Promise.all([...listeners.values()].map(listener => listener.listen()));
  } catch (error) {
    await close();
    throw error;
  }
  const addresses = nodes.map(formatAddress);
  return {
    nodes,
    script,
    seeds: addresses.slice(0, 3) as [string, ...string[]],
    hosts: Object.fromEntries(nodes.map((node, index) => [addresses[index]!, node.hostLabel])),
    get commands() {
      return [...commandsByName.values()].reduce((sum, count) => sum + count, 0);
    },
    commandsByName,
    traffic: () => {
      const sockets = [...listeners.values()].flatMap(listener => [...listener.sockets]);
      return {
        connections: sockets.length,
        bytesIn: sockets.reduce((sum, { bytesRead }) => sum + bytesRead, closed.bytesIn),
        bytesOut: sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, closed.bytesOut),
      };
    },
    close,
  };
}

/** The socket of one node. */
class Listener {
  #server: Server | undefined;
  readonly sockets = new Set<Socket>();

  constructor(
    private readonly node: FakeNode,
    private readonly wantsPassword: boolean,
    private readonly answer: (words: readonly string[]) => FakeReply,
    private readonly hungUp: (socket: Socket) => void,
  ) {}

  async listen(): Promise<void> {
    const server = createServer(socket => this.#serve(socket));
    this.#server = server;
    server.listen(this.node.port, this.node.host);
    await once(server, 'listening');
    // It was killed again before it was up.
    if (this.#server !== server) server.close();
  }

  /** As the death of a process does: open connections break, new ones are refused. */
  hangUp(): void {
    this.#server?.close();
    this.#server = undefined;
    for (const socket of this.sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    const reader = new CommandReader();
    let isIn = !this.wantsPassword;
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.hungUp(socket);
    });
    socket.on('data', (chunk: Buffer) => {
      if (this.node.process === 'frozen') return;
      socket.cork();
      try {
        for (const words of reader.read(chunk)) {
          const isSignIn = words[0]?.toUpperCase() === 'AUTH';
          const reply = isIn || isSignIn ? this.answer(words) : new Error('NOAUTH Authentication required.');
          if (isSignIn && !(reply instanceof Error)) isIn = true;
          for (const piece of encode(reply)) socket.write(piece);
        }
      } catch (error) {
        socket.end(`-ERR ${(error as Error).message}\r\n`);
      }
      socket.uncork();
    });
  }
}
