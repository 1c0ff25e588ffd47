import { setMaxListeners } from 'node:events';
import type { SlotSet } from '../../topology/slotSet';
import { SLOT_COUNT } from '../../topology/slotSet';
import type { ClusterNode, Topology } from '../../topology/types';
import { countKeysBySlot, readSlotStatistics, type SlotStatistics } from '../countKeys';
import type { MigrationNodes } from '../types';
import { bytesBySlot, sampleKeys } from './sampleKeys';

/** `cpu`: microseconds, `memory` and `network`: bytes, `keys`: how many. CPU and network since the server began to count. */
export type SlotFigure = 'keys' | 'memory' | 'cpu' | 'network';

export interface SlotFigures {
  by: SlotFigure;
  /** 16,384 numbers; -1 where nothing is known. */
  values: readonly number[];
  /** Ids of the nodes whose numbers are estimated from some keys. */
  sampledNodeIds: readonly string[];
  /** The masters that could not tell, and why not: whole sentences. */
  missing: readonly { nodeId: string; reason: string }[];
  measuredAtMilliseconds: number;
}

export interface SlotFigureOptions {
  by: SlotFigure;
  signal?: AbortSignal;
}

/** A master that takes longer is among the missing. */
const longestSeconds = 30;

/**
 * Asks every master with slots for one figure of each of them; nothing is changed, and no server is kept busy for more than
 * a moment at a time. Rejects with the signal's reason only.
 */
export async function measureSlotFigures(
  { nodes: members }: Topology,
  nodes: MigrationNodes,
  { by, signal }: SlotFigureOptions,
): Promise<SlotFigures> {
  signal?.throwIfAborted();
  const masters = members.filter(({ role, slots }) => role === 'master' && !slots.isEmpty);
  const limit = AbortSignal.timeout(longestSeconds * 1000);
  const measuring = signal ? AbortSignal.any([signal, limit]) : limit;
  // As many waits listen to it as there are masters and keys in flight.
  setMaxListeners(0, measuring);
  const answers = await Promise.all(
    masters.map(master =>
      figuresOf(master, nodes, by, measuring).catch((error: unknown): Answer => ({
        reason: limit.aborted ? `${master.address} did not answer within ${longestSeconds} s.` : messageOf(error),
      })),
    ),
  );
  signal?.throwIfAborted();
  const values = new Array<number>(SLOT_COUNT).fill(-1);
  for (const answer of answers)
    if ('values' in answer) for (const [slot, value] of answer.values) values[slot] = Math.round(value);
  return {
    by,
    values,
    sampledNodeIds: masters.flatMap(({ id }, index) => ('sampled' in answers[index]! ? [id] : [])),
    missing: masters.flatMap(({ id }, index) => {
      const answer = answers[index]!;
      return 'reason' in answer ? [{ nodeId: id, reason: answer.reason }] : [];
    }),
    measuredAtMilliseconds: Date.now(),
  };
}

type Answer = { values: ReadonlyMap<number, number>; sampled?: true } | { reason: string };

async function figuresOf(
  master: ClusterNode,
  nodes: MigrationNodes,
  by: SlotFigure,
  signal: AbortSignal,
): Promise<Answer> {
  const { address, slots, reachable } = master;
  if (!reachable) return { reason: master.unreachableReason ?? `${address} did not answer.` };
  const { slotStats } = await nodes.capabilities(address);
  const statistics = slotStats ? await readSlotStatistics(address, slots, nodes, { signal }) : undefined;
  const told = statistics && tellBy(by, statistics);
  if (told) return { values: told };
  if (by === 'keys') return { values: await countKeysBySlot(address, slots, nodes, { signal }) };
  if (by === 'memory') return sampleMemory(address, slots, nodes, signal);
  return { reason: whyNot(master, by, slotStats, statistics !== undefined) };
}

/** As the servers name them; undefined where they do not keep them. */
function tellBy(
  by: SlotFigure,
  statistics: ReadonlyMap<number, SlotStatistics>,
): ReadonlyMap<number, number> | undefined {
  const names = fieldsOf[by];
  const values = new Map<number, number>();
  for (const [slot, figures] of statistics) {
    if (names.every(name => !figures.has(name))) return undefined;
    values.set(
      slot,
      names.reduce((sum, name) => sum + (figures.get(name) ?? 0), 0),
    );
  }
  return values;
}

const fieldsOf: Record<SlotFigure, readonly string[]> = {
  keys: ['key-count'],
  memory: ['memory-bytes'],
  cpu: ['cpu-usec'],
  network: ['network-bytes-in', 'network-bytes-out'],
};

async function sampleMemory(
  address: string,
  slots: SlotSet,
  nodes: MigrationNodes,
  signal: AbortSignal,
): Promise<Answer> {
  const keys = await countKeysBySlot(address, slots, nodes, { signal });
  if ([...keys.values()].every(amount => amount === 0)) return { values: keys };
  const values = bytesBySlot(keys, await sampleKeys(address, slots, nodes, signal, []));
  return values
    ? { values, sampled: true }
    : { reason: `${address} tells the size of no key: RANDOMKEY or MEMORY USAGE is not allowed for this user.` };
}

// SLOT-STATS: Redis 8.2 and Valkey 8.0 and newer, keys alone unless cluster-slot-stats-enabled.
function whyNot({ address, info }: ClusterNode, by: SlotFigure, exists: boolean, isTold: boolean): string {
  const what = by === 'cpu' ? 'CPU time' : 'network traffic';
  const server = info ? `${info.flavour === 'valkey' ? 'Valkey' : 'Redis'} ${info.version}` : 'This server';
  if (!exists) return `${server} keeps no ${what} of slots; Redis 8.2, Valkey 8.0 and newer do.`;
  return isTold
    ? `Its setting cluster-slot-stats-enabled leaves out ${what}.`
    : `CLUSTER SLOT-STATS of ${address} was refused, or a slot left it meanwhile.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
