import type { PageShard, Snapshot } from '../../shared/pageProtocol';
import type { PageWhatIf } from '../../shared/pageWhatIf';
import type { whatIfStrings as strings } from './whatIfStrings';

/** `down`: it dies, and nobody serves its slots after it. */
export type NodeFate = keyof typeof strings.node;

/** What would become of nodes and shards, by id; who is not in it goes on as it is. */
export interface Fates {
  nodes: ReadonlyMap<string, NodeFate>;
  shards: ReadonlyMap<string, 'down' | 'takenOver'>;
}

export function fatesOf(loss: PageWhatIf, shards: Snapshot['shards']): Fates {
  const masters = new Map(shards.map((shard: PageShard) => [shard.id, shard.masterId]));
  const nodes = new Map<string, NodeFate>(loss.nodeIds.map(id => [id, 'dies']));
  for (const { shardId, kind, replicaId } of loss.fates) {
    const master = masters.get(shardId);
    if (kind !== 'takenOver' && master !== undefined && nodes.has(master)) nodes.set(master, 'down');
    if (replicaId !== undefined) nodes.set(replicaId, kind === 'takenOver' ? 'takesOver' : 'notElected');
  }
  const ends = loss.fates.map(({ shardId, kind }) => [shardId, kind === 'takenOver' ? kind : 'down'] as const);
  return { nodes, shards: new Map(ends) };
}
