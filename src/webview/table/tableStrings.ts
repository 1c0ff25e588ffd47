import { formatBytes, formatCount } from '../formatNumbers';
import { summarize, type Figures } from '../numbers/sparkline';

/** Every word of the table. */
export const tableStrings = {
  kinds: 'Rows',
  kind: { nodes: 'Nodes', shards: 'Shards' },
  kindTitle: { nodes: 'A row for each node', shards: 'A row for each shard: totals and skew' },
  label: { nodes: 'Nodes', shards: 'Shards' },
  filter: 'Filter',
  filterHint: 'Words, or role:master state:failed host:a -shard:2 slot:5461 (/)',
  shown: (shown: number, all: number, kind: 'nodes' | 'shards'): string =>
    shown === all ? tableStrings[kind](all) : `${shown} of ${tableStrings[kind](all)}`,
  nodes: (count: number): string => `${count} ${count === 1 ? 'node' : 'nodes'}`,
  shards: (count: number): string => `${count} ${count === 1 ? 'shard' : 'shards'}`,
  nothing: 'Nothing matches the filter.',
  clear: 'Clear the filter',
  allColumns: 'All columns',
  allColumnsTitle: (hidden: number): string =>
    hidden === 0 ? 'Every column is shown' : `Show ${hidden} more ${hidden === 1 ? 'column' : 'columns'}`,
  copyMarkdown: 'Copy as Markdown',
  copyMarkdownTitle: 'Copy the rows and columns shown, as a Markdown table',
  copyCsv: 'Copy as CSV',
  copyCsvTitle: 'Copy the rows shown with every column and exact figures, as CSV',
  copied: (rows: string): string => `${rows} copied`,
  tooLong: 'Too much to copy: filter the rows first.',
  columns: {
    name: 'Name',
    address: 'Address',
    differs: 'Differs',
    role: 'Role',
    state: 'State',
    shard: 'Shard',
    master: 'Master',
    host: 'Host',
    slots: 'Slots',
    share: 'Share',
    ranges: 'Slot ranges',
    members: 'Nodes',
    keys: 'Keys',
    memory: 'Memory',
    operations: 'Op/s',
    trend: 'Op/s, 1 min',
    input: 'Net in',
    output: 'Net out',
    clients: 'Clients',
    evictions: 'Evicted/s',
    lag: 'Lag',
    ping: 'Ping',
    version: 'Version',
    skew: 'Skew',
  },
  bytesPerSecond: (bytes: number): string => `${formatBytes(bytes)}/s`,
  perSecond: (count: number): string => (count > 0 && count < 10 ? count.toFixed(1) : formatCount(count)),
  milliseconds: (milliseconds: number): string =>
    `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`,
  /** `12 to 97, now 45` */
  trend: (figures: Figures): string => {
    const known = summarize(figures);
    if (!known) return '';
    const { lowest, highest, latest } = known;
    const range = lowest === highest ? formatCount(lowest) : `${formatCount(lowest)} to ${formatCount(highest)}`;
    return latest === null ? range : `${range}, now ${formatCount(latest)}`;
  },
};
