import { joinSome } from '../../plan/phrases';
import { SlotSet } from '../../topology/slotSet';
import { OperationError } from '../operationError';
import { lookAtMembers, type MembersSight } from './lookAtMembers';
import { poll } from '../../connection/poll';
import { standInFor } from './slotWork';
import type { RunStep, StepContext, StepOf } from './types';

type AwaitOwners = StepOf<'awaitOwners'>;

/** All masters were told; gossip tells the rest within half the node timeout, 7.5 s by default. */
const deadlineMilliseconds = 30_000;

/**
 * Reads the end of slot moves back: every node that answers sees the slots with their new masters. Who does not in time is
 * told in a note. Throws an OperationError `ownersNotSettled` when a new master itself does not claim its slots.
 */
export const awaitOwners: RunStep<'awaitOwners'> = async (step, context) => {
  let found: Doubt[] = [];
  const agreed = await poll(
    async () => {
      found = doubtsIn(await lookAtMembers(step.nodes, context), step, context);
      const [first] = found;
      if (first) context.report(`${first.text}.`, 0.3);
      return first ? undefined : true;
    },
    { signal: context.signal, timeoutMilliseconds: deadlineMilliseconds, intervalMilliseconds: 30 },
  );
  if (agreed) return;
  const own = found.filter(({ isOwn }) => isOwn);
  if (own.length === 0) return void found.forEach(({ text }) => context.note(`${text}.`));
  throw new OperationError('ownersNotSettled', `${joinSome(own.map(({ text }) => text))}.`, {
    node: own[0]!.address,
    remedy: 'Check the cluster; another actor may have moved slots meanwhile. Plan anew from what the nodes say now.',
  });
};

interface Doubt {
  address: string;
  /** Without a full stop. */
  text: string;
  /** It is the new master itself that does not claim them. */
  isOwn: boolean;
}

function doubtsIn({ topology, views }: MembersSight, { owners }: AwaitOwners, context: StepContext): Doubt[] {
  return owners.flatMap(({ node, slots }): Doubt[] => {
    const owner = standInFor(node, context.plan, topology);
    const { address } = owner ?? node;
    if (!owner) return [{ address, text: `${address} is no master that answers`, isOwn: true }];
    const wanted = SlotSet.parse(slots);
    return [...views].flatMap(([viewer, view]): Doubt[] => {
      const seen = view.lines.find(({ id }) => id === owner.id)?.slots ?? SlotSet.empty;
      const unseen = wanted.difference(seen);
      if (unseen.isEmpty) return [];
      const text = `${view.address} does not see ${unseen.count} of the slots moved to ${address} there (${unseen.toString()})`;
      return [{ address: view.address, text, isOwn: viewer === owner.id }];
    });
  });
}
