import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import type { CheckFinding } from '../../../src/core/health/check/types';
import { clientOf, firstShard, planForFirstShard, startCluster } from '../../support/failover/shards';
import { checkCluster, eventually, sendCommand, type TestServers } from '../../support/testCluster';

describe('checking a replica whose data is too old to stand for election', () => {
  let servers: TestServers;
  let client: ClusterClient;

  before(async () => {
    servers = await startCluster(1000);
    client = clientOf(servers);
    for (const port of servers.ports)
      await sendCommand(port, [
        'CONFIG',
        'SET',
        'cluster-replica-validity-factor',
        '1',
        'repl-ping-replica-period',
        '1',
      ]);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });

  async function tooOld(): Promise<CheckFinding | undefined> {
    return (await client.check()).findings.find(({ code }) => code === 'replicaDataTooOld');
  }

  it('says that it waits in vain for it to take over, and a failover by hand mends it', async () => {
    const { master, replica } = await firstShard(client);
    await sendCommand(replica.port, ['CONFIG', 'SET', 'cluster-replica-no-failover', 'yes']);
    await servers.servers.kill(master.port);
    let found: CheckFinding | undefined;
    await eventually(async () => (found = await tooOld()) !== undefined, { what: 'its data is too old' });
    await sendCommand(replica.port, ['CONFIG', 'SET', 'cluster-replica-no-failover', 'no']);
    assert.deepEqual(found!.nodeIds, [replica.id, master.id]);
    const why =
      /its link to it broke \d s ago, and it stands only up to 3 s .*1000 ms, cluster-replica-validity-factor 1\)/;
    assert.match(found!.text, why);
    assert.match(found!.remedy, /by hand/);

    const plan = await planForFirstShard(client, { replica: replica.id, mode: 'force' });
    assert.equal((await client.run(plan).finished).outcome, 'completed');
    assert.equal(await tooOld(), undefined);
    await servers.servers.start(master.port);
    await eventually(async () => (await firstShard(client)).replica.info?.masterLink === 'up', { what: 'it follows' });
    await checkCluster(servers);
  });

  it('says so too of one that was started while its master was down', async () => {
    const { master, replica } = await firstShard(client);
    await servers.servers.kill(replica.port);
    await servers.servers.kill(master.port);
    await servers.servers.start(replica.port);
    let found: CheckFinding | undefined;
    await eventually(async () => (found = await tooOld()) !== undefined, { what: 'it had no link' });
    assert.match(found!.text, /has had no link to it since it was started/);
    await servers.servers.start(master.port);
    await eventually(async () => (await client.observe()).clusterState === 'ok', { what: 'all slots are served' });
    assert.equal(await tooOld(), undefined);
  });
});
