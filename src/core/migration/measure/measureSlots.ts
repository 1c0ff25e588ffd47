import { setMaxListeners } from 'node:events';
import type { MeasurementSource, SlotMeasure, SlotMeasurements } from '../../plan/slots/measurements';
import type { MigrationEngine } from '../../plan/types';
import type { ServerCapabilities } from '../../connection/types';
import { SLOT_COUNT } from '../../topology/slotSet';
import type { ClusterNode, Topology } from '../../topology/types';
import type { MigrationNodes } from '../types';
import { measureMaster, type MasterMeasurements } from './measureMaster';

export interface MeasureOptions {
  /** Default `slots`. Load is measured for `load` only; keys and bytes always, for they tell how long a move takes. */
  by?: SlotMeasure;
  signal?: AbortSignal;
}

/** A master that takes longer is left out. */
const longestMilliseconds = 30_000;

/**
 * Measures all masters that answer, side by side; nothing is changed, and no server is kept busy for more than a moment at a
 * time. Who does not answer meanwhile is left out: -1 for its slots. Rejects with the signal's reason only.
 */
export async function measureSlots(
  { nodes: members }: Topology,
  nodes: MigrationNodes,
  { by = 'slots', signal }: MeasureOptions = {},
): Promise<SlotMeasurements> {
  signal?.throwIfAborted();
  const masters = members.filter(({ role, reachable }) => role === 'master' && reachable);
  const limit = AbortSignal.timeout(longestMilliseconds);
  const measuring = signal ? AbortSignal.any([signal, limit]) : limit;
  // As many waits listen to it as there are masters and keys in flight.
  setMaxListeners(0, measuring);
  const outcomes = await Promise.allSettled(masters.map(master => measureMaster(master, nodes, by, measuring)));
  signal?.throwIfAborted();
  const measured = outcomes.flatMap((outcome, index) =>
    outcome.status === 'fulfilled' ? [{ master: masters[index]!, ...outcome.value }] : [],
  );
  const timeouts = measured.flatMap(({ nodeTimeoutMilliseconds }) => nodeTimeoutMilliseconds ?? []);
  return {
    keys: join(measured, ({ keys }) => keys),
    bytes: join(measured, ({ bytes }) => bytes),
    ...(by === 'load' && { load: loadOf(measured) }),
    sources: Object.fromEntries(measured.map(each => [each.master.id, sourceOf(each, measured, by)])),
    engines: Object.fromEntries(measured.map(({ master, capabilities }) => [master.id, enginesOf(capabilities)])),
    bigKeys: measured.flatMap(({ bigKeys }) => bigKeys).sort((a, b) => b.bytes - a.bytes),
    ...(timeouts.length > 0 && { nodeTimeoutMilliseconds: Math.min(...timeouts) }),
  };
}

/** The engines a server has, best first. */
export function enginesOf({ clusterMigration, clusterMigrateSlots }: ServerCapabilities): MigrationEngine[] {
  return [
    ...(clusterMigration ? (['migrationImport'] as const) : []),
    ...(clusterMigrateSlots ? (['migrateSlots'] as const) : []),
    'classic',
  ];
}

interface Measured extends MasterMeasurements {
  master: ClusterNode;
}

function join(
  measured: readonly Measured[],
  valuesOf: (one: Measured) => ReadonlyMap<number, number> | undefined,
): number[] {
  const all = new Array<number>(SLOT_COUNT).fill(-1);
  for (const one of measured) for (const [slot, value] of valuesOf(one) ?? []) all[slot] = value;
  return all;
}

/** CPU time and operations do not add up: one unit for all. */
function loadOf(measured: readonly Measured[]): number[] {
  return join(measured, one => (isProcessorTimeKnown(measured) ? one.processorTime : one.operations));
}

function isProcessorTimeKnown(measured: readonly Measured[]): boolean {
  return measured.every(({ processorTime, master }) => processorTime !== undefined || master.slots.isEmpty);
}

function sourceOf({ source }: Measured, measured: readonly Measured[], by: SlotMeasure): MeasurementSource {
  return by === 'load' ? { ...source, load: isProcessorTimeKnown(measured) ? 'slotStats' : 'spread' } : source;
}
