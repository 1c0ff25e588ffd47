import type { ClusterNode } from '../../topology/types';
import type { MemberCase } from '../members/memberCase';
import type { Move } from './listMoves';
import type { SlotMeasurements } from './measurements';

/** What both plans that move slots can be asked. */
export interface MoveRequest {
  /** From `client.measureSlots`: keys and sizes, big keys, what the servers can do. Without it slots move classically. */
  measurements?: SlotMeasurements | undefined;
  /** How much later, in milliseconds at p99, clients may be answered while slots move; 0: as fast as it goes. Default 20. */
  latencyMilliseconds?: number | undefined;
  /** Default `auto`: per pair the best that both servers have. */
  engine?: Move['engine'] | 'auto' | undefined;
  /** A master that gives all its slots stays one, with its replicas (default), or lets the cluster make them replicas. */
  keepEmptied?: boolean | undefined;
}

/** Moves that empty masters, or fill them. */
export interface MoveCase {
  subject: MemberCase;
  moves: readonly Move[];
  /** Who has no slots afterwards, with the master that gets the last ones. */
  emptied: readonly { master: ClusterNode; heir: ClusterNode; move: Move }[];
  keepEmptied: boolean;
  latencyMilliseconds: number;
  measurements?: SlotMeasurements | undefined;
}
