import fc from 'fast-check';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { changed, modelCluster, nodeId, type ModelNode, type Viewpoint } from '../../unit/topology/modelCluster';

const FLAGS = fc.constantFrom<string[]>([], [], [], [], ['fail?'], ['fail'], ['noaddr'], ['nofailover']);

/** A small cluster, some of its nodes odd: other slots, other epochs, flags, names, or empty. */
export const arbitraryCluster: fc.Arbitrary<ModelNode[]> = fc
  .tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 0, max: 2 }),
    fc.array(fc.record({ at: fc.nat(14), change: arbitraryChange() }), { maxLength: 4 }),
  )
  .map(([masters, replicas, changes]) =>
    changes.reduce<ModelNode[]>(
      (nodes, { at, change }) => changed(nodes, nodes[at % nodes.length]!.id, change),
      modelCluster(masters, replicas),
    ),
  );

/** The same cluster as its nodes see it: some of them otherwise, some not answering. */
export interface ArbitraryLooks {
  nodes: ModelNode[];
  silent: string[];
  viewpoints: Record<string, Viewpoint>;
}

export const arbitraryLooks: fc.Arbitrary<ArbitraryLooks> = arbitraryCluster.chain(nodes =>
  fc
    .record({
      silent: fc.array(fc.nat(nodes.length - 1), { maxLength: 3 }),
      odd: fc.array(
        fc.record({
          viewer: fc.nat(nodes.length - 1),
          at: fc.nat(nodes.length - 1),
          change: arbitraryChange(),
          forgets: fc.boolean(),
        }),
        { maxLength: 5 },
      ),
    })
    .map(({ silent, odd }) => {
      const viewpoints: Record<string, Viewpoint> = {};
      for (const { viewer, at, change, forgets } of odd) {
        const [viewerId, subjectId] = [nodes[viewer]!.id, nodes[at]!.id];
        const seen = viewpoints[viewerId]?.nodes ?? nodes;
        viewpoints[viewerId] = {
          state: 'fail',
          nodes:
            forgets && viewerId !== subjectId
              ? seen.filter(node => node.id !== subjectId)
              : changed(seen, subjectId, change),
        };
      }
      return { nodes, silent: silent.map(index => nodes[index]!.id), viewpoints };
    }),
);

function arbitraryChange(): fc.Arbitrary<Partial<ModelNode>> {
  const slots = fc.array(fc.tuple(fc.nat(16383), fc.nat(4000)), { maxLength: 4 }).map(runs =>
    SlotSet.fromRanges(runs.map(([start, length]) => ({ start, end: Math.min(start + length, 16383) })))
      .toString()
      .replaceAll(',', ' '),
  );
  return fc.oneof(
    fc.record({ slots, role: fc.constant('master' as const), masterId: fc.constant('-') }),
    fc.record({ epoch: fc.nat(20) }),
    fc.record({ flags: FLAGS }),
    fc.record({ hostname: fc.constantFrom('one.example', 'two.example') }),
    fc.record({ host: fc.constantFrom('10.1.1.1', '::1', 'fd00::5') }),
    fc.record({
      role: fc.constant('slave' as const),
      slots: fc.constant(''),
      masterId: fc.integer({ min: 1, max: 8 }).map(nodeId),
    }),
  );
}
