import type { Topology } from '../../core/index';
import type { ClusterDefinition } from './types';

interface Listed {
  definition: ClusterDefinition;
  topology: Pick<Topology, 'nodes' | 'clusterState'> | undefined;
}

/** The entry before it in the list that is the same cluster: they were seen to have a node in common. */
export function twinOf<State extends Listed>(state: State, states: readonly State[]): State | undefined {
  return states.slice(0, states.indexOf(state)).find(other => isSameCluster(state.topology, other.topology));
}

/** All entries of the list that are this cluster, in the order of the list; itself among them where it is listed. */
export function entriesOf<State extends Listed>(state: State, states: readonly State[]): State[] {
  return states.filter(each => each === state || isSameCluster(state.topology, each.topology));
}

/** Marked so itself, or listed a second time as such. */
export function isInProduction(state: Listed, states: readonly Listed[]): boolean {
  return [state, ...entriesOf(state, states)].some(({ definition }) => definition.production === true);
}

/** By ids, whichever addresses they are reached by. A spare can stand by for several: it makes them no one cluster. */
export function isSameCluster(one: Listed['topology'], other: Listed['topology']): boolean {
  if (!one || !other) return false;
  const ids = idsOf(one);
  for (const id of idsOf(other)) if (ids.has(id)) return true;
  return false;
}

/** Once per look: every drawing of the tree compares each cluster with those before it. */
const known = new WeakMap<NonNullable<Listed['topology']>, ReadonlySet<string>>();

function idsOf(topology: NonNullable<Listed['topology']>): ReadonlySet<string> {
  const { nodes, clusterState } = topology;
  const ids =
    known.get(topology) ??
    new Set(nodes.filter(({ inCluster }) => inCluster || clusterState === 'none').map(({ id }) => id));
  known.set(topology, ids);
  return ids;
}
