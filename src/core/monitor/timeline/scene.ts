import type { ClusterNode, Topology } from '../../topology/types';
import { nodeName } from '../../topology/wording';

/** One look beside the one before, with what texts and judgements about single nodes need of all of them. */
export interface Scene {
  topology: Topology;
  /** Absent at the first look, and when the one before knew nothing but addresses. */
  previous: Topology | undefined;
  atMilliseconds: number;
  /** What differs now did not necessarily happen now. */
  uncertain: boolean;
  before: ReadonlyMap<string, ClusterNode>;
  after: ReadonlyMap<string, ClusterNode>;
  /** How many members answered, and so can be asked about the others. */
  viewers: number;
}

export function sceneOf(topology: Topology, earlier: Topology | undefined, afterPause: boolean): Scene {
  const previous = earlier?.nodes.some(isIdentified) ? earlier : undefined;
  return {
    topology,
    previous,
    atMilliseconds: topology.observedAtMilliseconds,
    uncertain: afterPause || previous === undefined,
    before: byId(previous),
    after: byId(topology),
    viewers: topology.nodes.filter(({ reachable, inCluster }) => reachable && inCluster).length,
  };
}

/** False for an address that never told who lives there. */
export function isIdentified({ id }: Pick<ClusterNode, 'id'>): boolean {
  return !id.startsWith('?');
}

/** As the later look knows it, else the earlier one, else by the start of its id. */
export function nameIn({ after, before }: Scene, id: string): string {
  const node = after.get(id) ?? before.get(id);
  return node ? nodeName(node) : `node ${id.slice(0, 8)}`;
}

/** Marks what the look found rather than saw happen. */
export function markOf({ uncertain }: Scene): { afterPause?: true } {
  return uncertain ? { afterPause: true } : {};
}

function byId(topology: Topology | undefined): ReadonlyMap<string, ClusterNode> {
  return new Map(topology?.nodes.filter(isIdentified).map(node => [node.id, node]) ?? []);
}
