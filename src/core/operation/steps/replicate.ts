import type { NodeRef } from '../../plan/types';
import { OperationError } from '../operationError';
import { nodesOf, planNodesOf } from '../planNodes';
import { lookIntervalMilliseconds, replicateTimeoutMilliseconds } from './deadlines';
import { fanOut } from './fanOut';
import { refuseLastCopy } from './lastCopy';
import { lookAtSelf } from './selfSight';
import { lookUnlessLoading, sightOf, type NodeSight } from './nodeSight';
import { poll } from '../../connection/poll';
import { isLoading, refusalText } from './replies';
import type { RunStep, StepContext } from './types';

/** Makes every replica follow its master, as soon as its own view knows the master. */
export const replicate: RunStep<'replicate'> = async ({ replicas }, context) => {
  const members = nodesOf(context.plan).length;
  let following = 0;
  await fanOut(replicas, context, async ({ node, master }) => {
    await follow(node, master, members, context);
    following++;
    context.report(`${following} of ${replicas.length} replicas follow their masters.`, following / replicas.length);
  });
};

async function follow(
  node: NodeRef,
  master: NodeRef,
  members: number,
  { nodes, plan, signal }: StepContext,
): Promise<void> {
  const before = await lookUnlessLoading(node, nodes);
  if (before && follows(before, master)) return;
  if (before?.own.flags.includes('slave'))
    await refuseLastCopy(node, await lookAtSelf(node, nodes), planNodesOf(plan), nodes);
  const connection = nodes.node(node.address);
  let refused = '';
  const done = await poll(
    async () => {
      const [reply, after] = await connection.pipeline([
        ['CLUSTER', 'REPLICATE', master.id],
        ['CLUSTER', 'NODES'],
      ]);
      // It took the command, and loads its first copy already.
      if (reply === 'OK' && isLoading(after)) return true;
      if (follows(sightOf(node, after), master)) return true;
      refused = refusalText(reply);
      // The handshake is not through yet; nothing else passes by waiting.
      if (reply instanceof Error && !/^ERR Unknown node/i.test(refused) && !isLoading(reply)) throw reply;
      return undefined;
    },
    {
      signal,
      timeoutMilliseconds: replicateTimeoutMilliseconds(members),
      intervalMilliseconds: lookIntervalMilliseconds(members),
    },
  );
  if (done) return;
  const what = `${node.address} does not follow ${master.address}: ${refused === '' ? 'it accepted the command but stayed a master' : refused}.`;
  throw new OperationError('notReplicating', what, { node: node.address });
}

function follows({ own }: NodeSight, master: NodeRef): boolean {
  return own.flags.includes('slave') && own.masterId === master.id;
}
