import type { PlanStep } from '../../../src/core/plan/types';
import type { Case } from './cases';

/** What moves keys lasts longest, and is met in the middle more often than its part of the steps. */
const LONG: ReadonlySet<PlanStep['kind']> = new Set(['moveSlots', 'moveStrays']);
const partOfLong = 0.7;

/** The index of the step in which it happens. */
export function chooseStep(steps: readonly PlanStep[], { step: part }: Case['moment']): number {
  const long = steps.flatMap(({ kind }, index) => (LONG.has(kind) ? [index] : []));
  if (long.length > 0 && part < partOfLong) return long[Math.floor((part / partOfLong) * long.length)]!;
  return Math.floor(part * steps.length);
}

/** About how long a step of this kind lasts, in milliseconds. */
export function lengthOf(kind: PlanStep['kind']): number {
  if (LONG.has(kind)) return 800;
  if (kind.startsWith('await') || kind === 'meet' || kind === 'failOver') return 200;
  return 20;
}
