import type { PlanJob } from '../../support/planRunner';
import type { ClusterNode } from '../../../src/core/topology/types';
import { chanceFrom } from '../../support/chance';

export const faults = [
  'runner',
  'source',
  'target',
  'both',
  'pauseSource',
  'pauseTarget',
  'runnerAndSource',
  'runnerAndTarget',
  'runnerAndBoth',
] as const;
export type Fault = (typeof faults)[number];

/** One case of the campaign. */
export interface Case {
  fault: Fault;
  operation: 'reshard' | 'rebalance';
  /** `best`: what the servers have; on many of them that is the classic one, too. */
  engine: 'classic' | 'best';
  latencyMilliseconds: 0 | 2;
  /** Draws what is left to chance within the case, each from 0 to 1. */
  chance: () => number;
}

/** As many cases as asked for, the same for a seed; every fault in turn. */
export function drawCases(count: number, seed: number): Case[] {
  const chance = chanceFrom(seed);
  const either = <T>(one: T, other: T): T => (chance() < 0.5 ? one : other);
  return Array.from({ length: count }, (_, index) => ({
    fault: faults[index % faults.length]!,
    operation: either('reshard', 'rebalance'),
    engine: either('best', 'classic'),
    latencyMilliseconds: either(0, 2),
    chance,
  }));
}

/** Four masters, the fullest first: 500 slots of the first go to the last, or the first two give to the last two side by side. */
export function jobOf(
  { operation, engine, latencyMilliseconds }: Case,
  masters: readonly ClusterNode[],
): Pick<PlanJob, 'planner' | 'request'> {
  const common = { latencyMilliseconds, ...(engine === 'classic' && { engine }) };
  if (operation === 'reshard')
    return {
      planner: 'planReshard',
      request: { slots: 500, from: [masters[0]!.id], to: masters.at(-1)!.id, ...common },
    };
  const weights = Object.fromEntries(masters.map(({ id }, index) => [id, index < masters.length / 2 ? 8 : 9]));
  return { planner: 'planBalanceSlots', request: { weights, threshold: 0, ...common } };
}
