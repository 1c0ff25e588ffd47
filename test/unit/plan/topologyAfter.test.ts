import assert from 'node:assert/strict';
import { health } from '../../../src/core/health/health';
import { planBalanceRoles } from '../../../src/core/plan/balance/planBalanceRoles';
import { planRunCommand } from '../../../src/core/plan/command/planRunCommand';
import { planSetConfig } from '../../../src/core/plan/config/planSetConfig';
import { planFix } from '../../../src/core/plan/fix/planFix';
import { planImport } from '../../../src/core/plan/import/planImport';
import { planAddNode } from '../../../src/core/plan/planAddNode';
import { planBalanceSlots } from '../../../src/core/plan/planBalanceSlots';
import { planCreate } from '../../../src/core/plan/planCreate';
import { planFailover } from '../../../src/core/plan/planFailover';
import { plannedNode } from '../../../src/core/plan/plannedNode';
import { planMoveReplica } from '../../../src/core/plan/planMoveReplica';
import { planRemoveNode } from '../../../src/core/plan/planRemoveNode';
import { planReplaceNode } from '../../../src/core/plan/planReplaceNode';
import { planReshard } from '../../../src/core/plan/planReshard';
import { topologyAfter } from '../../../src/core/plan/topologyAfter';
import type { Plan, PlanKind } from '../../../src/core/plan/types';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Topology } from '../../../src/core/topology/types';
import { changed, looksAt, modelCluster, nodeId } from '../topology/modelCluster';
import { emptyNodes } from './emptyNodes';
import { importing, lookAt, migrating } from './fix/fixScenes';
import { importSource } from './importSource';
import { failedOver, sceneOf, spareId, withFailed } from './memberTopologies';

const [first, second, , replica, otherReplica] = [1, 2, 3, 4, 5].map(nodeId) as [
  string,
  string,
  string,
  string,
  string,
];
const measurements = { keys: new Array<number>(16_384).fill(10), sources: {}, engines: {}, bigKeys: [] };

interface Case {
  kind: PlanKind;
  title: string;
  topology: Topology;
  plan: (topology: Topology) => Plan;
  /** Master and replicas of the shards, by the number of the node; `21` is the spare. */
  shards: Record<string, string>;
}

const usual = { 'slot-0': '1 < 4', 'slot-5462': '2 < 5', 'slot-10923': '3 < 6' };

