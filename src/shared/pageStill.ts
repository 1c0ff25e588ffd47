/** Another picture than the present one: how it was, or how a plan would leave it. Nothing is done from one. */
export type StillKind = 'past' | 'preview';
export const stillKinds: readonly StillKind[] = ['past', 'preview'];

/** Asks how it was at a time, or at the change before or after it. */
export interface PastQuestion {
  /** Grows with every question; an answer to an earlier one than the last is ignored. */
  request: number;
  /** Since 1970. */
  atMilliseconds: number;
  step?: 'before' | 'after';
}

/** What was chosen on the banner of a plan: to run it, which asks first, or to leave it. */
export interface PreviewEnd {
  id: number;
  run: boolean;
}

/** Undefined for anything else. */
export function parsePastQuestion(value: Record<string, unknown>): PastQuestion | undefined {
  const { request, atMilliseconds, step } = value;
  if (!isCount(request) || !isCount(atMilliseconds)) return undefined;
  if (step === undefined) return { request, atMilliseconds };
  return step === 'before' || step === 'after' ? { request, atMilliseconds, step } : undefined;
}

/** Undefined for anything else. */
export function parsePreviewEnd({ id, run }: Record<string, unknown>): PreviewEnd | undefined {
  return isCount(id) && typeof run === 'boolean' ? { id, run } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
