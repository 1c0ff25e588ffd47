import { bringHome } from '../../migration/bringHome';
import { digestOf, keyName } from '../../migration/payload';
import type { HomeKey, KeyChoice } from '../../migration/sendHome';
import type { TransferContext } from '../../migration/types';
import { joinSome } from '../../plan/phrases';
import type { StrayMove } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import { count } from '../../topology/wording';
import { OperationError } from '../operationError';
import type { RunStep, StepContext, StepOf } from './types';

type MoveStrays = StepOf<'moveStrays'>;

/**
 * Brings keys home to the owners of their slots, one holder after the other, and closes the slots. Copies that differ and that
 * nobody decided about are left on both sides, with their slots open so that they can be read. Throws an OperationError
 * `keysDiffer` that lists them, when the rest is done; or a MigrationError.
 */
export const moveStrays: RunStep<'moveStrays'> = async (step, context) => {
  const undecided: string[] = [];
  const total = step.strays.reduce((sum, { keys = 0 }) => sum + keys, 0);
  let moved = 0;
  for (const [index, stray] of step.strays.entries()) {
    const told = (): void =>
      context.report(
        `${count(moved, 'key')}${total > 0 ? ` of ${total}` : ''} brought home.`,
        total > 0 ? moved / total : index / step.strays.length,
      );
    told();
    const coming = await bringHome(
      { source: stray.owner, target: stray.holder, slots: SlotSet.parse(stray.slots) },
      transferContext(context, keys => {
        moved += keys;
        told();
      }),
      key => choose(key, stray, step),
    );
    tellComing(coming, stray, context);
    for (const { key, slot } of coming.undecided)
      undecided.push(
        `${keyName(key)} in slot ${slot} (${stray.owner.address} owns it, ${stray.holder.address} has another value)`,
      );
  }
  if (undecided.length === 0) return;
  throw new OperationError(
    'keysDiffer',
    `${count(undecided.length, 'key')} ${undecided.length === 1 ? 'is' : 'are'} at two nodes with other contents, and nobody said which copy counts: ${joinSome(undecided)}. Both copies are as they were; everything else went home.`,
    { remedy: 'Fix again, which shows both values now, and choose for each of these keys.' },
  );
};

function choose({ slot, database, key, dumps }: HomeKey, { owner, holder }: StrayMove, step: MoveStrays): KeyChoice {
  const text = key.toString('base64');
  const choice = step.choices.find(each => each.slot === slot && each.database === database && each.key === text);
  if (!choice) return step.rule === 'other' ? 'holder' : step.rule;
  const { digests, keep, drop } = choice;
  const isKnown = (dump: Buffer): boolean => digests.includes(digestOf(dump));
  // What was shown has been overwritten since.
  if (digests.length > 0 && !(isKnown(dumps.owner) && isKnown(dumps.holder))) return undefined;
  if (keep.id === holder.id) return 'holder';
  return keep.id === owner.id || drop.some(({ id }) => id === holder.id) ? 'owner' : undefined;
}

function tellComing(
  { equal, dropped }: { equal: number; dropped: number },
  { holder, owner }: StrayMove,
  { note }: StepContext,
): void {
  if (equal > 0)
    note(
      `${count(equal, 'key')} that ${owner.address} and ${holder.address} both had, equal, ${equal === 1 ? 'was' : 'were'} removed from ${holder.address}.`,
    );
  if (dropped > 0)
    note(
      `Of ${count(dropped, 'key')} that ${owner.address} and ${holder.address} had with other values the chosen copy is kept.`,
    );
}

function transferContext(context: StepContext, moved: (keys: number) => void): TransferContext {
  const { nodes, signal, safePoint, inFlight, note } = context;
  return {
    nodes,
    masters: [],
    latencyMilliseconds: 0,
    signal,
    safePoint,
    inFlight,
    moved: (_, keys) => moved(keys),
    report: message => context.report(message),
    note,
  };
}
