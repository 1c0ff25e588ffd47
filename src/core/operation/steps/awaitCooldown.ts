import type { RunStep } from './types';
import { waitOut } from './waitOut';

/** Waits until the replica has forgotten its last election; when it was planned a while ago or resumed, what is left of it. */
export const awaitCooldown: RunStep<'awaitCooldown'> = async (step, context) => {
  // A clock that was set back must not make it longer.
  const left = Math.min(step.waitMilliseconds, step.untilMilliseconds - Date.now());
  await waitOut(left, `${step.replica.address} still remembers its last election.`, context);
};
