import { groupBy } from '../../../src/core/topology/groupBy';
import { faults, operations } from './cases';
import type { Line } from './report';

/** What all these cases came to, as Markdown: per server and seed, and how many there were of each operation and fault. */
export function summarise(lines: readonly Line[]): string {
  return [perRun(lines), perPair(lines)].join('\n\n');
}

function perRun(lines: readonly Line[]): string {
  const runs = [...groupBy(lines, ({ server, seed }) => `${server} | ${seed}`)].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = runs.map(([name, own]) => [name, ...figuresOf(own)].join(' | '));
  return table(
    'Server | Seed | Cases | Held | Acknowledged writes | Elections | Cases with writes lost by an election | Writes so lost',
    [...rows, ['All | ', ...figuresOf(lines)].join(' | ')],
  );
}

function figuresOf(lines: readonly Line[]): number[] {
  const sum = (figure: (line: Line) => number): number => lines.reduce((total, line) => total + figure(line), 0);
  return [
    lines.length,
    lines.filter(({ verdict }) => verdict === 'ok').length,
    sum(({ writes }) => writes),
    sum(({ elections }) => elections),
    lines.filter(({ lostByElection }) => lostByElection.length > 0).length,
    sum(({ lostByElection }) => lostByElection.length),
  ];
}

function perPair(lines: readonly Line[]): string {
  const count = (operation: string, fault: string): number =>
    lines.filter(line => line.operation === operation && line.fault === fault).length;
  const rows = faults.map(fault => [fault, ...operations.map(operation => count(operation, fault))].join(' | '));
  return table(['', ...operations].join(' | '), rows);
}

function table(head: string, rows: readonly string[]): string {
  const rule = head.split('|').map(() => '---');
  return [head, rule.join(' | '), ...rows].map(row => `| ${row} |`).join('\n');
}
