import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that lets questions wait. */
export interface Gate {
  address: string;
  /** From now on questions wait. Resolves with the first that does. */
  hold(): Promise<void>;
  /** Lets them through, and all that follow. */
  open(): void;
  close(): Promise<void>;
}

export async function startGate(port: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] | undefined;
  let first: (() => void) | undefined;
  const server = createServer(client => {
    const way = connect(port, '127.0.0.1');
    for (const socket of [client, way]) {
      sockets.add(socket.on('error', () => socket.destroy()));
      socket.on('close', () => [client, way].forEach(each => each.destroy()));
    }
    way.on('data', answer => client.write(answer));
    client.on('data', question => {
      if (!waiting) return void way.write(question);
      waiting.push(() => way.write(question));
      first?.();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold() {
      waiting = [];
      return new Promise(resolve => (first = resolve));
    },
    open() {
      const held = waiting ?? [];
      waiting = undefined;
      for (const pass of held) pass();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
