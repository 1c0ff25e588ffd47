import type { NodeRef } from '../../plan/types';
import { PlanError } from '../../plan/planError';
import { refuseUnfitNodes } from '../../plan/refuseUnfitNodes';
import type { ClusterNode } from '../../topology/types';
import { OperationError } from '../operationError';
import { whatOf } from '../whatOf';
import { checkBusPorts } from './checkBusPorts';
import { checkReplicationLogins } from './checkReplicationLogins';
import { checkResumable } from './checkResumable';
import { eachNode } from './eachNode';
import { libraryConflicts, readLibraries } from './functionLibraries';
import type { Obstacle, RunStep, StepContext } from './types';

/**
 * Looks at everything that could make a creation fail or cost data, before anything is changed: the planner's rules
 * against what the nodes say now, function libraries that exclude each other, replicas that could not sign in at their
 * masters, bus ports that are closed. Throws one OperationError that names all obstacles of the first kind found.
 */
export const checkEmptyNodes: RunStep<'checkEmptyNodes'> = async ({ nodes: members }, context) => {
  context.report(`Looking once more at ${members.length} nodes.`);
  if (context.record.wasChecked) return checkResumable(members, context);
  const seen = seenNodes(members, context);
  refuseUnfit(seen);
  const obstacles = await Promise.all([
    conflictingLibraries(members, context),
    checkReplicationLogins(members, context),
    checkBusPorts(seen, context),
  ]);
  refuse(obstacles.flat());
  await context.record.write([{ type: 'foundEmpty', nodes: members }], { durable: true });
};

function seenNodes(members: readonly NodeRef[], { topology }: StepContext): ClusterNode[] {
  return members.map(({ id, address }) => {
    const node = topology.nodes.find(node => node.id === id);
    if (node) return node;
    const what = `${address} is not there any more, or another node answers there.`;
    throw new OperationError('nodesGone', what, { node: address, remedy: 'Plan anew from what is there.' });
  });
}

function refuseUnfit(nodes: readonly ClusterNode[]): void {
  try {
    refuseUnfitNodes(nodes);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    throw new OperationError(error.code, whatOf(error), { remedy: error.remedy, cause: error });
  }
}

async function conflictingLibraries(members: readonly NodeRef[], { nodes }: StepContext): Promise<Obstacle[]> {
  const holdings = await eachNode(members, async node => ({
    node,
    libraries: (await readLibraries(node, nodes)) ?? [],
  }));
  const remedy = 'Delete the library that is not wanted (FUNCTION DELETE), or leave the node out.';
  return libraryConflicts(holdings).map(text => ({ code: 'functionsConflict', text, remedy }));
}

const namedObstacles = 8;

function refuse(obstacles: readonly Obstacle[]): void {
  const [first] = obstacles;
  if (!first) return;
  const texts = obstacles.slice(0, namedObstacles).map(({ text }) => text);
  if (obstacles.length > namedObstacles) texts.push(`And ${obstacles.length - namedObstacles} more of the kind.`);
  const remedies = new Set(obstacles.map(({ remedy }) => remedy));
  throw new OperationError(first.code, texts.join(' '), { node: first.node, remedy: [...remedies].join(' ') });
}
