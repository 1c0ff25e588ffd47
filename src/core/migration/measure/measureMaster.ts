import type { CommandOptions, ServerCapabilities } from '../../connection/types';
import type { BigKey, MeasurementSource, SlotMeasure } from '../../plan/slots/measurements';
import type { SlotSet } from '../../topology/slotSet';
import type { ClusterNode } from '../../topology/types';
import { readInfo, readSetting } from '../atomic/replies';
import { countKeysBySlot, readSlotStatistics, type SlotStatistics } from '../countKeys';
import type { MigrationNodes } from '../types';
import { bytesBySlot, bigKeysAmong, sampleKeys } from './sampleKeys';

/** What one master told of its slots. */
export interface MasterMeasurements {
  keys: ReadonlyMap<number, number>;
  bytes: ReadonlyMap<number, number> | undefined;
  /** CPU time in microseconds; undefined where the server does not keep it. */
  processorTime: ReadonlyMap<number, number> | undefined;
  /** Operations per second of the node, shared out by keys. */
  operations: ReadonlyMap<number, number>;
  bigKeys: readonly BigKey[];
  source: MeasurementSource;
  capabilities: ServerCapabilities;
  nodeTimeoutMilliseconds: number | undefined;
}

/** Asks one master. Rejects with a ConnectionError, a ServerReplyError or the signal's reason. */
export async function measureMaster(
  master: ClusterNode,
  nodes: MigrationNodes,
  by: SlotMeasure,
  signal: AbortSignal,
): Promise<MasterMeasurements> {
  const { address, slots } = master;
  const capabilities = await nodes.capabilities(address);
  const [general, counted] = await Promise.all([
    askGeneral(address, nodes, signal),
    countSlots(address, slots, capabilities, nodes, { signal }),
  ]);
  const { keys, statistics } = counted;
  const sample = await sampleKeys(address, slots, nodes, signal, heaviest(statistics));
  const tracked = figure('memory-bytes', slots, statistics);
  const sampled = tracked ? undefined : bytesBySlot(keys, sample);
  // What a server needs without keys is no part of any slot.
  const isEmpty = [...keys.values()].every(amount => amount === 0);
  const bytes = tracked ?? sampled ?? spread(isEmpty ? 0 : general.dataBytes, keys);
  return {
    keys,
    bytes,
    processorTime: by === 'load' ? figure('cpu-usec', slots, statistics) : undefined,
    operations: spread(general.operationsPerSecond, keys),
    bigKeys: bigKeysAmong(sample, master.id),
    source: {
      keys: statistics ? 'slotStats' : 'counted',
      ...(!isEmpty && { bytes: tracked ? 'slotStats' : sampled ? 'sampled' : 'spread' }),
    },
    capabilities,
    nodeTimeoutMilliseconds: general.nodeTimeoutMilliseconds,
  };
}

interface General {
  dataBytes: number;
  operationsPerSecond: number;
  nodeTimeoutMilliseconds: number | undefined;
}

async function askGeneral(address: string, nodes: MigrationNodes, signal: AbortSignal): Promise<General> {
  const [memory, stats, timeout] = await nodes.node(address).pipeline(
    [
      ['INFO', 'memory'],
      ['INFO', 'stats'],
      ['CONFIG', 'GET', 'cluster-node-timeout'],
    ],
    { signal },
  );
  const milliseconds = Number(readSetting(timeout));
  return {
    dataBytes: Number(readInfo(memory)['used_memory_dataset'] ?? 0),
    operationsPerSecond: Number(readInfo(stats)['instantaneous_ops_per_sec'] ?? 0),
    nodeTimeoutMilliseconds: milliseconds > 0 ? milliseconds : undefined,
  };
}

async function countSlots(
  address: string,
  slots: SlotSet,
  { slotStats }: ServerCapabilities,
  nodes: MigrationNodes,
  options: CommandOptions,
): Promise<{ keys: Map<number, number>; statistics?: Map<number, SlotStatistics> }> {
  const statistics = slotStats ? await readSlotStatistics(address, slots, nodes, options) : undefined;
  if (!statistics) return { keys: await countKeysBySlot(address, slots, nodes, options) };
  return { keys: new Map([...statistics].map(([slot, figures]) => [slot, figures.get('key-count') ?? 0])), statistics };
}

/** Undefined unless the server keeps it for all slots. */
function figure(
  name: string,
  slots: SlotSet,
  statistics: ReadonlyMap<number, SlotStatistics> | undefined,
): Map<number, number> | undefined {
  if (!statistics || slots.isEmpty) return undefined;
  const values = new Map<number, number>();
  for (const [slot, figures] of statistics) {
    const value = figures.get(name);
    if (value === undefined) return undefined;
    values.set(slot, value);
  }
  return values;
}

/** Slots that use most memory, where it is known: the likeliest to hold a big key. */
function heaviest(statistics: ReadonlyMap<number, SlotStatistics> | undefined): number[] {
  const bytesOf = (figures: SlotStatistics): number => figures.get('memory-bytes') ?? 0;
  return [...(statistics ?? [])]
    .sort(([, a], [, b]) => bytesOf(b) - bytesOf(a))
    .slice(0, 4)
    .flatMap(([slot, figures]) => (bytesOf(figures) > 0 ? [slot] : []));
}

/** A total of the node, shared out by keys; evenly where it has none. */
function spread(total: number, keys: ReadonlyMap<number, number>): Map<number, number> {
  const all = [...keys.values()].reduce((sum, amount) => sum + amount, 0);
  return new Map([...keys].map(([slot, amount]) => [slot, all === 0 ? total / keys.size : (total * amount) / all]));
}
