import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placeNodes, type Placement } from '../../../src/core/plan/placement/placeNodes';
import { planCreate } from '../../../src/core/plan/planCreate';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { emptyNodes, nodesOnHosts } from '../../unit/plan/emptyNodes';

interface Node {
  hostLabel: string;
  address: string;
}

type Shards = Placement<Node>['shards'];

describe('placeNodes', () => {
  it('is as good as the best of all placements of up to 8 nodes', () => {
    const small = cases({ hosts: 4, perHost: 5, nodes: 8, replicas: 3 });
    fc.assert(
      fc.property(small, ({ nodes, masters, replicasPerMaster }) => {
        const { shards } = placeNodes(nodes, { masters, replicasPerMaster });
        let best = faults(shards, nodes);
        for (const other of allPlacements(nodes, masters, replicasPerMaster)) {
          const theirs = faults(other, nodes);
          if (compare(theirs, best) < 0) best = theirs;
        }
        assert.deepEqual(faults(shards, nodes), best);
      }),
      { numRuns: 150 },
    );
  });

  it('uses every node once, gives every master its replicas, and scores what it did', () => {
    const large = cases({ hosts: 12, perHost: 9, nodes: 60, replicas: 4 });
    fc.assert(
      fc.property(large, ({ nodes, masters, replicasPerMaster }) => {
        const { shards, spares, score } = placeNodes(nodes, { masters, replicasPerMaster });
        assert.equal(shards.length, masters);
        for (const { replicas } of shards) assert.equal(replicas.length, replicasPerMaster);
        const placed = [...shards.flatMap(({ master, replicas }) => [master, ...replicas]), ...spares];
        assert.equal(new Set(placed).size, nodes.length);
        assert.equal(placed.length, nodes.length);
        const [sameHost, , sharing, spread] = faults(shards, nodes);
        assert.equal(score.replicasOnMastersHost, sameHost);
        assert.equal(score.replicasSharingHost, sharing);
        assert.equal(score.masterSpread, spread);
      }),
    );
  });

  it('keeps a single replica off the host of its master whenever no host holds more nodes than there are masters', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 20 }), counts => {
        const total = counts.reduce((sum, count) => sum + count, 0);
        const masters = Math.floor(total / 2);
        const { score } = placeNodes(toNodes(counts), { masters, replicasPerMaster: 1 });
        const excess = Math.max(...counts) - masters - (total % 2);
        assert.equal(score.replicasOnMastersHost, Math.max(0, excess));
      }),
    );
  });
});

describe('planCreate', () => {
  it('plans all slots once, distinct epochs and plain JSON, whatever the order of the nodes', () => {
    const request = cases({ hosts: 6, perHost: 6, nodes: 24, replicas: 3 }).chain(found =>
      fc.record({
        found: fc.constant(found),
        shuffled: fc.shuffledSubarray(found.nodes, { minLength: found.nodes.length }),
      }),
    );
    fc.assert(
      fc.property(request, ({ found, shuffled }) => {
        const { masters, replicasPerMaster } = found;
        const plan = (nodes: readonly Node[]) =>
          planCreate(emptyNodes(...nodes.map(({ address, hostLabel }) => `${address} ${hostLabel}`)), {
            masters,
            replicasPerMaster,
            allowFewMasters: true,
          });
        const result = plan(found.nodes);
        assert.deepEqual(plan(shuffled), result);
        assert.deepEqual(JSON.parse(JSON.stringify(result)), result);

        const slots = result.after.nodes.map(node => SlotSet.parse(node.slots));
        assert.ok(slots.reduce((all, some) => all.union(some), SlotSet.empty).equals(SlotSet.all));
        assert.equal(
          slots.reduce((sum, { count }) => sum + count, 0),
          SlotSet.all.count,
        );
        for (const step of result.steps)
          if (step.kind === 'setConfigEpochs')
            assert.deepEqual(
              step.epochs.map(({ epoch }) => epoch),
              Array.from({ length: masters * (1 + replicasPerMaster) }, (_, index) => index + 1),
            );
      }),
    );
  });
});

interface Limits {
  hosts: number;
  perHost: number;
  nodes: number;
  replicas: number;
}

interface Case {
  nodes: Node[];
  masters: number;
  replicasPerMaster: number;
}

function cases({ hosts, perHost, nodes, replicas }: Limits): fc.Arbitrary<Case> {
  return fc
    .record({
      counts: fc.array(fc.integer({ min: 1, max: perHost }), { minLength: 1, maxLength: hosts }),
      replicasPerMaster: fc.integer({ min: 0, max: replicas }),
      spareMasters: fc.integer({ min: 0, max: 1 }),
    })
    .map(({ counts, replicasPerMaster, spareMasters }) => {
      const chosen = toNodes(counts).slice(0, nodes);
      const most = Math.floor(chosen.length / (1 + replicasPerMaster));
      return { nodes: chosen, masters: Math.max(1, most - spareMasters), replicasPerMaster, most };
    })
    .filter(({ most }) => most > 0);
}

function toNodes(counts: readonly number[]): Node[] {
  return nodesOnHosts(...counts).map(name => {
    const [address, hostLabel] = name.split(' ') as [string, string];
    return { address, hostLabel };
  });
}

/** Worst first: replicas with their master, majority at risk, replicas together, spread of the masters. */
function faults(shards: Shards, nodes: readonly Node[]): [number, number, number, number] {
  let sameHost = 0;
  let sharing = 0;
  const masters = new Map(nodes.map(node => [node.hostLabel, 0]));
  for (const { master, replicas } of shards) {
    masters.set(master.hostLabel, masters.get(master.hostLabel)! + 1);
    const seen = new Set<string>();
    for (const { hostLabel } of replicas) {
      if (hostLabel === master.hostLabel) sameHost++;
      if (seen.has(hostLabel)) sharing++;
      seen.add(hostLabel);
    }
  }
  const most = Math.max(...masters.values());
  const isMajorityAtRisk = (shards.length - most) * 2 <= shards.length;
  return [sameHost, isMajorityAtRisk ? 1 : 0, sharing, most - Math.min(...masters.values())];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, index) => value !== b[index]);
  return index < 0 ? 0 : a[index]! - b[index]!;
}

function* allPlacements(nodes: readonly Node[], masters: number, replicasPerMaster: number): Generator<Shards> {
  for (const chosen of choices(nodes, masters))
    yield* allReplicas(
      chosen,
      nodes.filter(node => !chosen.includes(node)),
      replicasPerMaster,
    );
}

function* allReplicas(masters: readonly Node[], rest: readonly Node[], each: number): Generator<Shards> {
  const [master, ...others] = masters;
  if (!master) {
    yield [];
    return;
  }
  for (const replicas of choices(rest, each))
    for (const shards of allReplicas(
      others,
      rest.filter(node => !replicas.includes(node)),
      each,
    ))
      yield [{ master, replicas }, ...shards];
}

function* choices(nodes: readonly Node[], count: number): Generator<Node[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (let index = 0; index + count <= nodes.length; index++)
    for (const rest of choices(nodes.slice(index + 1), count - 1)) yield [nodes[index]!, ...rest];
}
