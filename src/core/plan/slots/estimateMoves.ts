import type { ClusterNode } from '../../topology/types';
import type { MigrationEngine } from '../types';
import type { Move } from './listMoves';

interface Pace {
  secondsPerMove: number;
  secondsPerSlot: number;
  secondsPerKey: number;
  secondsPerByte: number;
}

/**
 * Measured on two cores over loopback with values of 100 bytes, 3 masters and 3 replicas: 4096 slots with 250,000 keys in
 * 2.6 s and 200 slots with 200,000 keys in 1.25 s by SETSLOT and MIGRATE in windows (Redis 7.0.15), in 5.0 s where SETSLOT
 * waits for replicas (Valkey 9.1.2), in 0.60 s by MIGRATESLOTS (Valkey 9.1.2), in 0.28 s by MIGRATION IMPORT (Redis 8.6.3).
 * Bytes: an 80 MB hash took MIGRATE 1.4 s (7.0.15); 10 GB took MIGRATESLOTS 10.7 s (valkey.io, 2025-10-27).
 */
const paces: Readonly<Record<MigrationEngine | 'classicValkey', Pace>> = {
  classic: { secondsPerMove: 0.02, secondsPerSlot: 250e-6, secondsPerKey: 6.25e-6, secondsPerByte: 17.5e-9 },
  classicValkey: { secondsPerMove: 0.02, secondsPerSlot: 840e-6, secondsPerKey: 6.25e-6, secondsPerByte: 17.5e-9 },
  migrateSlots: { secondsPerMove: 0.06, secondsPerSlot: 0, secondsPerKey: 2.4e-6, secondsPerByte: 1.1e-9 },
  migrationImport: { secondsPerMove: 0.02, secondsPerSlot: 0, secondsPerKey: 1.1e-6, secondsPerByte: 1.1e-9 },
};

/** Moving classically at full speed clients felt about this much at p99; what is bound lower goes slower in proportion. */
const fullSpeedLatencyMilliseconds = 20;

/** How long moves take in whole seconds, 1 or more: moves that share no master run side by side. */
export function estimateSeconds(moves: readonly Move[], latencyMilliseconds: number): number {
  const busy = new Map<string, number>();
  for (const move of moves) {
    const seconds = secondsOf(move, latencyMilliseconds);
    for (const { id } of [move.source, move.target]) busy.set(id, (busy.get(id) ?? 0) + seconds);
  }
  return Math.max(1, Math.ceil(Math.max(0, ...busy.values())));
}

function secondsOf(move: Move, latencyMilliseconds: number): number {
  const { source, slots, engine } = move;
  const { keys, bytes } = sizeOf(move);
  const pace = paces[engine === 'classic' && source.info?.flavour === 'valkey' ? 'classicValkey' : engine];
  const slower =
    engine === 'classic' && latencyMilliseconds > 0
      ? Math.max(1, fullSpeedLatencyMilliseconds / latencyMilliseconds)
      : 1;
  const copying = Math.max(keys * pace.secondsPerKey, bytes * pace.secondsPerByte);
  return pace.secondsPerMove + (slots.count * pace.secondsPerSlot + copying) * slower;
}

/** What goes with a move; what was not measured is the source's total by slots. */
export function sizeOf({ source, slots, keys, bytes }: Move): { keys: number; bytes: number } {
  const part = source.slots.count === 0 ? 0 : slots.count / source.slots.count;
  return {
    keys: keys ?? part * keysOf(source),
    bytes: bytes ?? (keysOf(source) === 0 ? 0 : part * (source.info?.usedMemoryBytes ?? 0)),
  };
}

function keysOf({ info }: ClusterNode): number {
  return info?.keys ?? 0;
}
