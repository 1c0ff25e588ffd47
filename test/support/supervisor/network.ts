import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The way from one client to the nodes, which can be cut; the nodes go on seeing each other. */
export interface Network {
  /** Announced address -> address to dial, for `connect({ addressMap })`. */
  readonly addressMap: Record<string, string>;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openNetwork(ports: readonly number[]): Promise<Network> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const open = async (port: number): Promise<Server> => {
    const server = createServer(client => {
      track(client);
      if (isCut) return void client.destroy();
      const node = track(connect(port, '127.0.0.1'));
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
    async close() {
      hangUp();
      await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
    },
  };
}
