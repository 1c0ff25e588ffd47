import * as l10n from '@vscode/l10n';
import { counts } from '../counts';
import { formatBytes, formatCount, formatNumber, formatTenths } from '../formatNumbers';
import { summarize, type Figures } from '../numbers/sparkline';

/** Every word of the table. The names of fields in the filter are the same in every language. */
export const tableStrings = {
  kinds: l10n.t('Rows'),
  kind: { nodes: l10n.t('Nodes'), shards: l10n.t('Shards') },
  kindTitle: {
    nodes: l10n.t('A row for each node'),
    shards: l10n.t('A row for each shard: totals and skew'),
  },
  label: { nodes: l10n.t('Nodes'), shards: l10n.t('Shards') },
  filter: l10n.t('Filter'),
  filterHint: l10n.t('Words, or role:master state:failed host:a -shard:2 slot:5461 (/)'),
  shown: (shown: number, all: number, kind: 'nodes' | 'shards'): string =>
    shown === all ? counts[kind](all) : l10n.t('{0} of {1}', formatNumber(shown), counts[kind](all)),
  nothing: l10n.t('Nothing matches the filter.'),
  clear: l10n.t('Clear the filter'),
  allColumns: l10n.t('All columns'),
  allColumnsTitle: (hidden: number): string => {
    if (hidden === 0) return l10n.t('Every column is shown');
    return hidden === 1 ? l10n.t('Show 1 more column') : l10n.t('Show {0} more columns', hidden);
  },
  copyMarkdown: l10n.t('Copy as Markdown'),
  copyMarkdownTitle: l10n.t('Copy the rows and columns shown, as a Markdown table'),
  copyCsv: l10n.t('Copy as CSV'),
  copyCsvTitle: l10n.t('Copy the rows shown with every column and exact figures, as CSV'),
  copied: (rows: number, kind: 'nodes' | 'shards'): string => l10n.t('{0} copied', counts[kind](rows)),
  tooLong: l10n.t('Too much to copy: filter the rows first.'),
  columns: {
    name: l10n.t('Name'),
    address: l10n.t('Address'),
    differs: l10n.t('Differs'),
    role: l10n.t('Role'),
    state: l10n.t('State'),
    shard: l10n.t('Shard'),
    master: l10n.t('Master'),
    host: l10n.t('Host'),
    slots: l10n.t('Slots'),
    share: l10n.t('Share'),
    ranges: l10n.t('Slot ranges'),
    members: l10n.t('Nodes'),
    keys: l10n.t('Keys'),
    memory: l10n.t('Memory'),
    operations: l10n.t('Op/s'),
    trend: l10n.t('Op/s, 1 min'),
    input: l10n.t('Net in'),
    output: l10n.t('Net out'),
    clients: l10n.t('Clients'),
    evictions: l10n.t('Evicted/s'),
    lag: l10n.t('Lag'),
    ping: l10n.t('Ping'),
    version: l10n.t('Version'),
    skew: l10n.t('Skew'),
  },
  bytesPerSecond: (bytes: number): string => l10n.t('{0}/s', formatBytes(bytes)),
  perSecond: (count: number): string => (count > 0 && count < 10 ? formatTenths(count) : formatCount(count)),
  milliseconds: (milliseconds: number): string =>
    l10n.t('{0} ms', milliseconds < 10 ? formatTenths(milliseconds) : Math.round(milliseconds)),
  /** `12 to 97, now 45` */
  trend: (figures: Figures): string => {
    const known = summarize(figures);
    if (!known) return '';
    const [lowest, highest] = [formatCount(known.lowest), formatCount(known.highest)];
    const range = known.lowest === known.highest ? lowest : l10n.t('{0} to {1}', lowest, highest);
    return known.latest === null ? range : l10n.t('{0}, now {1}', range, formatCount(known.latest));
  },
};
