import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode } from '../../topology/types';
import { refer } from '../plannedNode';
import { PlanError } from '../planError';
import type { MigrationEngine, SlotMove } from '../types';
import type { SlotMeasurements } from './measurements';
import type { Owners } from './owners';

/** One pair of masters. */
export interface Move {
  source: ClusterNode;
  target: ClusterNode;
  slots: SlotSet;
  engine: MigrationEngine;
  /** As measured. */
  keys?: number;
  bytes?: number;
}

export interface MoveOptions {
  measurements?: SlotMeasurements | undefined;
  engine?: MigrationEngine | 'auto' | undefined;
}

/** What differs between two states of the owners, a move per pair, in the order of the masters. */
export function listMoves(
  masters: readonly ClusterNode[],
  before: Owners,
  after: Owners,
  options: MoveOptions,
): Move[] {
  const pairs = new Map<number, number[]>();
  for (let slot = 0; slot < before.length; slot++) {
    const [from, to] = [before[slot]!, after[slot]!];
    if (from === to) continue;
    const pair = from * masters.length + to;
    const slots = pairs.get(pair);
    if (slots) slots.push(slot);
    else pairs.set(pair, [slot]);
  }
  return [...pairs]
    .sort(([a], [b]) => a - b)
    .map(([pair, slots]): Move => {
      const source = masters[Math.floor(pair / masters.length)]!;
      const target = masters[pair % masters.length]!;
      return {
        source,
        target,
        slots: SlotSet.of(slots),
        engine: engineFor(source, target, options),
        ...measured(slots, options.measurements),
      };
    });
}

/** Keys and bytes of slots, as far as they were measured for all of them. */
export function measured(
  slots: Iterable<number>,
  measurements: SlotMeasurements | undefined,
): { keys?: number; bytes?: number } {
  if (!measurements) return {};
  const all = [...slots];
  const [keys, bytes] = [sumOf(all, measurements.keys), sumOf(all, measurements.bytes)];
  return { ...(keys === undefined ? {} : { keys }), ...(bytes === undefined ? {} : { bytes }) };
}

/** The slots of all nodes or moves together. */
export function unionOf(holders: readonly { slots: SlotSet }[]): SlotSet {
  return SlotSet.unionOf(holders.map(({ slots }) => slots));
}

export function asSlotMove({ source, target, slots, ...rest }: Move): SlotMove {
  return { source: refer(source), target: refer(target), slots: slots.toString(), ...rest };
}

function sumOf(slots: readonly number[], values: readonly number[] | undefined): number | undefined {
  if (!values) return undefined;
  let sum = 0;
  for (const slot of slots) {
    const value = values[slot];
    if (value === undefined || value < 0) return undefined;
    sum += value;
  }
  return sum;
}

function engineFor(
  source: ClusterNode,
  target: ClusterNode,
  { measurements, engine = 'auto' }: MoveOptions,
): MigrationEngine {
  // Nobody has asked the servers: what was named is believed, and looked at again before it is used.
  if (!measurements) return engine === 'auto' ? 'classic' : engine;
  const [gives, takes] = [source, target].map(({ id }) => measurements.engines[id] ?? ['classic' as const]);
  const shared = gives!.filter(each => takes!.includes(each));
  if (engine === 'auto') return shared[0] ?? 'classic';
  if (shared.includes(engine)) return engine;
  const lacking = gives!.includes(engine) ? target : source;
  throw new PlanError('engineUnavailable', `${lacking.address} cannot move slots by ${engineNames[engine]}.`, {
    node: lacking.address,
    remedy: `${source.address} and ${target.address} share ${shared.map(each => engineNames[each]).join(' and ')}: choose that, or leave the choice to the plan.`,
  });
}

/** For sentences: `by CLUSTER MIGRATESLOTS`. */
export const engineNames: Readonly<Record<MigrationEngine, string>> = {
  classic: 'SETSLOT and MIGRATE',
  migrateSlots: 'CLUSTER MIGRATESLOTS',
  migrationImport: 'CLUSTER MIGRATION IMPORT',
};
