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
const lengths: Partial<Record<PlanStep['kind'], number>> = {
  moveSlots: 500,
  moveStrays: 100,
  meet: 200,
  failOver: 100,
};

/** When it happens after the step has begun, in milliseconds. */
export function delayIn(kind: PlanStep['kind'], { delay }: Case['moment']): number {
  return delay * (lengths[kind] ?? (kind.startsWith('await') ? 200 : 20));
}
