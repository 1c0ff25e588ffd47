import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planBalanceRoles } from '../../../src/core/plan/balance/planBalanceRoles';
import { PlanError } from '../../../src/core/plan/planError';
import type { PlannedNode, Plan } from '../../../src/core/plan/types';
import type { Topology } from '../../../src/core/topology/types';
import { arbitraryPlaces, topologyAfter, topologyOf, type Places } from './arbitraryBalance';

const small = arbitraryPlaces({ shards: 5, replicas: 3, hosts: 5 });
const large = arbitraryPlaces({ shards: 12, replicas: 3, hosts: 8 });

describe('planBalanceRoles', () => {
  it('with failovers alone is as good as the best of all choices of masters, and changes as few shards as the cheapest of these', () => {
    fc.assert(
      fc.property(small, places => {
        const start = judge(
          places,
          places.map(() => 0),
        );
        let best = start;
        for (const choice of allChoices(places)) {
          const judged = judge(places, choice);
          if (judged.total <= start.total && compare(judged.rank, best.rank) < 0) best = judged;
        }
        const plan = planned(topologyOf(places), { moveReplicas: false });
        const after = plan ? judgePicture(plan.after.nodes) : start.rank.slice(0, 4);
        assert.deepEqual(after, best.rank.slice(0, 4));
        assert.equal(plan?.steps.filter(({ kind }) => kind === 'failOver').length ?? 0, best.rank[4]);
        assert.ok(!plan?.steps.some(({ kind }) => kind === 'replicate'));
      }),
      { numRuns: 200 },
    );
  });

  it('never makes the placement worse, and tells the score of both pictures', () => {
    fc.assert(
      fc.property(large, places => {
        const plan = planned(topologyOf(places));
        if (!plan) return;
        assert.ok(plan.placementBefore && plan.placement);
        assert.ok(plan.placement.total <= plan.placementBefore.total);
        assert.ok(compare(judgePicture(plan.after.nodes), judgePicture(plan.before.nodes)) < 0);
        const hosts = new Set(plan.after.nodes.map(({ hostLabel }) => hostLabel)).size;
        for (const [nodes, score] of [
          [plan.before.nodes, plan.placementBefore],
          [plan.after.nodes, plan.placement],
        ] as const) {
          const [onMastersHost, , sharing] = judgePicture(nodes);
          assert.equal(score.replicasOnMastersHost, onMastersHost);
          assert.equal(score.replicasSharingHost, sharing);
          const counts = mastersByHost(nodes);
          const fewest = counts.size < hosts ? 0 : Math.min(...counts.values());
          assert.equal(score.masterSpread, Math.max(...counts.values()) - fewest);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('finds nothing to do once its plan has been carried out', () => {
    fc.assert(
      fc.property(large, places => {
        const plan = planned(topologyOf(places));
        if (plan) assert.equal(planned(topologyAfter(plan.after.nodes)), undefined);
      }),
      { numRuns: 300 },
    );
  });

  it('gives steps that lead to its picture, one failover per shard at most, and every shard keeps its number of nodes', () => {
    fc.assert(
      fc.property(large, places => {
        const plan = planned(topologyOf(places));
        if (!plan) return;
        const nodes = new Map(plan.before.nodes.map(node => [node.id, { ...node }]));
        const failedOver = new Set<string>();
        for (const step of plan.steps) {
          if (step.kind === 'replicate')
            for (const { node, master } of step.replicas) {
              assert.equal(nodes.get(node.id)!.role, 'replica', 'only a replica changes its master');
              assert.equal(nodes.get(master.id)!.role, 'master', 'it follows a master');
              nodes.get(node.id)!.master = master.address;
            }
          if (step.kind !== 'failOver') continue;
          const [replica, master] = [nodes.get(step.replica.id)!, nodes.get(step.master.id)!];
          assert.ok(!failedOver.has(step.slots), 'one failover per shard');
          failedOver.add(step.slots);
          assert.equal(replica.master, master.address, 'it is its replica by then');
          assert.equal(master.slots, step.slots);
          for (const node of nodes.values()) if (node.master === master.address) node.master = replica.address;
          Object.assign(replica, { role: 'master', slots: master.slots, master: undefined });
          Object.assign(master, { role: 'replica', slots: '', master: replica.address });
        }
        const bare = [...nodes.values()].map(({ master, ...rest }) =>
          master === undefined ? rest : { ...rest, master },
        );
        assert.deepEqual(bare, plan.after.nodes);
        assert.deepEqual(sizesBySlots(plan.after.nodes), sizesBySlots(plan.before.nodes));
      }),
      { numRuns: 200 },
    );
  });

  it('leaves no single failover that would help', () => {
    fc.assert(
      fc.property(large, places => {
        const topology = topologyOf(places);
        const before = planned(topology);
        const nodes = before?.after.nodes ?? [];
        if (!before) return;
        const rank = judgePicture(nodes);
        const total = before.placementBefore!.total;
        for (const replica of nodes.filter(({ role }) => role === 'replica')) {
          const swapped = nodes.map((node): PlannedNode => {
            if (node.id === replica.id) {
              const master = nodes.find(({ address }) => address === replica.master)!;
              return { ...node, role: 'master', slots: master.slots };
            }
            return node.address === replica.master
              ? { ...node, role: 'replica', slots: '', master: replica.address }
              : node.master === replica.master
                ? { ...node, master: replica.address }
                : node;
          });
          if (totalOf(swapped) <= total) assert.ok(compare(judgePicture(swapped), rank) >= 0, replica.address);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('never makes a master of a node that is not well, and moves none', () => {
    const troubled = fc
      .record({
        places: large,
        silent: fc.array(fc.nat(60), { maxLength: 8 }),
        suspect: fc.array(fc.nat(60), { maxLength: 4 }),
      })
      .map(({ places, silent, suspect }) => {
        const size = places.flat().length;
        const isReplica = (index: number): boolean => index >= places.length && index < size;
        const unwell = silent.filter(isReplica);
        return {
          places,
          silent: unwell,
          suspect: suspect.filter(index => isReplica(index) && !unwell.includes(index)),
        };
      });
    fc.assert(
      fc.property(troubled, ({ places, silent, suspect }) => {
        const topology = topologyOf(places, { silent, suspect });
        const plan = planned(topology);
        const well = new Set(
          topology.nodes.filter(({ status, reachable }) => status === 'ok' && reachable).map(({ id }) => id),
        );
        for (const step of plan?.steps ?? []) {
          if (step.kind === 'failOver') assert.ok(well.has(step.replica.id));
          if (step.kind === 'replicate') for (const { node } of step.replicas) assert.ok(well.has(node.id));
        }
        assert.ok(!plan || plan.placement!.total <= plan.placementBefore!.total);
      }),
      { numRuns: 150 },
    );
  });

  it('gives plain data, the same both times', () => {
    fc.assert(
      fc.property(large, places => {
        const plan = planned(topologyOf(places));
        assert.deepEqual(planned(topologyOf(places)), plan);
        if (plan) assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
      }),
      { numRuns: 50 },
    );
  });
});

function planned(topology: Topology, request: Parameters<typeof planBalanceRoles>[1] = {}): Plan | undefined {
  try {
    return planBalanceRoles(topology, request);
  } catch (error) {
    if (error instanceof PlanError && error.code === 'alreadyBalanced') return undefined;
    throw error;
  }
}

interface Judged {
  /** On the master's host, majority at risk, sharing, squares, failovers. */
  rank: number[];
  total: number;
}

/** By its own reckoning: `choice` is per shard the index of its master. */
function judge(places: Places, choice: readonly number[]): Judged {
  const nodes = places.flatMap((hosts, shard) =>
    hosts.map((host, index): PlannedNode => ({
      id: `${shard}/${index}`,
      address: `${shard}/${index}`,
      hostLabel: String(host),
      ...(index === choice[shard]
        ? { role: 'master' as const, slots: String(shard) }
        : { role: 'replica' as const, slots: '', master: `${shard}/${choice[shard]}` }),
    })),
  );
  const failovers = choice.filter(index => index !== 0).length;
  return { rank: [...judgePicture(nodes), failovers], total: totalOf(nodes) };
}

function judgePicture(nodes: readonly PlannedNode[]): [number, number, number, number] {
  let onMastersHost = 0;
  let sharing = 0;
  for (const master of nodes.filter(({ role }) => role === 'master')) {
    const hosts = nodes.filter(node => node.master === master.address).map(({ hostLabel }) => hostLabel);
    onMastersHost += hosts.filter(host => host === master.hostLabel).length;
    sharing += hosts.filter((host, index) => hosts.indexOf(host) < index).length;
  }
  const counts = [...mastersByHost(nodes).values()];
  const squares = counts.reduce((sum, count) => sum + count ** 2, 0);
  return [onMastersHost, hostsAtRisk(counts) > 0 ? 1 : 0, sharing, squares];
}

function totalOf(nodes: readonly PlannedNode[]): number {
  const [onMastersHost, , sharing] = judgePicture(nodes);
  const counts = [...mastersByHost(nodes).values()];
  const hosts = new Set(nodes.map(({ hostLabel }) => hostLabel)).size;
  const fewest = counts.length < hosts ? 0 : Math.min(...counts);
  return 10_000 * onMastersHost + 1000 * hostsAtRisk(counts) + 100 * sharing + Math.max(...counts) - fewest;
}

function hostsAtRisk(counts: readonly number[]): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.filter(count => (all - count) * 2 <= all).length;
}

function mastersByHost(nodes: readonly PlannedNode[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { role, hostLabel } of nodes)
    if (role === 'master') counts.set(hostLabel, (counts.get(hostLabel) ?? 0) + 1);
  return counts;
}

function sizesBySlots(nodes: readonly PlannedNode[]): Record<string, number> {
  const masters = nodes.filter(({ role }) => role === 'master');
  return Object.fromEntries(
    masters
      .map(({ slots, address }) => [slots, nodes.filter(({ master }) => master === address).length] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function* allChoices(places: Places): Generator<number[]> {
  const [first, ...rest] = places;
  if (!first) {
    yield [];
    return;
  }
  for (const [index] of first.entries()) for (const others of allChoices(rest)) yield [index, ...others];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : a[index]! - b[index]!;
}
