import type { PageShard, Snapshot } from '../../shared/pageProtocol';
import { groupNodes, type NodeGroup } from '../groupNodes';

/** What is wrong where: ids of nodes, and keys of the groups they stand in. */
export interface Troubles {
  nodeIds: ReadonlySet<string>;
  groupKeys: ReadonlySet<string>;
}

/**
 * Nodes that are not as they should be, and those few that a problem names; a problem of the whole cluster points at nobody.
 * A group with such a node, or one that lacks a master, or a replica when others have one, is in trouble.
 */
export function findTroubles(snapshot: Snapshot, groups: readonly NodeGroup[]): Troubles {
  const { nodes, problems } = snapshot;
  const most = Math.max(MOST_NAMED, nodes.length * 0.05);
  const named = new Set(problems.flatMap(({ nodeIds }) => (nodeIds.length <= most ? nodeIds : [])));
  const isWell = (state: string): boolean => state === 'ok' || state === 'spare';
  const nodeIds = new Set(nodes.filter(({ id, state }) => !isWell(state) || named.has(id)).map(({ id }) => id));
  // Where no shard has a replica, that is how the cluster was made.
  const hasReplicas = groups.some(({ kind, missing }) => kind === 'shard' && missing === undefined);
  const inTrouble = groups.filter(
    ({ missing, sections }) =>
      missing === 'master' ||
      (missing === 'replica' && hasReplicas) ||
      sections.some(section => section.some(({ id }) => nodeIds.has(id))),
  );
  return { nodeIds, groupKeys: new Set(inTrouble.map(({ key }) => key)) };
}

const MOST_NAMED = 10;

/** The same cluster with these groups alone. */
export function keepGroups(snapshot: Snapshot, groupKeys: ReadonlySet<string>): Snapshot {
  const groups = groupNodes(snapshot, 'shard').filter(({ key }) => groupKeys.has(key));
  const ids = new Set(groups.flatMap(({ sections }) => sections.flat().map(({ id }) => id)));
  const shards = new Set<PageShard | undefined>(groups.map(({ shard }) => shard));
  return {
    ...snapshot,
    nodes: snapshot.nodes.filter(({ id }) => ids.has(id)),
    shards: snapshot.shards.filter(shard => shards.has(shard)),
  };
}
