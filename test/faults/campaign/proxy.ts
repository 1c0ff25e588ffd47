import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Chance } from '../../support/chance';

export type Disturbance = 'drop' | 'delay' | 'truncate' | 'garble';

/** The way from one client to the nodes; these go on seeing each other. */
export interface Proxy {
  /** Announced address -> address to dial, for `connect({ addressMap })`. */
  readonly addressMap: Record<string, string>;
  disturb(how: Disturbance): void;
  mend(): void;
  close(): Promise<void>;
}

/**
 * `drop` hangs up and takes no new connection; `delay` holds replies back; `truncate` lets a part of one reply through and hangs
 * up; `garble` overwrites some bytes of replies. What is asked goes through as it is: a command that was changed on its way
 * would be another one.
 */
export async function openProxy(ports: readonly number[], chance: Chance): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let disturbance: Disturbance | undefined;

  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.setNoDelay(true);
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const open = async (port: number): Promise<Server> => {
    const server = createServer(client => {
      track(client);
      if (disturbance === 'drop') return void client.destroy();
      const node = track(connect(port, '127.0.0.1'));
      client.pipe(node);
      // One after the other, however long each is held back.
      let sent: Promise<void> = Promise.resolve();
      node.on('data', (bytes: Buffer) => {
        sent = sent.then(() => passOn(bytes, client));
      });
      client.on('close', () => node.destroy());
      node.on('close', () => void sent.then(() => client.destroy()));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return server;
  };

  async function passOn(bytes: Buffer, client: Socket): Promise<void> {
    if (disturbance === 'delay') await wait(20 + 600 * chance() ** 2);
    if (client.destroyed) return;
    if (disturbance === 'truncate' && chance() < 0.3) {
      client.end(bytes.subarray(0, Math.floor(bytes.length * chance())));
      client.destroySoon();
    } else client.write(disturbance === 'garble' && chance() < 0.3 ? garbled(bytes, chance) : bytes);
  }

  const hangUp = (): void => sockets.forEach(socket => socket.destroy());
  const servers = await Promise.all(ports.map(open));
  return {
    addressMap: Object.fromEntries(
      ports.map((port, index) => [`127.0.0.1:${port}`, `127.0.0.1:${(servers[index]!.address() as AddressInfo).port}`]),
    ),
    disturb(how) {
      disturbance = how;
      if (how === 'drop') hangUp();
    },
    mend() {
      disturbance = undefined;
    },
    async close() {
      hangUp();
      await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
    },
  };
}

/** Some bytes in a row are others: mostly no longer what the protocol knows. */
function garbled(bytes: Buffer, chance: Chance): Buffer {
  const changed = Buffer.from(bytes);
  const from = Math.floor(changed.length * chance());
  for (let at = from; at < Math.min(changed.length, from + 1 + Math.floor(8 * chance())); at++)
    changed[at] = Math.floor(256 * chance());
  return changed;
}
