import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import type { Operation } from '../../../src/core/operation/types';
import { planReshard } from '../../../src/core/plan/planReshard';
import type { ClusterNode } from '../../../src/core/topology/types';
import { clientOf, settled, startMembers } from '../../support/members';
import { runAndHold } from '../../support/runAndHold';
import { assertFilled, fillCluster } from '../../support/slots/fill';
import { startLedger } from '../../support/slots/ledger';
import { openSlots } from '../../support/slots/openSlots';
import {
  checkCluster,
  eventually,
  killAtOnce,
  sendCommand,
  type RawReply,
  type TestServers,
} from '../../support/testCluster';

const keys = 20_000;

describe('moving slots key by key while a replica takes over', () => {
  let servers: TestServers;
  let client: ClusterClient;

  beforeEach(async () => {
    servers = await startMembers({ spares: 0, nodeTimeoutMilliseconds: 2000 });
    client = clientOf(servers);
    await fillCluster(servers.ports, keys);
  });
  afterEach(async () => {
    await client.close();
    await servers.close();
  });

  /** Paused when some slots have moved; the fullest gives to the emptiest. */
  async function startAndHold(): Promise<{ operation: Operation; source: ClusterNode; target: ClusterNode }> {
    const topology = await settled(client, 6);
    const masters = topology.nodes.filter(({ role }) => role === 'master');
    const [source, , target] = masters.sort((a, b) => b.slots.count - a.slots.count);
    assert(source && target);
    const plan = planReshard(topology, { slots: 600, from: [source.id], to: target.id, latencyMilliseconds: 1 });
    const operation = await runAndHold(client, plan, { kind: 'moveSlots', message: /^[1-9]\d* of / });
    return { operation, source, target };
  }

  async function replicaOf({ id }: ClusterNode): Promise<ClusterNode> {
    const replica = (await client.observe()).nodes.find(({ masterId }) => masterId === id);
    assert(replica);
    return replica;
  }

  /** Asked again where the server gives it up, as it does after 5 s. */
  async function handOver({ port }: ClusterNode): Promise<void> {
    const isMaster = async (): Promise<boolean> => ((await sendCommand(port, ['ROLE'])) as RawReply[])[0] === 'master';
    for (let attempt = 0; attempt < 5 && !(await isMaster()); attempt++) {
      await sendCommand(port, ['CLUSTER', 'FAILOVER']).catch(() => undefined);
      await eventually(isMaster, { timeoutMilliseconds: 6000, what: 'the replica is the master' }).catch(
        () => undefined,
      );
    }
    assert(await isMaster(), 'the replica is the master');
  }

  async function assertWhole(ports: readonly number[]): Promise<void> {
    await eventually(async () => (await client.observe()).clusterState === 'ok', { what: 'the cluster is up' });
    assert.deepEqual(await openSlots(ports), []);
    await assertFilled(ports, keys);
  }

  for (const end of ['source', 'target'] as const)
    it(`goes on when the ${end} hands its role to its replica, and loses no write`, async () => {
      const ledger = startLedger(servers.ports, { intervalMilliseconds: 1 });
      try {
        const { operation, ...ends } = await startAndHold();
        const replica = await replicaOf(ends[end]);
        operation.resume();
        await handOver(replica);
        assert.equal((await operation.finished).outcome, 'completed');
        await ledger.more(100);
      } finally {
        await ledger.stop();
      }
      await ledger.assertKept();
      await checkCluster(servers);
      await assertWhole(servers.ports);
    });

  // It stays away: what came back could bring old data with it.
  for (const end of ['source', 'target'] as const)
    it(`goes on when the ${end} dies and its replica takes over`, async () => {
      const { operation, ...ends } = await startAndHold();
      const { port } = ends[end];
      operation.resume();
      await killAtOnce(servers, port);
      const { outcome, notes } = await operation.finished;
      assert.equal(outcome, 'completed');
      await assertWhole(servers.ports.filter(each => each !== port));
      const isWarned = notes.some(text => text.includes('can take its slots back'));
      assert.equal(isWarned, end === 'target' && ends.target.info?.flavour === 'valkey', notes.join());
    });
});
