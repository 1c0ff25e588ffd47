import type { Cost } from './cost';
import type { LookCost } from './lookCost';
import type { NodeCost } from './nodeCost';
import type { RealResult } from './real';
import { heapTrend, type Sample } from './samples';
import type { SimulationResult } from './simulate';

export function reportSimulation(result: SimulationResult): string[] {
  const { faults, samples, costs, looks, acts, cpuSeconds, complaints } = result;
  return [
    '',
    ...costs.map(costLine),
    `${looks} looks, ${acts} acts, ${cpuSeconds.toFixed(0)} s of CPU time of this process`,
    ...sampleLines(samples),
    ...complaintLines(complaints),
    ...verdictLines(faults),
  ];
}

export function reportReal({ faults, samples, acts, complaints }: RealResult): string[] {
  return ['', `${acts} acts`, ...sampleLines(samples), ...complaintLines(complaints), ...verdictLines(faults)];
}

export function reportNodeCost({ nodes, without, watched, commandsPerSecondPerNode }: NodeCost): string[] {
  const means = (stretches: readonly number[][]): number[] =>
    Array.from({ length: nodes }, (_, node) => mean(stretches.map(each => each[node]!)));
  const [alone, seen] = [means(without), means(watched)];
  const added = seen.map((percent, node) => percent - alone[node]!);
  return [
    '',
    `${nodes} nodes: ${mean(alone).toFixed(3)} % of a core each without us, ${mean(seen).toFixed(3)} % watched; we add ${mean(added).toFixed(3)} %, to the worst ${Math.max(...added).toFixed(3)} %; ${commandsPerSecondPerNode.toFixed(2)} commands/s a node`,
  ];
}

export function reportLookCost({ nodes, wholeMilliseconds, figuresMilliseconds }: LookCost): string[] {
  const every2Seconds = wholeMilliseconds / 20;
  return [
    `a server that knows ${nodes} nodes: a whole look ${wholeMilliseconds.toFixed(3)} ms of its CPU, ${every2Seconds.toFixed(3)} % of a core every 2 s; figures alone ${figuresMilliseconds.toFixed(3)} ms`,
  ];
}

/** How the heap went on, the line through its samples, and what else was counted. */
function sampleLines(samples: readonly Sample[]): string[] {
  const { perHour, error } = heapTrend(samples);
  const heaps = samples.map(({ heapBytes }) => heapBytes);
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const [first, last] = [samples[0]!, samples.at(-1)!];
  return [
    `heap in ${samples.length} samples over ${(last.hours - first.hours).toFixed(1)} h: ${megabytes(heaps[0]!)} MB at first, ${megabytes(heaps.at(-1)!)} MB at last, ${megabytes(Math.min(...heaps))}-${megabytes(Math.max(...heaps))} MB; slope ${(perHour / 1000).toFixed(0)} ± ${(error / 1000).toFixed(0)} KB an hour`,
    `resident: ${megabytes(first.residentBytes)} MB at first, ${megabytes(last.residentBytes)} MB at last`,
    `connections ${first.connections.join('/')} at first, ${last.connections.join('/')} at last; timers ${first.timers}, ${last.timers}`,
  ];
}

function complaintLines(complaints: readonly string[]): string[] {
  return [...new Set(complaints)].slice(-20).map(line => `log: ${line}`);
}

function verdictLines(faults: readonly string[]): string[] {
  return faults.length === 0 ? ['Nothing leaks.'] : faults.map(fault => `LEAK ${fault}`);
}

function costLine(cost: Cost): string {
  return [
    `${cost.nodes} nodes, every ${cost.intervalSeconds} s: ${cost.cpuMillisecondsPerPoll.toFixed(1)} ms of CPU a poll, ${cost.cpuPercent.toFixed(2)} % of a core`,
    `${cost.commandsPerSecondPerNode.toFixed(3)} commands/s a node, ${cost.bytesInPerSecondPerNode.toFixed(0)} bytes/s to it and ${cost.bytesOutPerSecondPerNode.toFixed(0)} from it`,
    `${(cost.charactersToPagePerPoll / 1000).toFixed(1)} KB to the page a poll (${cost.polls} polls)`,
  ].join('; ');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
