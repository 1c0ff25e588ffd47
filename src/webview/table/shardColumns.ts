import type { PageShard, Snapshot } from '../../shared/pageProtocol';
import { counts } from '../counts';
import { formatBytes, formatCount } from '../formatNumbers';
import { numberStrings } from '../numbers/numberStrings';
import { totalShards, type ShardTotals } from '../numbers/shardTotals';
import { slotShare } from '../slotBand';
import { strings } from '../strings';
import { figureColumn, summedColumn, textColumn, type Column, type Row } from './columns';
import { tableStrings as words } from './tableStrings';

/** A shard with what its nodes have together. */
export interface ShardRow extends Row {
  shard: PageShard;
  totals: ShardTotals;
}

export function shardRows(snapshot: Snapshot): ShardRow[] {
  return totalShards(snapshot).map(totals => ({
    key: `shard:${totals.shard.id}`,
    shard: totals.shard,
    totals,
    ...(totals.master && { node: totals.master }),
  }));
}

export const shardColumns: readonly Column<ShardRow>[] = [
  textColumn('shard', 8, 0, ({ shard }) => shard.name, { total: rows => counts.shards(rows.length) }),
  textColumn('master', 12, 1, ({ totals }) => totals.master?.address ?? strings.missing('master')),
  textColumn('skew', 13, 2, ({ totals }) => numberStrings.skews(totals.skews), {
    value: ({ totals }) => totals.skews[0]?.ratio,
    exported: ({ totals }) => numberStrings.skews(totals.skews),
  }),
  summedColumn('slots', 5, 3, ({ totals }) => totals.master?.slotCount, String),
  figureColumn('share', 5, 8, ({ shard }) => slotShare(shard.slots), strings.share),
  textColumn('ranges', 10, 13, ({ shard }) => shard.slots, {
    value: ({ shard }) => (shard.slots === '' ? undefined : Number.parseInt(shard.slots, 10)),
    exported: ({ shard }) => shard.slots,
  }),
  summedColumn('members', 5, 7, ({ totals }) => totals.nodes.length, String),
  summedColumn('keys', 5.5, 4, ({ totals }) => totals.keys, formatCount),
  summedColumn('memory', 6, 5, ({ totals }) => totals.memoryBytes, formatBytes),
  summedColumn('operations', 5, 6, ({ totals }) => totals.operationsPerSecond, formatCount),
  summedColumn('input', 6.5, 9, ({ totals }) => totals.inputBytesPerSecond, words.bytesPerSecond),
  summedColumn('output', 6.5, 10, ({ totals }) => totals.outputBytesPerSecond, words.bytesPerSecond),
  summedColumn('clients', 5, 11, ({ totals }) => totals.clients, formatCount),
  summedColumn('evictions', 6, 12, ({ totals }) => totals.evictionsPerSecond, words.perSecond),
];
