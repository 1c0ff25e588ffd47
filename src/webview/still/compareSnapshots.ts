import type { PageNode, Snapshot } from '../../shared/pageProtocol';
import { isDown } from '../isDown';

export type DifferenceKind = 'absent' | 'role' | 'master' | 'state' | 'slots' | 'address';

/** What is otherwise about one node in the other picture. */
export interface NodeDifference {
  /** What weighs most comes first. */
  kinds: readonly [DifferenceKind, ...DifferenceKind[]];
  /** The node there; absent where it is not in that picture. */
  other?: PageNode;
  /** Name of the master it follows there. */
  otherMaster?: string;
}

/** What is otherwise in another picture of the same cluster. Figures and times do not count. */
export interface Differences {
  /** By id: nodes of the shown picture. */
  nodes: ReadonlyMap<string, NodeDifference>;
  /** Nodes that are only in the other picture. */
  missing: readonly PageNode[];
}

export function compareSnapshots(shown: Snapshot, other: Snapshot): Differences {
  const others = new Map(other.nodes.map(node => [node.id, node]));
  const nodes = new Map<string, NodeDifference>();
  for (const node of shown.nodes) {
    const there = others.get(node.id);
    const [first, ...rest] = kindsOf(node, there);
    if (first === undefined) continue;
    const master = there?.masterId === undefined ? undefined : others.get(there.masterId);
    nodes.set(node.id, {
      kinds: [first, ...rest],
      ...(there && { other: there }),
      ...(there?.masterId !== undefined && { otherMaster: master?.name ?? there.masterId.slice(0, 8) }),
    });
  }
  const known = new Set(shown.nodes.map(({ id }) => id));
  return { nodes, missing: other.nodes.filter(({ id }) => !known.has(id)) };
}

function kindsOf(node: PageNode, other: PageNode | undefined): DifferenceKind[] {
  if (!other) return ['absent'];
  const hasOtherRole = node.role !== other.role;
  // That a spare became something, or something a spare, is said by the role.
  const isOfRole = hasOtherRole && (node.state === 'spare' || other.state === 'spare') && !isDown(other);
  return [
    ...(hasOtherRole ? (['role'] as const) : []),
    ...(!hasOtherRole && node.masterId !== other.masterId ? (['master'] as const) : []),
    ...(node.state !== other.state && !isOfRole ? (['state'] as const) : []),
    ...(node.slots !== other.slots ? (['slots'] as const) : []),
    ...(node.address !== other.address ? (['address'] as const) : []),
  ];
}
