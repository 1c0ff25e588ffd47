import { verifyCopies as verifyDatabase, type Verification } from '../../migration/keyCopy/verifyCopies';
import { count } from '../../plan/phrases';
import { withKeyCopy } from './withKeyCopy';
import type { RunStep } from './types';

/** Compares source and cluster, and notes what differs: that is no failure, for either may have been written to since. */
export const verifyCopies: RunStep<'verifyCopies'> = async (step, context) => {
  const found: Verification = { looked: 0, compared: 0, missing: 0, differing: 0, names: [] };
  await withKeyCopy(
    step,
    context,
    () => found.looked,
    async ends => {
      for (const pair of step.databases)
        await verifyDatabase(pair, { pattern: step.pattern, every: step.every }, ends, found);
    },
  );
  const { looked, compared, missing, differing, names } = found;
  const what = `${count(looked, 'key')} of ${step.source} ${looked === 1 ? 'was' : 'were'} looked for in the cluster, and ${compared === looked ? 'all' : compared} compared with value and time to live`;
  if (missing + differing === 0) {
    context.note(`${what}: all are there, and the same.`);
    return;
  }
  const more = missing + differing - names.length;
  context.note(
    `${what}: ${missing} ${missing === 1 ? 'is' : 'are'} missing and ${differing} ${differing === 1 ? 'differs' : 'differ'}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}. Either side was written to meanwhile, or keys were left out. Stop the writers and import again.`,
  );
};
