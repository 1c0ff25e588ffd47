import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { ElectionHistory } from '../../../src/core/operation/electionHistory';
import { runPlan } from '../../../src/core/operation/runPlan';
import { count } from '../../../src/core/plan/phrases';
import { planReshard } from '../../../src/core/plan/planReshard';
import { clientOf, settled, shardOf, startMembers } from '../../support/members';
import { fillCluster } from '../../support/slots/fill';
import { interrupting } from '../../support/slots/interrupting';
import { openSlots } from '../../support/slots/openSlots';
import { checkCluster, sendCommand, type TestServers } from '../../support/testCluster';

describe('moving slots to a server that keeps nothing on disk', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let connections: ClusterConnections;
  before(async () => {
    servers = await startMembers({ count: 3, replicas: 0, spares: 0, nodeTimeoutMilliseconds: 3000 });
    client = clientOf(servers);
    connections = new ClusterConnections({ nodes: servers.nodes });
    await fillCluster(servers.ports, 3000);
  });
  after(async () => {
    await client.close();
    connections.close();
    await servers.close();
  });

  it('goes on when that is started again in the middle, and says that it came back without its keys', async () => {
    const topology = await settled(client, 3);
    const [from, to] = [shardOf(topology, 0).master, shardOf(topology, 16_383).master];
    const held = Number(await sendCommand(to.port, ['DBSIZE']));
    const measurements = await client.measureSlots();
    const plan = planReshard(topology, { slots: '0-99', to: to.id, engine: 'classic', measurements });
    const nodes = interrupting(connections, async () => {
      await servers.servers.kill(to.port);
      await servers.servers.start(to.port);
    });
    const { options } = connections;
    const observe = () => connections.observe();
    const { outcome, notes } = await runPlan(plan, { ...nodes, options, elections: new ElectionHistory(), observe })
      .finished;
    assert.equal(outcome, 'completed');
    const told = notes.filter(note => note.includes('came back without'));
    assert.deepEqual(told, [
      `127.0.0.1:${to.port} was started again in the middle and came back without the ${count(held, 'key')} that it had held. What it had and no replica has is lost, also what had been handed to it.`,
    ]);
    assert.equal(
      notes.some(note => note.startsWith(`127.0.0.1:${from.port}`)),
      false,
    );
    assert.deepEqual(await openSlots(servers.ports), []);
    await checkCluster(servers);
  });
});
