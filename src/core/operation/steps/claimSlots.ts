import type { CommandWords } from '../../connection/types';
import { SlotSet } from '../../topology/slotSet';
import type { NodeLine } from '../../topology/types';
import { count } from '../../topology/wording';
import { OperationError } from '../operationError';
import { answeringNodesOf } from '../planNodes';
import { fanOut } from './fanOut';
import { lookAtMembers } from './lookAtMembers';
import { lookAt } from './nodeSight';
import { poll } from '../../connection/poll';
import { slotsCommand } from './ownSlots';
import { throwRefusals } from './replies';
import type { RunStep, StepContext, StepOf } from './types';

type Claim = StepOf<'claimSlots'>['claims'][number];

/** Gossip carries an epoch to any one node within half the node timeout, 7.5 s by default. */
const spreadMilliseconds = 15_000;
/** Gossip may change a view between the look and the command. */
const attempts = 3;

/**
 * Makes masters claim slots with an epoch above all others they know, in one transaction: a claim with an old epoch is
 * undone by gossip. Throws an OperationError `slotsChanged` when another master claims them, or `notClaimed`.
 */
export const claimSlots: RunStep<'claimSlots'> = async ({ claims }, context) => {
  context.report(`Making ${count(claims.length, 'master')} the owner${claims.length === 1 ? '' : 's'}.`);
  let last = await refuseRivals(claims, context);
  // One after the other: two that do not know of each other take the same epoch.
  const start = performance.now();
  for (const claim of claims) {
    const left = spreadMilliseconds - (performance.now() - start);
    if (last && last.id !== claim.node.id && left > 0) await awaitEpoch(claim, last, left, context);
    last = (await fanOut([claim], context, each => claimFor(each, context)))[0];
  }
};

/** Until the node has heard of the epoch of another one. Not for ever: nodes with the same one settle that themselves, later. */
async function awaitEpoch(
  { node }: Claim,
  last: NodeLine,
  left: number,
  { nodes, signal }: StepContext,
): Promise<void> {
  const hasHeard = async (): Promise<true | undefined> => {
    const { lines } = await lookAt(node, nodes);
    const known = lines.find(({ id }) => id === last.id)?.configEpoch ?? 0;
    return known >= last.configEpoch || undefined;
  };
  await poll(hasHeard, { signal, timeoutMilliseconds: left });
}

/**
 * Refuses when another master claims them by its own word: it would lose them, and with them its keys. Resolves with the
 * node of the highest epoch.
 */
async function refuseRivals(claims: readonly Claim[], context: StepContext): Promise<NodeLine | undefined> {
  const { views } = await lookAtMembers(answeringNodesOf(context.plan), context);
  for (const { node, slots } of claims)
    for (const [id, view] of views) {
      const own = view.lines.find(line => line.id === id);
      const rival = own && !own.flags.includes('slave') && id !== node.id ? own.slots : SlotSet.empty;
      const claimed = rival.intersection(SlotSet.parse(slots));
      if (claimed.isEmpty) continue;
      throw new OperationError(
        'slotsChanged',
        `${view.address} claims ${claimed.toString()}, which ${node.address} was to get.`,
        {
          node: view.address,
          remedy: 'Look at the slots again, and plan anew.',
        },
      );
    }
  const own = [...views].map(([id, { lines }]) => lines.find(line => line.id === id)!);
  return own.sort((a, b) => b.configEpoch - a.configEpoch)[0];
}

async function claimFor({ node, slots }: Claim, { nodes, signal }: StepContext): Promise<NodeLine> {
  signal.throwIfAborted();
  const wanted = SlotSet.parse(slots);
  let missing = wanted;
  let refusal: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { own, lines } = await lookAt(node, nodes);
    missing = wanted.difference(own.slots);
    if (missing.isEmpty && attempt > 0) return own;
    const foreign = lines
      .filter(({ id, flags }) => id !== node.id && !flags.includes('slave'))
      .reduce((all, line) => all.union(line.slots), SlotSet.empty)
      .intersection(missing);
    // BUMPEPOCH answers STILL where the epoch is above all others already.
    const commands: CommandWords[] = [
      ...(foreign.isEmpty ? [] : [await slotsCommand('DELSLOTS', foreign, node, nodes)]),
      ...(missing.isEmpty ? [] : [await slotsCommand('ADDSLOTS', missing, node, nodes)]),
      ['CLUSTER', 'BUMPEPOCH'],
    ];
    try {
      await transact(node.address, commands, nodes);
      refusal = undefined;
    } catch (error) {
      refusal = error;
    }
  }
  const { own } = await lookAt(node, nodes);
  missing = wanted.difference(own.slots);
  if (missing.isEmpty) return own;
  throw new OperationError('notClaimed', `${node.address} does not get hold of ${missing.toString()}.`, {
    node: node.address,
    remedy: 'Another actor may change slots at the same time. Look at the slots again, and plan anew.',
    cause: refusal,
  });
}

/** All or nothing in the eyes of gossip; a refused command does not keep the others from being carried out. */
async function transact(
  address: string,
  commands: readonly CommandWords[],
  nodes: StepContext['nodes'],
): Promise<void> {
  const replies = await nodes.node(address).pipeline([['MULTI'], ...commands, ['EXEC']]);
  throwRefusals(replies);
}
