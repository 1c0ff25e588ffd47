import type { ClusterNode } from '../../core/index';
import type { PageNode } from '../../shared/pageProtocol';
import type { ClusterState } from '../sessions/clusterState';

const flavourNames = { redis: 'Redis', valkey: 'Valkey' } as const;

/** The figures of one node, from the INFO of one look: a node that did not answer has none, rather than zeros or old ones. */
export function figuresOf(
  { id, info, roundTripMilliseconds }: ClusterNode,
  { figures }: ClusterState,
): Partial<PageNode> {
  const { evictionsPerSecond } = figures.of(id) ?? {};
  const sampled = figures.sampled(id);
  const shown: Partial<PageNode> = info
    ? {
        memoryBytes: info.usedMemoryBytes,
        operationsPerSecond: info.operationsPerSecond,
        keys: info.keys,
        inputBytesPerSecond: info.inputBytesPerSecond,
        outputBytesPerSecond: info.outputBytesPerSecond,
        clients: info.clients,
        version: `${flavourNames[info.flavour]} ${info.version}`,
      }
    : {};
  if (info && info.maxMemoryBytes > 0) shown.maxMemoryBytes = info.maxMemoryBytes;
  if (info && evictionsPerSecond !== undefined) shown.evictionsPerSecond = evictionsPerSecond;
  if (roundTripMilliseconds !== undefined) shown.pingMilliseconds = Math.round(roundTripMilliseconds * 10) / 10;
  if (sampled) {
    shown.trend = [...sampled.operationsPerSecond];
    shown.trendSinceMilliseconds = sampled.sinceMilliseconds;
  }
  return shown;
}
