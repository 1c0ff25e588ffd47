import assert from 'node:assert/strict';
import { planAddNode } from '../../../src/core/plan/planAddNode';
import { planFix } from '../../../src/core/plan/fix/planFix';
import { planRemoveNode } from '../../../src/core/plan/planRemoveNode';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { assertAlone, clientOf, settled, shardOf } from '../../support/members';
import {
  checkCluster,
  createWithRedisCli,
  sendCommand,
  startTestServers,
  type TestServers,
} from '../../support/testCluster';

describe('a node with an append-only file', () => {
  let servers: TestServers;
  let client: ClusterClient;

  before(async () => {
    const settings = { 'repl-diskless-sync-delay': '0' };
    servers = await startTestServers({ count: 7, persistence: true, nodeTimeoutMilliseconds: 1000, settings });
    await createWithRedisCli(servers, 1, servers.ports.slice(0, 6));
    client = clientOf(servers);
    const { master } = shardOf(await settled(client, 6));
    for (let key = 0; key < 20; key++) await sendCommand(master.port, ['SET', `{b}${key}`, 'x']);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });

  it('that was removed is still empty and alone when it was killed and started again', async () => {
    const [replica] = shardOf(await settled(client, 6)).replicas;
    const { id, port, address } = replica!;
    const forgetWaitMilliseconds = 300;
    await client.run(planRemoveNode(await client.observe(), { node: id, forgetWaitMilliseconds })).finished;
    await servers.servers.kill(port);
    await servers.servers.start(port);
    await assertAlone(port);
    const now = await settled(client, 5);
    await client.run(planAddNode(now, { node: address, as: 'replica' })).finished;
    await settled(client, 6);
  });

  it('that claims slots of a cluster which it does not know is not asked when that is fixed', async () => {
    const lone = servers.ports[6]!;
    await sendCommand(lone, ['CLUSTER', 'ADDSLOTS', 3300]);
    const topology = await client.observe();
    const inspection = await client.inspectSlots({ strayKeys: true });
    assert.throws(() => planFix(topology, { inspection }), { code: 'nothingToDo' });
    await sendCommand(lone, ['CLUSTER', 'DELSLOTS', 3300]);
    await checkCluster(servers);
  });
});
