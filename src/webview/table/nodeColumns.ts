import type { PageNode, Snapshot } from '../../shared/pageProtocol';
import { counts } from '../counts';
import { formatBytes, formatCount } from '../formatNumbers';
import { shardsByNode } from '../groupNodes';
import type { Figures } from '../numbers/sparkline';
import { trendAt } from '../numbers/trend';
import type { DifferenceMarks } from '../still/differenceMarks';
import { strings } from '../strings';
import { figureColumn, summedColumn, textColumn, type Column, type Row } from './columns';
import { tableStrings as words } from './tableStrings';

/** A node with what others say about it. */
export interface NodeRow extends Row {
  node: PageNode;
  /** Address of its master. */
  master: string;
  /** The last minute of its operations. */
  trend: Figures;
  /** What is otherwise about it in the picture this one is compared with. */
  differs?: string;
}

export function nodeRows(snapshot: Snapshot, marks?: DifferenceMarks): NodeRow[] {
  const shards = shardsByNode(snapshot);
  const addresses = new Map(snapshot.nodes.map(({ id, address }) => [id, address]));
  return snapshot.nodes.map(node => {
    const shard = shards.get(node.id);
    const master = node.masterId === undefined ? '' : (addresses.get(node.masterId) ?? node.masterId.slice(0, 8));
    const trend = trendAt(node, snapshot.nowMilliseconds);
    const differs = marks?.get(node.id)?.text;
    return {
      key: `node:${node.id}`,
      node,
      master,
      trend,
      ...(shard && { shard }),
      ...(differs !== undefined && { differs }),
    };
  });
}

/**
 * What is known of each node, in the order of the columns. Without the address where every name is one, and without what
 * differs where nothing is compared.
 */
export function nodeColumns(snapshot: Snapshot): Column<NodeRow>[] {
  const named = snapshot.nodes.some(({ name, address }) => name !== address);
  const left = [...(named ? [] : ['address']), ...(snapshot.still ? [] : ['differs'])];
  const shown = columns.filter(({ id }) => !left.includes(id));
  // Of another picture than the present one there are none.
  return snapshot.still && !hasFigures(snapshot) ? shown.filter(({ id }) => !figureColumns.has(id)) : shown;
}

function hasFigures({ nodes }: Snapshot): boolean {
  return nodes.some(({ memoryBytes }) => memoryBytes !== undefined);
}

const figureColumns: ReadonlySet<string> = new Set([
  ...['keys', 'memory', 'operations', 'trend', 'input', 'output', 'clients', 'evictions', 'lag', 'ping', 'version'],
]);

const columns: Column<NodeRow>[] = [
  textColumn('name', 13.5, 0, ({ node }) => node.name, { total: rows => counts.nodes(rows.length) }),
  textColumn('address', 12, 20, ({ node }) => node.address),
  textColumn('differs', 16, 1, ({ differs }) => differs ?? ''),
  textColumn('role', 8, 2, ({ node }) => strings.role(node)),
  textColumn('state', 9, 1, ({ node }) => strings.state(node)),
  textColumn('shard', 6, 8, ({ shard }) => shard?.name ?? ''),
  textColumn('master', 11, 17, ({ master }) => master),
  textColumn('host', 9, 11, ({ node }) => node.hostLabel),
  summedColumn('slots', 5, 4, ({ node }) => node.slotCount || undefined, String),
  textColumn('ranges', 10, 15, ({ node }) => node.slots, {
    value: ({ node }) => (node.slots === '' ? undefined : Number.parseInt(node.slots, 10)),
    exported: ({ node }) => node.slots,
  }),
  // A replica holds the keys of its master again: together they count once.
  summedColumn(
    'keys',
    5.5,
    5,
    ({ node }) => node.keys,
    formatCount,
    ({ node }) => (node.role === 'master' ? node.keys : undefined),
  ),
  summedColumn('memory', 6, 6, ({ node }) => node.memoryBytes, formatBytes),
  summedColumn('operations', 5, 7, ({ node }) => node.operationsPerSecond, formatCount),
  textColumn('trend', 6.5, 9, ({ trend }) => words.trend(trend), {
    value: ({ trend }) => trend.at(-1) ?? undefined,
    exported: ({ trend }) => (trend.length === 0 ? undefined : trend.map(each => each ?? '').join(' ')),
    figures: ({ trend }) => trend,
  }),
  summedColumn('input', 6.5, 12, ({ node }) => node.inputBytesPerSecond, words.bytesPerSecond),
  summedColumn('output', 6.5, 13, ({ node }) => node.outputBytesPerSecond, words.bytesPerSecond),
  summedColumn('clients', 5, 14, ({ node }) => node.clients, formatCount),
  summedColumn('evictions', 6, 18, ({ node }) => node.evictionsPerSecond, words.perSecond),
  figureColumn('lag', 5, 10, ({ node }) => (node.role === 'replica' ? node.lagBytes : undefined), formatBytes),
  figureColumn('ping', 5, 16, ({ node }) => node.pingMilliseconds, words.milliseconds),
  textColumn('version', 8.5, 19, ({ node }) => node.version ?? ''),
];
