import type { Memento } from 'vscode';
import * as z from 'zod/mini';
import type { Topology } from '../../core/index';

/** Node id -> id of the shard it was last seen in. */
export type ShardsByNode = Readonly<Record<string, string>>;

const key = 'redisCluster.lastShards';
/** The clusters noted last, and the nodes of one: what is beyond is not remembered. */
const mostClusters = 20;
const mostNodes = 1000;

const schema = z.array(z.tuple([z.string(), z.record(z.string(), z.string())]));

/**
 * Where each node of each cluster was last seen, over a reload of the window: a master that failed and lost its slots
 * meanwhile is then shown in the shard it served. Holds ids of nodes and shards, no address and no secret.
 */
export class ShardMemory {
  readonly #state: Memento;
  readonly #report: (error: unknown) => void;
  /** Noted last comes last. */
  readonly #clusters: Map<string, ShardsByNode>;

  constructor(state: Memento, report: (error: unknown) => void) {
    this.#state = state;
    this.#report = report;
    // What another version wrote is worth nothing.
    this.#clusters = new Map(schema.safeParse(state.get(key)).data ?? []);
  }

  recall(clusterId: string): ShardsByNode {
    return this.#clusters.get(clusterId) ?? {};
  }

  /** Written only when something changed. */
  note(clusterId: string, topology: Topology): void {
    // A look that found nobody tells nothing new.
    if (topology.answered === 0) return;
    const shards = shardsByNode(topology);
    if (JSON.stringify(shards) === JSON.stringify(this.recall(clusterId))) return;
    this.#clusters.delete(clusterId);
    if (Object.keys(shards).length > 0) this.#clusters.set(clusterId, shards);
    for (const oldest of [...this.#clusters.keys()].slice(0, -mostClusters)) this.#clusters.delete(oldest);
    this.#write();
  }

  forget(clusterId: string): void {
    if (this.#clusters.delete(clusterId)) this.#write();
  }

  #write(): void {
    this.#state.update(key, [...this.#clusters]).then(undefined, this.#report);
  }
}

/** Of every node that serves a shard, or served one before it failed. Sorted, so that equal ones read the same. */
export function shardsByNode({ nodes, shards }: Topology): ShardsByNode {
  const serving = shards
    .filter(({ slots }) => !slots.isEmpty)
    .flatMap(({ id, masterId, replicaIds }) =>
      [...(masterId === undefined ? [] : [masterId]), ...replicaIds].map(nodeId => [nodeId, id] as const),
    );
  const former = nodes.flatMap(({ id, formerShardId }) =>
    formerShardId === undefined ? [] : [[id, formerShardId] as const],
  );
  const entries = [...serving, ...former].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.slice(0, mostNodes));
}
