import assert from 'node:assert/strict';
import fc from 'fast-check';
import { health } from '../../../src/core/health/health';
import { diffTopologies } from '../../../src/core/topology/diffTopologies';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import { SlotSet } from '../../../src/core/topology/slotSet';
import type { Look, Topology } from '../../../src/core/topology/types';
import { looksAt, loneNode, refusedLook } from '../../unit/topology/modelCluster';
import { arbitraryCluster, arbitraryLooks, type ArbitraryLooks } from './arbitraryCluster';

function looksOf({ nodes, silent, viewpoints }: ArbitraryLooks): Look[] {
  return [...looksAt(nodes, { silent, viewpoints }), ...looksAt([loneNode(77)]), refusedLook('10.8.8.8:7000')];
}

/** What a state id stands for, written out. */
function structureOf(topology: Topology): string {
  const nodes = topology.nodes
    .filter(node => node.status !== 'joining' || !node.id.startsWith('?'))
    .map(({ id, inCluster, role, masterId, slots, configEpoch, status, info }) =>
      inCluster
        ? [id, role, masterId, slots.toString(), role === 'master' ? configEpoch : '', status === 'failed'].join()
        : [id, 'outside', (info?.keys ?? 0) > 0, slots.toString(), status === 'failed'].join(),
    );
  return nodes.sort().join('\n');
}

describe('mergeLooks, for any looks', () => {
  it('does not depend on the order of the looks', () => {
    const shuffled = arbitraryLooks.chain(model => {
      const looks = looksOf(model);
      return fc.tuple(fc.constant(looks), fc.shuffledSubarray(looks, { minLength: looks.length }));
    });
    fc.assert(
      fc.property(shuffled, ([looks, other]) => {
        assert.deepEqual(JSON.parse(JSON.stringify(mergeLooks(other))), JSON.parse(JSON.stringify(mergeLooks(looks))));
      }),
      { numRuns: 200 },
    );
  });

  it('loses no node that anybody lists, and lists none twice', () => {
    fc.assert(
      fc.property(arbitraryLooks, model => {
        const { nodes } = mergeLooks(looksOf(model));
        const ids = nodes.map(node => node.id);
        assert.equal(new Set(ids).size, ids.length);
        for (const look of looksOf(model))
          if ('view' in look) for (const line of look.view.lines) assert.ok(ids.includes(line.id));
      }),
      { numRuns: 200 },
    );
  });

  it('gives every slot to one master at most, and only to one that somebody names', () => {
    fc.assert(
      fc.property(arbitraryLooks, model => {
        const topology = mergeLooks(looksOf(model));
        const main = new Set(
          topology.shards.filter(shard => shard.id.startsWith('slot-')).map(shard => shard.masterId),
        );
        let covered = SlotSet.empty;
        for (const node of topology.nodes) {
          if (node.slots.isEmpty) continue;
          assert.equal(node.role, 'master');
          const claimed = looksOf(model)
            .flatMap(look => ('view' in look ? look.view.lines : []))
            .filter(line => line.id === node.id)
            .reduce((all, line) => all.union(line.slots), SlotSet.empty);
          assert.ok(node.slots.difference(claimed).isEmpty);
          if (!main.has(node.id)) continue;
          assert.ok(covered.intersection(node.slots).isEmpty);
          covered = covered.union(node.slots);
        }
        assert.ok(covered.equals(topology.coveredSlots));
      }),
      { numRuns: 200 },
    );
  });

  it('puts every replica with a master into one shard, once, but for one that its cluster has forgotten', () => {
    fc.assert(
      fc.property(arbitraryLooks, model => {
        const topology = mergeLooks(looksOf(model));
        const { nodes, shards } = topology;
        const placed = shards.flatMap(shard => shard.replicaIds);
        assert.equal(new Set(placed).size, placed.length);
        assert.equal(new Set(shards.map(shard => shard.id)).size, shards.length);
        for (const node of nodes)
          if (node.role === 'replica' && node.masterId !== undefined)
            assert.equal(placed.includes(node.id), !topology.forgotten.includes(node.id));
      }),
      { numRuns: 200 },
    );
  });

  it('has equal state ids exactly for equal structures', () => {
    fc.assert(
      fc.property(arbitraryLooks, arbitraryLooks, (one, other) => {
        const variants = [looksOf(one), looksOf(other), looksOf({ ...one, silent: [] }), looksAt(one.nodes)].map(
          looks => mergeLooks(looks),
        );
        for (const a of variants)
          for (const b of variants) assert.equal(a.stateId === b.stateId, structureOf(a) === structureOf(b));
      }),
      { numRuns: 200 },
    );
  });

  it('sees no disagreement where every node says the same', () => {
    fc.assert(
      fc.property(arbitraryCluster, nodes => {
        const kinds = mergeLooks(looksAt(nodes)).disagreements.map(({ kind }) => kind);
        assert.deepEqual(
          kinds.filter(kind => kind === 'role' || kind === 'membership'),
          [],
        );
      }),
      { numRuns: 200 },
    );
  });

  it('differs in nothing from itself, and has a health', () => {
    fc.assert(
      fc.property(arbitraryLooks, model => {
        const topology = mergeLooks(looksOf(model));
        const again = mergeLooks(looksOf(model), { previous: topology });
        assert.deepEqual(diffTopologies(topology, { ...topology }), []);
        assert.equal(again.stateId, topology.stateId);
        const { status, problems } = health(topology);
        assert.equal(status === 'ok', problems.length === 0);
        assert.equal(
          status === 'failing',
          problems.some(({ severity }) => severity === 'error'),
        );
        for (const { text, remedy, nodeIds } of problems) {
          assert.ok(!/undefined|NaN|\[object/.test(text + remedy), text);
          for (const id of nodeIds)
            assert.ok(
              topology.nodes.some(node => node.id === id),
              `${id} of: ${text}`,
            );
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keeps every node and the state when nobody answers any more', () => {
    fc.assert(
      fc.property(arbitraryCluster, nodes => {
        const previous = mergeLooks(looksAt(nodes));
        const silent = mergeLooks(looksAt(nodes, { silent: nodes.map(node => node.id) }), { previous });
        assert.deepEqual(silent.nodes.map(node => node.id).sort(), previous.nodes.map(node => node.id).sort());
        assert.ok(silent.nodes.every(node => !node.reachable));
      }),
      { numRuns: 100 },
    );
  });
});
