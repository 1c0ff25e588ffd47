import type { NodeConnection, Reply } from '../../connection/types';
import { figureOf } from '../../topology/figureOf';
import { configValue, textOf } from '../steps/replies';

/** What a kind of command took on one server since its statistics began. */
export interface CommandTimes {
  /** `GET`, `CONFIG SET` */
  command: string;
  calls: number;
  /** All calls together. */
  totalMicroseconds: number;
  /** Refused before they ran, and those that failed. */
  failed: number;
  /** Before 7.0, or with `latency-tracking no`, the server does not tell. */
  p50Microseconds: number | undefined;
  p99Microseconds: number | undefined;
}

/** Something that held the server up, of LATENCY LATEST. */
export interface LatencySpike {
  /** `command`, `fork`, `aof-write` ... */
  event: string;
  /** By the server's clock. */
  atMilliseconds: number;
  latestMilliseconds: number;
  mostMilliseconds: number;
}

export interface NodeTimes {
  /** Those that took most time in all, at most 20. */
  commands: readonly CommandTimes[];
  /** How many kinds there were. */
  total: number;
  /** At most 20. Undefined where the user may not ask. */
  spikes: readonly LatencySpike[] | undefined;
  /** From so much on a spike is kept; 0: none is. Undefined where the user may not ask. */
  spikeThresholdMilliseconds: number | undefined;
}

const MOST_ROWS = 20;

/**
 * Where the time of one server goes. Throws a ConnectionError, or a
 * ServerReplyError where the user may not ask for the times of commands. Changes nothing.
 */
export async function readTimes(connection: NodeConnection, signal?: AbortSignal): Promise<NodeTimes> {
  const [calls, percentiles, latest, threshold] = await connection.pipeline(
    [
      ['INFO', 'commandstats'],
      ['INFO', 'latencystats'],
      ['LATENCY', 'LATEST'],
      ['CONFIG', 'GET', 'latency-monitor-threshold'],
    ],
    signal && { signal },
  );
  const commands = parseCommandTimes(
    textOf(calls, connection.address, 'INFO'),
    percentiles instanceof Error ? '' : textOf(percentiles, connection.address, 'INFO'),
  );
  return {
    commands: commands.slice(0, MOST_ROWS),
    total: commands.length,
    spikes: Array.isArray(latest) ? latest.slice(0, MOST_ROWS).flatMap(readSpike) : undefined,
    spikeThresholdMilliseconds: threshold instanceof Error ? undefined : figureOf(configValue(threshold)),
  };
}

/** `cmdstat_config|get:calls=2,usec=146,...` and `latency_percentiles_usec_config|get:p50=81.407,p99=81.407,...`; most time first. */
export function parseCommandTimes(commandStats: string, latencyStats: string): CommandTimes[] {
  const percentiles = new Map(statistics(latencyStats, 'latency_percentiles_usec_'));
  return statistics(commandStats, 'cmdstat_')
    .map(([name, fields]) => ({
      command: name.toUpperCase().replace('|', ' '),
      calls: fields.get('calls') ?? 0,
      totalMicroseconds: fields.get('usec') ?? 0,
      failed: (fields.get('rejected_calls') ?? 0) + (fields.get('failed_calls') ?? 0),
      p50Microseconds: percentiles.get(name)?.get('p50'),
      p99Microseconds: percentiles.get(name)?.get('p99'),
    }))
    .sort((one, other) => other.totalMicroseconds - one.totalMicroseconds);
}

function statistics(text: string, prefix: string): [name: string, fields: Map<string, number>][] {
  return text.split(/\r?\n/).flatMap(line => {
    const colon = line.lastIndexOf(':');
    if (!line.startsWith(prefix) || colon < 0) return [];
    const fields = new Map<string, number>();
    for (const pair of line.slice(colon + 1).split(',')) {
      const figure = figureOf(pair.slice(pair.indexOf('=') + 1));
      if (figure !== undefined) fields.set(pair.slice(0, pair.indexOf('=')), figure);
    }
    return [[line.slice(prefix.length, colon), fields] as [string, Map<string, number>]];
  });
}

/** event, when in seconds, latest and most in milliseconds; newer servers add more. */
function readSpike(reply: Reply): LatencySpike[] {
  if (!Array.isArray(reply)) return [];
  const [event, ...figures] = reply;
  const [at, latestMilliseconds, mostMilliseconds] = figures.map(figureOf);
  if (typeof event !== 'string' || at === undefined) return [];
  if (latestMilliseconds === undefined || mostMilliseconds === undefined) return [];
  return [{ event, atMilliseconds: at * 1000, latestMilliseconds, mostMilliseconds }];
}
