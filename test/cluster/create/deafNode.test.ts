import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { planAddNode } from '../../../src/core/plan/planAddNode';
import { clientOf, nodeAt, settled, startMembers } from '../../support/members';
import { checkCluster, eventually, sendCommand, type TestServers } from '../../support/testCluster';

/** Type of a packet of the cluster bus (cluster.h). */
const MEET = 2;

describe('adding a node that hears no MEET', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let port: number;

  before(async () => {
    servers = await startMembers({
      count: 3,
      replicas: 0,
      spares: 1,
      settings: { 'enable-debug-command': 'local' },
    });
    client = clientOf(servers);
    port = servers.ports[3]!;
  });
  after(async () => {
    await client.close();
    await servers.close();
  });

  async function deafen(type: number): Promise<void> {
    for (const each of servers.ports) await sendCommand(each, ['DEBUG', 'DROP-CLUSTER-PACKET-FILTER', type]);
  }

  it('ends and names the pair that could not meet; the same again works when it hears', async () => {
    const topology = await settled(client, 3);
    const plan = planAddNode(topology, { node: nodeAt(topology, port).id, as: 'master' });
    await deafen(MEET);
    const operation = client.run(plan);
    await assert.rejects(operation.finished, error => {
      assert.match(String(error), new RegExp(`127\\.0\\.0\\.1:${port}`));
      return true;
    });
    await deafen(-1);
    await checkCluster(servers);
    await eventually(
      async () => {
        const { nodes } = await client.observe();
        return nodes.every(({ status }) => status === 'ok' || status === 'spare');
      },
      { what: 'nothing is left of it' },
    );
    const again = await client.observe();
    const { outcome } = await client.run(planAddNode(again, { node: nodeAt(again, port).id, as: 'master' })).finished;
    assert.equal(outcome, 'completed');
    await settled(client, 4);
    await checkCluster(servers);
  });
});
