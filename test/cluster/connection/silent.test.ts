import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { findTestPorts } from '../../support/freePorts';

describe('a look at many nodes that do not answer', () => {
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  let connections: ClusterConnections;
  afterEach(() => {
    connections.close();
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  /** Lets everybody in, and never says anything. */
  async function startMute(port: number): Promise<Server> {
    const server = createServer(socket => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    servers.push(server);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }

  it('goes on to the next ones while it waits for the first hundred', async () => {
    const [mutePort, lastPort] = (await findTestPorts(2)) as [number, number];
    await startMute(mutePort);
    const last = await startMute(lastPort);
    const mute = Array.from({ length: 100 }, (_, index) => [`mute-${index}:7000`, `127.0.0.1:${mutePort}`] as const);
    const addressMap = Object.fromEntries([...mute, ['last:7000', `127.0.0.1:${lastPort}`]]);
    connections = new ClusterConnections({
      nodes: Object.keys(addressMap),
      addressMap,
      // Signing in is what they leave unanswered.
      password: 'secret',
      connectTimeoutMilliseconds: 600_000,
    });
    const looking = assert.rejects(connections.observe(), { code: 'closed' });
    await once(last, 'connection');
    connections.close();
    await looking;
  });
});
