import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The way from one client to the nodes, which can be cut or lose what is said; the nodes go on seeing each other. */
export interface Network {
  /** Announced address -> address to dial, for `connect({ addressMap })`. */
  readonly addressMap: Record<string, string>;
  cut(): void;
  mend(): void;
  /**
   * The next command that matches is the last of its connection: it does not get there, or nobody hears what came of it.
   * Resolves when it was sent.
   */
  lose(what: 'command' | 'answer', command: RegExp): Promise<void>;
  close(): Promise<void>;
}

export async function openNetwork(ports: readonly number[]): Promise<Network> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let awaited: { what: 'command' | 'answer'; command: RegExp; met: () => void } | undefined;
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const open = async (port: number): Promise<Server> => {
    const server = createServer(client => {
      track(client);
      if (isCut) return void client.destroy();
      const node = track(connect(port, '127.0.0.1'));
      client.on('data', (bytes: Buffer) => {
        if (!awaited?.command.test(bytes.toString('latin1'))) return;
        if (awaited.what === 'command') {
          // What is written in this turn still goes into it; an end would let it out.
          node.cork();
          client.unpipe(node).resume();
        } else node.unpipe(client).resume();
        awaited.met();
        awaited = undefined;
      });
      client.pipe(node).pipe(client);
      client.on('close', () => node.destroy());
      node.on('close', () => client.destroy());
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return server;
  };
  const servers = await Promise.all(ports.map(open));
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    addressMap: Object.fromEntries(
      ports.map((port, index) => [`127.0.0.1:${port}`, `127.0.0.1:${(servers[index]!.address() as AddressInfo).port}`]),
    ),
    cut() {
      isCut = true;
      hangUp();
    },
    mend() {
      isCut = false;
    },
    lose(what, command) {
      return new Promise(met => (awaited = { what, command, met }));
    },
    async close() {
      hangUp();
      await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
    },
  };
}
