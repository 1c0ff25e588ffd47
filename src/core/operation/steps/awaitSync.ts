import { joinSome } from '../../plan/phrases';
import type { NodeRef } from '../../plan/types';
import { OperationError } from '../operationError';
import { fanOut } from './fanOut';
import { lookAtMembers, type MembersSight } from './lookAtMembers';
import { poll } from '../../connection/poll';
import { SyncWatch } from './syncWatch';
import type { RunStep, StepContext, StepOf } from './types';

/** Gossip carries a role within half the node timeout, 7.5 s by default. */
const knownTimeoutMilliseconds = 30_000;
const silentTimeoutMilliseconds = 5000;

/**
 * Waits until every replica holds what its master had when the link came up, and all nodes that answer know it for what it
 * is. However long a full copy takes, as long as it gets on. Throws an OperationError `linkDown`, `nodeGone`, `syncStalled`,
 * `syncRestarts`, `rolesChanged` or `rolesNotSettled`.
 */
export const awaitSync: RunStep<'awaitSync'> = async (step, context) => {
  const shares = step.replicas.map(() => 0);
  await fanOut(step.replicas, context, async ({ node, master }, index) => {
    const watch = new SyncWatch(node, master, context);
    await poll(
      async elapsed => {
        const { isInStep, text, fraction } = await watch.look(elapsed);
        shares[index] = isInStep ? 1 : fraction;
        context.report(text, (0.9 * shares.reduce((sum, share) => sum + share, 0)) / shares.length);
        return isInStep ? true : undefined;
      },
      // The watch has a deadline of its own: the last progress.
      { signal: context.signal, timeoutMilliseconds: Infinity, intervalMilliseconds: 50 },
    );
  });
  await awaitKnown(step, context);
};

interface Unaware {
  viewer: NodeRef;
  replica: NodeRef;
}

async function awaitKnown(step: StepOf<'awaitSync'>, context: StepContext): Promise<void> {
  let unaware: Unaware[] = [];
  let silentSince: number | undefined;
  const known = await poll(
    async elapsed => {
      const { views } = await lookAtMembers(step.nodes, context);
      const silent = step.replicas.find(({ node }) => !views.has(node.id));
      silentSince = silent && (silentSince ?? elapsed);
      if (silent && elapsed - silentSince! > silentTimeoutMilliseconds) throw gone(silent.node);
      unaware = unawareIn(views, step);
      const [first] = unaware;
      if (!first) return true;
      context.report(`${first.viewer.address} does not know yet whom ${first.replica.address} follows.`, 0.95);
      return undefined;
    },
    { signal: context.signal, timeoutMilliseconds: knownTimeoutMilliseconds, intervalMilliseconds: 50 },
  );
  if (known) return;
  const viewers = [...new Set(unaware.map(({ viewer }) => viewer))];
  const names = joinSome(viewers.map(({ address }) => address));
  const answers = step.nodes.length;
  const what = `After ${knownTimeoutMilliseconds / 1000} s ${names} ${viewers.length === 1 ? 'does' : 'do'} not know whom ${joinSome([...new Set(unaware.map(({ replica }) => replica.address))])} follows.`;
  // One confused viewer must not hold up the rest.
  if (viewers.length * 2 < answers) return context.note(what);
  throw new OperationError('rolesNotSettled', what, {
    node: viewers[0]!.address,
    remedy: 'Look at the network between these nodes, and at their bus ports.',
  });
}

function unawareIn(views: MembersSight['views'], { nodes: members, replicas }: StepOf<'awaitSync'>): Unaware[] {
  return members.flatMap(viewer => {
    const lines = views.get(viewer.id)?.lines;
    if (!lines) return [];
    return replicas.flatMap(({ node, master }) => {
      const line = lines.find(({ id }) => id === node.id);
      const isKnown = line?.flags.includes('slave') && line.masterId === master.id;
      return isKnown ? [] : [{ viewer, replica: node }];
    });
  });
}

function gone({ address }: NodeRef): OperationError {
  return new OperationError('nodeGone', `${address} had copied its master and does not answer any more.`, {
    node: address,
    remedy: 'Start its server again, or plan anew without it.',
  });
}
