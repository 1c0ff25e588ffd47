import assert from 'node:assert/strict';
import { health } from '../../../src/core/health/health';
import { Monitor } from '../../../src/core/monitor/monitor';
import { Timeline } from '../../../src/core/monitor/timeline/timeline';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
import { clientOf, firstShard, startCluster } from '../../support/failover/shards';
import { eventually, sendCommand, type TestServers } from '../../support/testCluster';

const KEYS = 20;

describe('a master that keeps nothing on disk', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let monitor: Monitor;
  let shard: { master: ClusterNode; replica: ClusterNode };
  const timeline = new Timeline();

  before(async () => {
    servers = await startCluster(1000);
    for (const port of servers.ports) await sendCommand(port, ['CONFIG', 'RESETSTAT']);
    client = clientOf(servers);
    shard = await firstShard(client);
    // This tag is of slot 3300, which the first master has.
    for (let number = 0; number < KEYS; number++)
      await sendCommand(shard.master.port, ['SET', `{b}${number}`, 'value']);
    await sendCommand(shard.replica.port, ['CONFIG', 'SET', 'cluster-replica-no-failover', 'yes']);
    monitor = new Monitor(client);
    monitor.onChange(change => timeline.accept(change));
    await monitor.lookNow();
  });
  after(async () => {
    monitor.dispose();
    await client.close();
    await servers.close();
  });

  function nodeOf({ nodes }: Topology, { id }: ClusterNode): ClusterNode {
    return nodes.find(node => node.id === id)!;
  }

  async function keysAt({ port }: ClusterNode): Promise<unknown> {
    return sendCommand(port, ['DBSIZE']);
  }

  it('tells so, asked once and not with every look', async () => {
    for (let look = 0; look < 3; look++) await client.observe();
    const { nodes } = await client.observe();
    assert.deepEqual(
      nodes.map(({ persistence }) => persistence),
      nodes.map(() => 'nothing'),
    );
    const stats = String(await sendCommand(shard.master.port, ['INFO', 'commandstats']));
    assert.match(stats, /cmdstat_config\|get:calls=1,/);
  });

  it('is found by a check', async () => {
    const { findings } = await client.check();
    const [found, ...more] = findings.filter(({ code }) => code === 'keepsNothing');
    assert.deepEqual([found?.nodeIds, more], [[shard.master.id], []]);
  });

  it('is not to be started when it died: its replica would lose all it holds', async () => {
    const { master, replica } = shard;
    await servers.servers.kill(master.port);
    await eventually(async () => nodeOf(await monitor.lookNow(), master).status === 'failed', { what: 'it failed' });
    const remedy = health(await client.observe()).problems.find(({ nodeIds }) => nodeIds.includes(master.id))?.remedy;
    const advice = `Do not start ${master.address} as it is: nothing of it is on disk (save '' and appendonly no), it would come back empty and ${replica.address} would copy that. Fail over to ${replica.address} first.`;
    assert.ok(remedy?.includes(advice), remedy);
    assert.equal(await keysAt(replica), KEYS);
    // Whoever does it all the same finds the advice to be true, and the loss in the timeline.
    await servers.servers.start(master.port);
    await eventually(async () => (await keysAt(replica)) === 0, { what: 'the replica copied nothing' });
    const text = `${master.address} came back empty: it had ${KEYS} keys.`;
    await eventually(
      async () => {
        await monitor.lookNow();
        return timeline.latest().some(event => event.kind === 'cameBackEmpty' && event.text === text);
      },
      { what: 'the timeline tells it' },
    );
  });
});