const cases: Case[] = [
  {
    kind: 'failover',
    title: 'swaps master and replica',
    topology: sceneOf(),
    plan: topology => planFailover(topology, { replica }),
    shards: { ...usual, 'slot-0': '4 < 1' },
  },
  {
    kind: 'moveReplica',
    title: 'hangs a replica under another master',
    topology: sceneOf(),
    plan: topology => planMoveReplica(topology, { replica: otherReplica, master: first }),
    shards: { ...usual, 'slot-0': '1 < 4 5', 'slot-5462': '2 <' },
  },
  {
    kind: 'addNode',
    title: 'makes a spare a member',
    topology: sceneOf(),
    plan: topology => planAddNode(topology, { node: spareId, as: 'replica', master: second }),
    shards: { ...usual, 'slot-5462': '2 < 5 21' },
  },
  {
    kind: 'removeNode',
    title: 'makes a living member a spare',
    topology: sceneOf(),
    plan: topology => planRemoveNode(topology, { node: replica }),
    shards: { ...usual, 'slot-0': '1 <' },
  },
  {
    kind: 'removeNode',
    title: 'leaves nothing of a dead member',
    topology: sceneOf(withFailed(otherReplica)),
    plan: topology => planRemoveNode(topology, { node: otherReplica }),
    shards: { ...usual, 'slot-5462': '2 <' },
  },
  {
    kind: 'replaceNode',
    title: 'gives a spare the place of a dead master whose replica took over',
    topology: sceneOf(failedOver()),
    plan: topology => planReplaceNode(topology, { node: first, spare: spareId }),
    shards: { ...usual, 'slot-0': '4 < 21' },
  },
  {
    kind: 'balanceRoles',
    title: 'spreads the masters over the hosts',
    topology: sceneOf({
      spares: [],
      hosts: Object.fromEntries(
        modelCluster(3, 1).map(({ host, port }, index) => [
          `${host}:${port}`,
          ['h1', 'h1', 'h2', 'h2', 'h3', 'h3'][index]!,
        ]),
      ),
    }),
    plan: topology => planBalanceRoles(topology),
    shards: { ...usual, 'slot-5462': '5 < 2' },
  },
  {
    kind: 'reshard',
    title: 'moves slots from one master to another',
    topology: sceneOf(),
    plan: topology => planReshard(topology, { slots: '0-5460', to: second, measurements }),
    shards: { ...usual, 'slot-0': '1 < 4', 'slot-5462': '2 < 5' },
  },
  {
    kind: 'balanceSlots',
    title: 'gives an empty master its share',
    topology: sceneOf({ nodes: changed(modelCluster(4), nodeId(4), { slots: '' }).map(withThreeShares) }),
    plan: topology => planBalanceSlots(topology, { by: 'slots', includeEmpty: true, measurements }),
    shards: {},
  },
  {
    kind: 'fix',
    title: 'closes what was open',
    topology: openScene().topology,
    plan: topology => planFix(topology, { inspection: openScene().inspection, openSlots: 'rollBack' }),
    shards: usual,
  },
  {
    kind: 'create',
    title: 'makes a cluster of empty nodes',
    topology: emptyNodes(...[1, 2, 3, 4, 5, 6].map(number => `10.0.0.${number}:7000`)),
    plan: topology => planCreate(topology, { replicasPerMaster: 1 }),
    shards: {},
  },
  {
    kind: 'setConfig',
    title: 'leaves every node where it is',
    topology: sceneOf(),
    plan: topology => planSetConfig(topology, { settings: { 'maxmemory-policy': 'noeviction' } }),
    shards: usual,
  },
  {
    kind: 'runCommand',
    title: 'leaves every node where it is',
    topology: sceneOf(),
    plan: topology => planRunCommand(topology, { words: ['PING'] }),
    shards: usual,
  },
  {
    kind: 'import',
    title: 'leaves every node where it is',
    topology: sceneOf(),
    plan: topology => planImport(topology, { facts: { stateId: topology.stateId, source: importSource, targets: [] } }),
    shards: usual,
  },
];

