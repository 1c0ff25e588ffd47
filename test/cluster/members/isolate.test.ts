import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { ElectionHistory } from '../../../src/core/operation/electionHistory';
import { isolate } from '../../../src/core/operation/steps/isolate';
import { assertAlone, linesOf, startMembers } from '../../support/members';
import { eventually, sendCommand, type TestServers } from '../../support/testCluster';

describe('a node that is emptied', () => {
  let servers: TestServers;
  let connections: ClusterConnections;

  before(async () => {
    servers = await startMembers({ spares: 1 });
    connections = new ClusterConnections({ nodes: servers.nodes });
  });
  after(async () => {
    connections.close();
    await servers.close();
  });

  it('can join at once, though a handshake brought it back meanwhile and the others had to forget its new id', async () => {
    const members = servers.ports.slice(0, 6);
    const spare = servers.ports[6]!;
    const refOf = async (port: number) => ({
      id: String(await sendCommand(port, ['CLUSTER', 'MYID'])),
      address: `127.0.0.1:${port}`,
    });
    const others = await Promise.all(members.map(refOf));
    const idBefore = await refOf(spare);
    let isMet = false;
    const node: ClusterConnections['node'] = address => {
      const connection = connections.node(address);
      if (isMet || address !== others[0]!.address) return connection;
      isMet = true;
      // A handshake that ends after the last reset: the others list it by its new id, and it lists nobody.
      const late = meet(members[0]!)
        .then(() => knownBy(members))
        .then(() => sendCommand(spare, ['CLUSTER', 'RESET', 'SOFT']));
      return {
        address,
        close: () => connection.close(),
        onClosed: listener => connection.onClosed(listener),
        commandBuffer: (...args) => connection.commandBuffer(...args),
        commandUndecoded: (...args) => connection.commandUndecoded(...args),
        pipeline: (...args) => connection.pipeline(...args),
        pipelineBuffers: (...args) => connection.pipelineBuffers(...args),
        command: async (...args) => {
          await late;
          return connection.command(...args);
        },
      };
    };
    const nodes = {
      node,
      open: (address: string) => connections.open(address),
      capabilities: (address: string) => connections.capabilities(address),
      options: connections.options,
      elections: new ElectionHistory(),
    };
    const { newId, failure } = await isolate(idBefore, others, new Set(), nodes);
    assert.equal(failure, undefined);
    assert(isMet);
    await assertAlone(spare);
    assert.equal((await refOf(spare)).id, newId);

    await meet(members[0]!);
    await knownBy(members);
    // Whoever is banned is forgotten with the next pings of those who remember that, within a second.
    const until = performance.now() + 2500;
    await eventually(
      async () => {
        await knownBy(members, 100);
        return performance.now() > until;
      },
      { what: 'it stays a member' },
    );

    async function meet(from: number): Promise<void> {
      await sendCommand(from, ['CLUSTER', 'MEET', '127.0.0.1', spare]);
    }

    async function knownBy(ports: readonly number[], timeoutMilliseconds = 10_000): Promise<void> {
      const { id } = await refOf(spare);
      await eventually(
        async () => {
          const views = await Promise.all(ports.map(port => linesOf(port)));
          return views.every(lines => lines.some(line => line.startsWith(id) && !line.includes('handshake')));
        },
        { timeoutMilliseconds, what: 'all know it' },
      );
    }
  });
});
