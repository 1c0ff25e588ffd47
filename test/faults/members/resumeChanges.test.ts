import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { Journal } from '../../../src/core/operation/types';
import { planAddNode, type AddNodeRequest } from '../../../src/core/plan/planAddNode';
import { planRemoveNode } from '../../../src/core/plan/planRemoveNode';
import type { Plan } from '../../../src/core/plan/types';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
import { breakOff } from '../../support/childProcess';
import { assertNothingLost } from '../../support/failover/shards';
import { startWriter, type Writer } from '../../support/failover/writer';
import {
  assertAlone,
  assertForgotten,
  clientOf,
  linesOf,
  nodeAt,
  settled,
  shardOf,
  startMembers,
} from '../../support/members';
import type { PlanJob } from '../../support/planRunner';
import { checkCluster, eventually, sendCommand, type TestServers } from '../../support/testCluster';

const forgetWaitMilliseconds = 300;
const syncDelaySeconds = '1';

describe('a change of members by a process that was killed', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let journal: Journal;
  let writer: Writer;
  /** The six that are always members, and two that come and go. */
  let core: readonly number[];
  let extra: [number, number];

  before(async () => {
    const settings = {
      'repl-diskless-sync-delay': syncDelaySeconds,
      // Else the cluster moves replicas by itself.
      'cluster-allow-replica-migration': 'no',
    };
    servers = await startMembers({ spares: 2, settings });
    client = clientOf(servers);
    core = servers.ports.slice(0, 6);
    extra = servers.ports.slice(6) as [number, number];
  });
  after(async () => {
    await client.close();
    await servers.close();
  });
  beforeEach(async () => {
    await settled(client, 6);
    for (const port of extra) await assertAlone(port);
    journal = await openJournal(await mkdtemp(join(servers.directory, 'journal-')));
    writer = startWriter(core, 1);
    await writer.more(20);
  });
  afterEach(async () => {
    await writer.stop();
    for (const port of [...extra].reverse()) await takeOut(port);
  });

  async function kill(
    planner: PlanJob['planner'],
    request: object,
    step: string,
    afterMilliseconds: number,
  ): Promise<string> {
    return (await breakOff({ planner, request, nodes: servers.nodes, journal }, step, afterMilliseconds)).id;
  }

  async function resume(id: string): Promise<void> {
    assert.equal((await journal.resume(client, id).finished).outcome, 'completed');
  }

  async function rollBack(id: string): Promise<string> {
    const { outcome, notes } = await journal.rollBack(client, id).finished;
    assert.equal(outcome, 'cancelled');
    return notes.join(' ');
  }

  /** Outside a crash test: plans when it can be planned, and runs it. */
  async function change(makePlan: (topology: Topology) => Plan): Promise<void> {
    let plan: Plan | undefined;
    await eventually(
      async () => {
        plan = makePlan(await client.observe());
        return true;
      },
      { timeoutMilliseconds: 30_000, what: 'it can be planned' },
    );
    assert.equal((await client.run(plan!).finished).outcome, 'completed');
  }

  const add = (request: AddNodeRequest): Promise<void> => change(topology => planAddNode(topology, request));
  const remove = (node: string): Promise<void> =>
    change(topology => planRemoveNode(topology, { node, forgetWaitMilliseconds }));

  /** Leaves the node outside the cluster and empty, whatever a test made of it. */
  async function takeOut(port: number): Promise<void> {
    const node = nodeAt(await client.observe(), port);
    if ((await listersOf(node.id)) > 0) await remove(node.id);
    if ((await linesOf(port)).length > 1) await add({ node: node.address, as: 'spare' });
  }

  async function listersOf(id: string): Promise<number> {
    const views = await Promise.all(core.map(port => linesOf(port)));
    return views.filter(lines => lines.some(line => line.startsWith(id))).length;
  }

  /** Nobody half forgotten, half met or half moved; nothing lost, no setting left lowered, and the reference tool is content. */
  async function assertWhole(members: number): Promise<Topology> {
    const topology = await settled(client, members);
    const ids = topology.nodes.filter(({ inCluster }) => inCluster).map(({ id }) => id);
    for (const { port } of topology.nodes.filter(({ inCluster }) => inCluster))
      assert.deepEqual((await linesOf(port)).map(line => line.split(' ')[0]).sort(), [...ids].sort(), `${port}`);
    for (const port of servers.ports)
      assert.deepEqual(await sendCommand(port, ['CONFIG', 'GET', 'repl-diskless-sync-delay']), [
        'repl-diskless-sync-delay',
        syncDelaySeconds,
      ]);
    await writer.more(20);
    const ledger = await writer.stop();
    const { master, replicas } = shardOf(topology);
    await assertNothingLost(master.port, ledger);
    for (const { port, info } of replicas) {
      assert.equal(info?.masterLink, 'up');
      assert.equal(await sendCommand(port, ['DBSIZE']), await sendCommand(master.port, ['DBSIZE']), `${port}`);
    }
    await checkCluster(servers);
    assert.deepEqual(await journal.unfinished(), []);
    return topology;
  }

  describe('which adds a replica', () => {
    const moments: [string, number][] = [
      ['lowerSetting', 0],
      ['lowerSetting', 2],
      ['meet', 0],
      ['meet', 20],
      ['replicate', 5],
      ['awaitSync', 0],
      ['awaitSync', 20],
      ['restoreSettings', 0],
    ];
    for (const [step, delay] of moments) {
      const begin = async (): Promise<{ id: string; node: ClusterNode; master: ClusterNode }> => {
        const topology = await client.observe();
        const [node, { master }] = [nodeAt(topology, extra[0]), shardOf(topology)];
        const request = { node: node.id, as: 'replica', master: master.id };
        return { id: await kill('planAddNode', request, step, delay), node, master };
      };

      it(`${delay} ms into the step ${step} is resumed to a replica in step`, async () => {
        const { id, node, master } = await begin();
        await resume(id);
        const topology = await assertWhole(7);
        assert.equal(nodeAt(topology, extra[0]).id, node.id);
        assert.equal(nodeAt(topology, extra[0]).masterId, master.id);
      });

      it(`${delay} ms into the step ${step} is rolled back to an empty node that nobody knows`, async () => {
        const { id, node } = await begin();
        await rollBack(id);
        await assertAlone(extra[0]);
        await assertForgotten(core, node.id);
        assert.equal(nodeAt(await assertWhole(6), extra[0]).status, 'spare');
      });
    }
  });

  describe('which empties a node that the cluster has forgotten', () => {
    for (const [step, delay] of [
      ['resetNode', 0],
      ['resetNode', 10],
      ['forget', 0],
      ['forget', 5],
    ] as const) {
      const begin = async (): Promise<{ id: string; node: ClusterNode }> => {
        const node = await joinReplica(extra[0]);
        await Promise.all(core.map(port => sendCommand(port, ['CLUSTER', 'FORGET', node.id]).catch(ignoreUnknown)));
        const request = { node: node.id, as: 'spare' };
        return { id: await kill('planAddNode', request, step, delay), node };
      };

      it(`${delay} ms into the step ${step} is resumed to a spare`, async () => {
        const { id, node } = await begin();
        await resume(id);
        await assertAlone(extra[0]);
        await assertForgotten(core, node.id);
        assert.equal(nodeAt(await assertWhole(6), extra[0]).status, 'spare');
      });

      it(`${delay} ms into the step ${step} is rolled back: what is not done yet can be planned again`, async () => {
        const { id, node } = await begin();
        await rollBack(id);
        if ((await linesOf(extra[0])).length > 1) await add({ node: node.id, as: 'spare' });
        await assertAlone(extra[0]);
        await assertForgotten(core, node.id);
        assert.equal(nodeAt(await assertWhole(6), extra[0]).status, 'spare');
      });
    }
  });

  const leaving: [string, number][] = [
    ['resetNode', 0],
    ['resetNode', 10],
    ['forget', 0],
    ['forget', 5],
    ['awaitForgotten', 0],
  ];

  describe('which removes a living replica', () => {
    for (const [step, delay] of leaving) leaves(step, delay, () => joinReplica(extra[0]));
  });

  describe('which removes a master without slots that has a replica', () => {
    const moments: [string, number][] = [
      ['lowerSetting', 2],
      ['replicate', 0],
      ['replicate', 5],
      ['awaitSync', 0],
    ];
    for (const [step, delay] of [...moments, ...leaving])
      leaves(
        step,
        delay,
        async () => {
          await add({ node: `127.0.0.1:${extra[0]}`, as: 'master' });
          await add({ node: `127.0.0.1:${extra[1]}`, as: 'replica', master: `127.0.0.1:${extra[0]}` });
          return nodeAt(await settled(client, 8), extra[0]);
        },
        1,
      );
  });

  /** `others`: how many more are there that stay. */
  function leaves(step: string, delay: number, prepare: () => Promise<ClusterNode>, others = 0): void {
    const begin = async (): Promise<{ id: string; node: ClusterNode }> => {
      const node = await prepare();
      const request = { node: node.id, forgetWaitMilliseconds };
      return { id: await kill('planRemoveNode', request, step, delay), node };
    };

    it(`${delay} ms into the step ${step} is resumed: the node stands by, empty and forgotten`, async () => {
      const { id, node } = await begin();
      await resume(id);
      await assertAlone(extra[0]);
      await assertForgotten(core, node.id);
      assert.equal(nodeAt(await assertWhole(6 + others), extra[0]).status, 'spare');
    });

    it(`${delay} ms into the step ${step} is rolled back: it is a member as before, or the same can be planned again`, async () => {
      const { id, node } = await begin();
      const notes = await rollBack(id);
      if (nodeAt(await client.observe(), extra[0]).id === node.id) await assertWhole(7 + others);
      else {
        assert.match(notes, /gone too far to be taken back.*plan the same again/);
        if ((await listersOf(node.id)) > 0) await remove(node.id);
        await assertAlone(extra[0]);
        await assertForgotten(core, node.id);
        await assertWhole(6 + others);
      }
    });
  }

  describe('which moves a replica', () => {
    for (const [step, delay] of [
      ['lowerSetting', 0],
      ['lowerSetting', 2],
      ['replicate', 0],
      ['replicate', 5],
      ['awaitSync', 0],
      ['restoreSettings', 0],
    ] as const) {
      const begin = async (): Promise<{ id: string; node: ClusterNode; master: ClusterNode }> => {
        const node = await joinReplica(extra[0], 16_383);
        const { master } = shardOf(await client.observe());
        return {
          id: await kill('planMoveReplica', { replica: node.id, master: master.id }, step, delay),
          node,
          master,
        };
      };

      it(`${delay} ms into the step ${step} is resumed to a replica of the other master`, async () => {
        const { id, master } = await begin();
        await resume(id);
        assert.equal(nodeAt(await assertWhole(7), extra[0]).masterId, master.id);
      });

      it(`${delay} ms into the step ${step} is rolled back: it is left where it is, in step, and that is told`, async () => {
        const { id, node } = await begin();
        const notes = await rollBack(id);
        const { masterId } = nodeAt(await assertWhole(7), extra[0]);
        assert(masterId === node.masterId || /left where they are.*is a replica of/.test(notes), notes);
      });
    }
  });

  /** Makes an empty node a replica of the shard with this slot. */
  async function joinReplica(port: number, slot = 0): Promise<ClusterNode> {
    const topology = await client.observe();
    await add({ node: `127.0.0.1:${port}`, as: 'replica', master: shardOf(topology, slot).master.id });
    return nodeAt(await settled(client, 7), port);
  }
});

function ignoreUnknown(error: Error): void {
  if (!/Unknown node/.test(error.message)) throw error;
}
