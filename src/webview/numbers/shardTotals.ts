import type { PageNode, PageShard, Snapshot } from '../../shared/pageProtocol';

export type SkewBy = 'keys' | 'memory' | 'operations';

/** A shard has so many times the mean of all shards. */
export interface Skew {
  by: SkewBy;
  ratio: number;
}

/** What the nodes of a shard have together; what none of them tells is absent. */
export interface ShardTotals {
  shard: PageShard;
  nodes: readonly PageNode[];
  master?: PageNode;
  /** Of the master: what the shard holds, not what its copies hold again. */
  keys?: number;
  memoryBytes?: number;
  /** Of all its nodes. */
  operationsPerSecond?: number;
  inputBytesPerSecond?: number;
  outputBytesPerSecond?: number;
  clients?: number;
  evictionsPerSecond?: number;
  /** The worst first; empty when it has its share. */
  skews: readonly Skew[];
}

/** In the order of the shards. A shard is skewed from `skewPercent` over the mean of all with slots on. */
export function totalShards({ nodes, shards, skewPercent }: Snapshot): ShardTotals[] {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const totals = shards.map((shard): Omit<ShardTotals, 'skews'> => {
    const master = byId.get(shard.masterId ?? '');
    const all = [...(master ? [master] : []), ...shard.replicaIds.flatMap(id => byId.get(id) ?? [])];
    return { shard, nodes: all, ...(master && { master }), ...heldBy(master), ...sumOf(all) };
  });
  const means = skewFigures.map(({ by, of, least }) => {
    const known = totals.filter(({ shard }) => shard.slots !== '').flatMap(total => of(total) ?? []);
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    // One shard has no other to be compared with, and of next to nothing any share is unequal.
    return { by, of, mean: known.length >= 2 && mean >= least ? mean : undefined };
  });
  return totals.map(total => ({
    ...total,
    skews: means
      .flatMap(({ by, of, mean }) => {
        const value = of(total);
        if (mean === undefined || value === undefined) return [];
        const ratio = value / mean;
        return ratio >= 1 + skewPercent / 100 ? [{ by, ratio }] : [];
      })
      .sort((a, b) => b.ratio - a.ratio),
  }));
}

type Totals = Omit<ShardTotals, 'skews'>;

/** `least`: of less than that, on average, no skew is told. */
const skewFigures: readonly { by: SkewBy; of: (total: Totals) => number | undefined; least: number }[] = [
  { by: 'keys', of: total => total.keys, least: 100 },
  { by: 'memory', of: total => total.memoryBytes, least: 10_485_760 },
  { by: 'operations', of: total => total.operationsPerSecond, least: 50 },
];

function heldBy(master: PageNode | undefined): Pick<Totals, 'keys' | 'memoryBytes'> {
  const { keys, memoryBytes } = master ?? {};
  return { ...(keys !== undefined && { keys }), ...(memoryBytes !== undefined && { memoryBytes }) };
}

const summed = [
  'operationsPerSecond',
  'inputBytesPerSecond',
  'outputBytesPerSecond',
  'clients',
  'evictionsPerSecond',
] as const;

/** Of those that tell. */
function sumOf(nodes: readonly PageNode[]): Partial<Record<(typeof summed)[number], number>> {
  return Object.fromEntries(
    summed.flatMap(figure => {
      const known = nodes.flatMap(node => node[figure] ?? []);
      return known.length === 0 ? [] : [[figure, known.reduce((sum, value) => sum + value, 0)]];
    }),
  );
}
