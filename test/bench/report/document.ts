import type { Figure, Findings } from './figures';
import { describeFindings, describeLosses, describeTable } from './tables';

/** One run of all benchmarks. */
export interface Report {
  machine: Machine;
  sections: readonly MeasuredSection[];
  /** Whether it was a trial with one round and little data. */
  isShort: boolean;
  beganMilliseconds: number;
  tookSeconds: number;
}

export interface Machine {
  cores: number;
  processor: string;
  memoryGigabytes: number;
  system: string;
  nodeVersion: string;
  /** Of the minute before it began: how many processes wanted a core. */
  loadBefore: number;
}

export interface MeasuredSection {
  name: string;
  title: string;
  /** Undefined where nothing was handed over. */
  findings?: Findings;
  /** Why there is nothing, or not all. */
  failure?: string;
  tookSeconds: number;
}

/** docs/benchmarks.md, whole. */
export function describeBenchmarks(report: Report): string {
  const { sections } = report;
  const figures = sections.flatMap(({ findings }) => findings?.figures ?? []);
  const chief = figures.filter(({ summary }) => summary);
  return [
    '# Benchmarks',
    ...describeRun(report),
    ...(chief.length > 0 ? [describeTable(chief)] : []),
    ...describeWeakness(sections, figures),
    ...sections.map(describeSection),
  ]
    .join('\n\n')
    .concat('\n');
}

function describeRun({ machine, sections, isShort, beganMilliseconds, tookSeconds }: Report): string[] {
  const { cores, processor, memoryGigabytes, system, nodeVersion, loadBefore } = machine;
  const servers = [...new Set(sections.flatMap(({ findings }) => findings?.servers ?? []))].sort();
  const command = `npm run bench -- all${isShort ? ' --short' : ''}`;
  return [
    `Made by \`${command}\` on ${new Date(beganMilliseconds).toISOString().slice(0, 10)} in ${minutes(tookSeconds)}; ` +
      'one of them by its name in `test/bench`: `npm run bench -- create`. Do not edit: the next run writes this file anew.',
    ...(isShort ? ['**A trial with one round and little data: its figures say nothing.**'] : []),
    `Machine: ${cores} cores (${processor}), ${memoryGigabytes.toFixed(1)} GB of memory, ${system}, Node ${nodeVersion}, ` +
      `load before it began ${loadBefore.toFixed(2)}. ${servers.length > 0 ? `Servers: ${servers.join(', ')}. ` : ''}` +
      'Clients, servers and browser share the cores and speak over loopback: trust the shares, not the milliseconds.',
    'Each figure is the median of its runs, with the least and the greatest; of all of them less is better. What stands ' +
      'beside ours was run in turns with it, on the same servers with the same data, to the same end.',
    '## Summary',
  ];
}

function describeWeakness(sections: readonly MeasuredSection[], figures: readonly Figure[]): string[] {
  const losses = describeLosses(figures);
  const failures = sections.flatMap(({ title, findings, failure }) =>
    [...(failure === undefined ? [] : [failure]), ...(findings?.failures ?? [])].map(text => `- ${title}: ${text}`),
  );
  return [
    ...(losses.length > 0
      ? ['Where this product loses to what stands beside it, or misses its goal:', losses.join('\n')]
      : []),
    ...(losses.length === 0 && figures.length > 0 ? ['It loses nowhere and misses no goal in this run.'] : []),
    ...(failures.length > 0 ? ['What could not be measured:', failures.join('\n')] : []),
  ];
}

function describeSection({ name, title, findings, failure, tookSeconds }: MeasuredSection): string {
  return [
    `## ${title}`,
    ...(failure === undefined ? [] : [`**Failed**: ${failure}`]),
    ...(findings ? [describeFindings(findings)] : []),
    `\`npm run bench -- ${name}\`: ${minutes(tookSeconds)}.`,
  ].join('\n\n');
}

function minutes(seconds: number): string {
  return seconds < 60 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
