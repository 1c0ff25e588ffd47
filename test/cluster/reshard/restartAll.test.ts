import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { planReshard } from '../../../src/core/plan/planReshard';
import { clientOf, settled, shardOf } from '../../support/members';
import { openCluster } from '../../support/slots/openCluster';
import { openSlots } from '../../support/slots/openSlots';
import {
  checkCluster,
  createWithRedisCli,
  eventually,
  sendCommand,
  startTestServers,
  type TestServers,
} from '../../support/testCluster';

const lists = 300;

describe('moving slots of lists that grow, and starting every server again after it', () => {
  let servers: TestServers;
  let client: ClusterClient;
  before(async () => {
    const settings = { 'repl-diskless-sync-delay': '0', 'enable-debug-command': 'local' };
    servers = await startTestServers({ count: 6, persistence: true, nodeTimeoutMilliseconds: 3000, settings });
    await createWithRedisCli(servers, 1);
    client = clientOf(servers);
  });
  after(async () => {
    await client.close();
    await servers.close();
  });

  it('keeps every element in its order, and every replica is the same as its master', async () => {
    const cluster = openCluster(servers.ports);
    const lengths = Array.from({ length: lists }, () => 0);
    let isMoving = true;
    /** Each list holds 0, 1, 2 and so on: what is lost, doubled or put in a wrong place shows. */
    const push = async (): Promise<void> => {
      for (let number = 0; isMoving; number = (number + 7) % lists)
        assert.equal(await cluster.rpush(`list:${number}`, lengths[number]!++), lengths[number]);
    };
    try {
      const pushing = push();
      const topology = await settled(client, 6);
      const [from, to] = [shardOf(topology, 0).master, shardOf(topology, 16_383).master];
      const measurements = await client.measureSlots();
      const plan = planReshard(topology, { slots: 2000, from: [from.id], to: to.id, measurements });
      const { outcome } = await client.run(plan).finished;
      isMoving = false;
      await pushing;
      assert.equal(outcome, 'completed');
    } finally {
      isMoving = false;
      cluster.disconnect();
    }
    for (const port of servers.ports) await servers.servers.kill(port);
    for (const port of servers.ports) await servers.servers.start(port);
    const { shards } = await settled(client, 6);
    assert.equal(shards.length, 3);
    const reader = openCluster(servers.ports);
    try {
      for (const [number, length] of lengths.entries())
        assert.deepEqual(
          await reader.lrange(`list:${number}`, 0, -1),
          Array.from({ length }, (_, element) => String(element)),
        );
    } finally {
      reader.disconnect();
    }
    for (const { nodes } of await byShard()) {
      const [first, ...others] = nodes;
      await eventually(
        async () => {
          const digests = await Promise.all(nodes.map(port => sendCommand(port, ['DEBUG', 'DIGEST'])));
          return digests.every(digest => digest === digests[0]);
        },
        { what: `${others.join()} hold what ${first} holds` },
      );
    }
    assert.deepEqual(await openSlots(servers.ports), []);
    await checkCluster(servers);
  });

  async function byShard(): Promise<{ nodes: number[] }[]> {
    const { shards, nodes } = await client.observe();
    const portOf = (id: string): number => nodes.find(node => node.id === id)!.port;
    return shards.map(({ masterId, replicaIds }) => ({ nodes: [masterId!, ...replicaIds].map(portOf) }));
  }
});
