import type { ClusterClient } from '../../src/core/operation/clusterClient';
import type { Operation, RunOptions } from '../../src/core/operation/types';
import type { Plan } from '../../src/core/plan/types';

/**
 * Runs a plan and holds it, paused, in the middle of a step, once its message matches there. Progress alone is told too seldom
 * for that: on a quick machine the step may be over before. So it is paused at each moment where it can be, told, and sent on.
 */
export async function runAndHold(
  client: ClusterClient,
  plan: Plan,
  { kind, message: wanted }: { kind: string; message: RegExp },
  options: Omit<RunOptions, 'onProgress'> = {},
): Promise<Operation> {
  let isThere = false;
  let isResuming = false;
  let hold: () => void;
  const pauseAgain = (message: string): void => {
    isThere = wanted.test(message);
    operation.pause();
  };
  const held = new Promise<void>(resolve => (hold = resolve));
  const operation: Operation = client.run(plan, {
    ...options,
    onProgress: ({ state, step, message }) => {
      if (step?.kind !== kind || isResuming) return;
      if (state === 'running' && !isThere) pauseAgain(message);
      else if (state === 'paused' && isThere) hold();
      else if (state === 'paused') {
        isResuming = true;
        operation.resume();
        isResuming = false;
        // Not in the same turn: it would be paused at the same for ever.
        setImmediate(() => pauseAgain(operation.progress.message));
      }
    },
  });
  const tooLate = operation.finished.then(({ outcome }) => {
    throw new Error(`It was ${outcome} before it could be held at ${kind}.`);
  });
  await Promise.race([held, tooLate]);
  tooLate.catch(() => undefined);
  return operation;
}
