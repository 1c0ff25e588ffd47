import { joinSome } from '../../plan/phrases';
import type { NodeRef } from '../../plan/types';
import { OperationError } from '../operationError';
import { forgetEverywhere, whoLists } from './forgetEverywhere';
import { longestBan } from './longestBan';
import { answersUnchanged } from './selfSight';
import type { RunStep, StepContext, StepOf } from './types';
import { waitOut } from './waitOut';

const marginMilliseconds = 1500;
/** How often it is told again before this gives up. */
const mostRounds = 3;

/**
 * Waits until the bans have run out and looks whether anybody lists the node again; who does is told again, and the wait
 * begins anew, three times at most. All is done before this: a cancel ends only the watch, with a note. Throws an
 * OperationError `stillListed`.
 */
export const awaitForgotten: RunStep<'awaitForgotten'> = async (step, context) => {
  const { node } = step;
  const { signal, note } = context;
  try {
    await watch(step, context);
  } catch (error) {
    if (!signal.aborted) throw error;
    note(
      `All nodes that answer have forgotten ${node.address}; whether it stays so was not waited for. If it shows up again, remove it once more.`,
    );
  }
};

async function watch(step: StepOf<'awaitForgotten'>, context: StepContext): Promise<void> {
  const { node, nodes: members } = step;
  const { nodes, note } = context;
  const isIt = ({ id }: { id: string }): boolean => id === node.id;
  const waitMilliseconds = step.waitMilliseconds ?? (await longestBan(members, nodes)) + marginMilliseconds;
  for (let round = 1; ; round++) {
    await waitOut(waitMilliseconds, `the nodes would not take ${node.address} up again yet.`, context);
    const { listing } = await whoLists(members, isIt, nodes);
    const isBack = await answersUnchanged(node, nodes);
    const after = listing.length > 0 ? await forgetEverywhere(members, isIt, nodes) : undefined;
    if (isBack) return note(backText(node, listing.length > 0));
    if (!after) return;
    if (after.listing.length > 0 || round === mostRounds) throw stillListed(node, listing);
    note(`${namesOf(listing)} had taken ${node.address} up again and forgot it once more.`);
  }
}

// Redis answers such a node, and does not take it up; Valkey 8.1 and newer take it up when the ban has run out.
function backText({ address }: NodeRef, wasTakenUp: boolean): string {
  const again = wasTakenUp
    ? ' It had introduced itself again as soon as the bans had run out; all have forgotten it once more, but it will do so again.'
    : ' The others have not taken it up.';
  return `${address} answers again, with its old data and its old list of nodes.${again} Add it as a spare, which empties it, or stop its server.`;
}

function stillListed(node: NodeRef, listing: readonly NodeRef[]): OperationError {
  const what = `${namesOf(listing)} ${listing.length === 1 ? 'takes' : 'take'} ${node.address} up again and again, though all were told to forget it.`;
  return new OperationError('stillListed', what, {
    node: listing[0]!.address,
    remedy: `Some node that could not be told still speaks of it: find it, and remove ${node.address} once more. If ${node.address} itself runs, stop its server.`,
  });
}

function namesOf(nodes: readonly NodeRef[]): string {
  return joinSome(nodes.map(({ address }) => address));
}