describe('topologyAfter', () => {
  for (const { kind, title, topology, plan: make, shards } of cases)
    it(`${kind}: ${title}`, () => {
      const plan = make(topology);
      assert.equal(plan.kind, kind);
      const after = topologyAfter(topology, plan);
      const shown = new Map(after.nodes.map(node => [node.id, plannedNode(node, after)]));
      for (const { id, address, role, master, slots: theirs } of plan.after.nodes) {
        const is = shown.get(id);
        assert.deepEqual([is?.role, is?.master, is?.slots], [role, master, theirs], address);
      }
      for (const { id, address } of plan.before.nodes)
        assert.equal(
          shown.has(id),
          plan.after.nodes.some(node => node.id === id),
          address,
        );
      for (const [id, members] of Object.entries(shards)) assert.equal(membersOf(after, id), members, id);
      assert.equal(after.clusterState, 'ok');
      assert.equal(after.coveredSlots.count, 16_384);
    });

  it('keeps the very nodes that nothing happens to, and the topology it is given as it was', () => {
    const topology = sceneOf();
    const kept = structuredClone(topology.nodes.map(({ id, role, masterId }) => [id, role, masterId]));
    const after = topologyAfter(topology, planFailover(topology, { replica }));
    assert.deepEqual(
      topology.nodes.map(({ id, role, masterId }) => [id, role, masterId]),
      kept,
    );
    for (const node of topology.nodes)
      assert.equal(after.nodes.includes(node), node.id !== first && node.id !== replica, node.address);
  });

  it('leaves no slot open that a fix closes', () => {
    const { topology, inspection } = openScene();
    const after = topologyAfter(topology, planFix(topology, { inspection, openSlots: 'rollBack' }));
    assert(topology.nodes.some(({ openSlots }) => openSlots.length > 0));
    assert.deepEqual(
      after.nodes.flatMap(({ openSlots }) => openSlots),
      [],
    );
  });

  describe('of a plan that changes no role', () => {
    const nodes = modelCluster(3, 1);
    const plain = (topology: Topology): Plan => planRunCommand(topology, { words: ['PING'] });
    const without = (plan: Plan, id: string): Plan => ({
      ...plan,
      after: { nodes: plan.before.nodes.filter(node => node.id !== id) },
    });

    it('keeps what the nodes differ about, but for slots that a fix settles', () => {
      const seen = changed(changed(nodes, first, { slots: '0-5460' }), otherReplica, { masterId: first });
      const viewpoints = { [replica]: { nodes: seen } };
      const { topology, inspection } = lookAt({ viewpoints });
      const kinds = (of: Topology): string[] => of.disagreements.map(({ kind }) => kind);
      assert.deepEqual(kinds(topology), ['slotOwner', 'role']);
      assert.deepEqual(kinds(topologyAfter(topology, plain(topology))), ['slotOwner', 'role']);
      assert.deepEqual(kinds(topologyAfter(topology, planFix(topology, { inspection }))), ['role']);
    });

    it('forgets ghosts and forgotten nodes that it removes, or takes in, and no others', () => {
      const topology: Topology = { ...sceneOf(), ghosts: [replica, otherReplica], forgotten: [spareId] };
      const plan = plain(topology);
      assert.deepEqual(topologyAfter(topology, without(plan, replica)).ghosts, [otherReplica]);
      assert.deepEqual(topologyAfter(topology, plan).forgotten, [], 'it is in the picture');
      const { after: shown } = without(plan, spareId);
      assert.deepEqual(topologyAfter(topology, { ...plan, before: shown, after: shown }).forgotten, [spareId]);
    });

    it('serves all slots only where their masters answer, and is no cluster without members', () => {
      const stateOf = (topology: Topology): string => topologyAfter(topology, plain(topology)).clusterState;
      assert.equal(stateOf(sceneOf({ silent: [first] })), 'fail');
      assert.equal(stateOf(sceneOf(withFailed(first))), 'fail');
      assert.equal(stateOf(sceneOf({ silent: [replica] })), 'ok');
      assert.equal(stateOf(sceneOf({ nodes: changed(nodes, first, { slots: '1-5461' }) })), 'fail');
      assert.equal(stateOf(sceneOf({ nodes: [] })), 'none');
    });

    it('counts the slots of the main cluster alone', () => {
      const small = modelCluster(2).map((node, index) => ({
        ...node,
        id: nodeId(100 + index),
        host: `10.5.0.${index}`,
      }));
      const lacking = changed(nodes, first, { slots: '1-5461' });
      const topology = mergeLooks([...looksAt(lacking), ...looksAt(small)]);
      const after = topologyAfter(topology, plain(topology));
      assert.deepEqual([after.coveredSlots.toString(), after.clusterState], ['1-16383', 'fail']);
      assert.equal(after.shards.filter(({ id }) => id.startsWith('slot-')).length, 3);
    });
  });

  it('can be judged: what the plan mends is no problem any more', () => {
    const topology = sceneOf(failedOver());
    const codes = (of: Topology): string[] => health(of).problems.map(({ code }) => code);
    assert(codes(topology).includes('nodeFailed'), codes(topology).join());
    const after = topologyAfter(topology, planReplaceNode(topology, { node: first, spare: spareId }));
    assert(!codes(after).includes('nodeFailed'), codes(after).join());
  });
});

function membersOf({ shards }: Topology, id: string): string {
  const shard = shards.find(each => each.id === id);
  if (!shard) return '';
  return [numberOf(shard.masterId ?? ''), '<', ...shard.replicaIds.map(numberOf)].join(' ');
}

function numberOf(id: string): string {
  return String(Number.parseInt(id.slice(0, 8), 16));
}

function withThreeShares<Node extends { slots: string }>(node: Node, index: number): Node {
  return { ...node, slots: modelCluster(3)[index]?.slots ?? '' };
}

function openScene() {
  return lookAt({
    viewpoints: { [first]: migrating(609, 2), [second]: importing(609, 1) },
    keys: { 609: { [first]: 5, [second]: 3 } },
  });
}
