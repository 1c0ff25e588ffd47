import { median } from '../../support/spread';
import { isMet, shareOfPeer, type Figure, type Findings, type Unit } from './figures';

/** What a benchmark found, as Markdown: how it was measured, the table, what failed, the reasons. */
export function describeFindings({ how, notes, figures, servers, failures }: Findings): string {
  const withServers = servers.length > 0 ? `${how} Servers: ${servers.join(', ')}.` : how;
  return [
    withServers,
    ...(figures.length > 0 ? [describeTable(figures)] : []),
    ...failures.map(failure => `**Failed**: ${failure}`),
    ...notes,
  ].join('\n\n');
}

/** A row a figure; a column that all would leave empty is left out. */
export function describeTable(figures: readonly Figure[]): string {
  const columns = [
    ['', ({ what }: Figure) => what],
    ['Runs', ({ values }: Figure) => String(values.length)],
    ['This product', ({ values, unit }: Figure) => spreadOf(values, unit)],
    ['Beside it', describePeer],
    ['Share of that', describeShare],
    ['Goal', describeGoal],
  ] as const;
  const used = columns.filter(([, cell]) => figures.some(figure => cell(figure) !== ''));
  const rows = figures.map(figure => used.map(([, cell]) => cell(figure)));
  return [used.map(([title]) => title), used.map(() => '---'), ...rows]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** Where this product loses to its peer or misses its goal, a line each. */
export function describeLosses(figures: readonly Figure[]): string[] {
  return figures.flatMap(figure => {
    const { what, values, unit, peer, why } = figure;
    const loses = (shareOfPeer(figure) ?? 0) > 1;
    if (!loses && isMet(figure) !== false) return [];
    const said = [
      `${what}: ${spreadOf(values, unit)}`,
      ...(peer ? [`${peer.name} ${spreadOf(peer.values, unit)}`] : []),
      ...(figure.goal && !isMet(figure) ? [`goal ${goalText(figure)}`] : []),
    ].join('; ');
    return [why === undefined ? `- ${said}.` : `- ${said}. ${why}`];
  });
}

/** `496 ms (469-701)`: median, least and greatest. */
function spreadOf(values: readonly number[], unit: Unit): string {
  const middle = median(values);
  if (unit === 'ms' && middle >= 10_000)
    return spreadOf(
      values.map(value => value / 1000),
      's',
    );
  // About three that count.
  const digits = unit === 'commands' || middle >= 100 ? 0 : middle >= 10 ? 1 : 2;
  const text = (value: number): string => value.toFixed(digits);
  const range = values.length > 1 ? ` (${text(Math.min(...values))}-${text(Math.max(...values))})` : '';
  return `${text(middle)} ${unit}${range}`;
}

function describePeer({ peer, unit }: Figure): string {
  return peer ? `${peer.name}: ${spreadOf(peer.values, unit)}` : '';
}

/** `0.08, 12.5 times less` */
function describeShare(figure: Figure): string {
  const share = shareOfPeer(figure);
  if (share === undefined) return '';
  if (share > 1) return `**${share.toFixed(2)}, more**`;
  return share <= 0.8 ? `${share.toFixed(2)}, ${(1 / share).toFixed(1)} times less` : share.toFixed(2);
}

function describeGoal(figure: Figure): string {
  return figure.goal ? `${goalText(figure)}: ${isMet(figure) ? 'met' : '**missed**'}` : '';
}

function goalText({ goal, unit }: Figure): string {
  if (!goal) return '';
  if ('mostOfPeer' in goal) return `at most ${Number(goal.mostOfPeer.toFixed(2))} of it`;
  return `${goal.of === 'worst' ? 'each ' : ''}at most ${goal.most} ${unit}`;
}
