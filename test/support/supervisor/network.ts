import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The way from one client to the nodes, which can be cut or lose answers; the nodes go on seeing each other. */
export interface Network {
  /** Announced address -> address to dial, for `connect({ addressMap })`. */
  readonly addressMap: Record<string, string>;
  cut(): void;
  mend(): void;
  /**
   * Lets the next command that matches get through, and from then on nothing back over its connection: who sent it never
   * hears what came of it. Resolves when it has come.
   */
  loseAnswersTo(command: RegExp): Promise<void>;
  close(): Promise<void>;
}

export async function openNetwork(ports: readonly number[]): Promise<Network> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let awaited: { command: RegExp; met: () => void } | undefined;
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
        node.unpipe(client).resume();
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
    loseAnswersTo(command) {
      return new Promise(met => (awaited = { command, met }));
    },
    async close() {
      hangUp();
      await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
    },
  };
}
