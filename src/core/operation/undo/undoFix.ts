import type { UndoContext, UndoResult } from './types';
import { undoSlots } from './undoSlots';

/**
 * Every step of a fix leaves slots nearer to what they shall be, and none can be taken back without making them wrong again:
 * what was done stays. A move that was being finished is closed, as after any cancel. Never throws.
 */
export async function undoFix(context: UndoContext): Promise<UndoResult> {
  const { notes, settled } = await undoSlots(context);
  const rest = 'What was fixed stays so.';
  return { notes: [...notes, rest], settled };
}
