import { findMemberCase } from '../../plan/members/memberCase';
import { joinFault } from '../../plan/members/joiner';
import type { NodeRef } from '../../plan/types';
import { ownLineOf } from '../../topology/ownLine';
import type { ClusterNode } from '../../topology/types';
import { count } from '../../topology/wording';
import type { JournalRecord } from '../journalRecord';
import { OperationError } from '../operationError';
import { checkBusPorts } from './checkBusPorts';
import { checkReplicationLogins } from './checkReplicationLogins';
import { eachNode } from './eachNode';
import { hasTakenOver } from './failoverState';
import { dumpFunctions, readLibraries } from './functionLibraries';
import type { MembersSight } from './lookAtMembers';
import type { Obstacle, StepContext, StepOf } from './types';

type CheckMembers = StepOf<'checkMembers'>;

/**
 * Looks whether those who join are empty and fit: version, bus port, function libraries, passwords; then writes down that they
 * were found so, because only such nodes may ever be reset again. If that was done before, they have to be what that attempt
 * left. Throws an OperationError.
 */
export async function checkJoiners(step: CheckMembers, sight: MembersSight, context: StepContext): Promise<void> {
  const { joiners } = step;
  if (joiners.length === 0) return;
  if (context.record.wasChecked) {
    for (const joiner of joiners) refuseChanged(joiner, sight, context);
    return;
  }
  const seen = joiners.map(joiner => fitNode(joiner, step, sight));
  const answering = step.nodes.filter(({ id }) => sight.views.has(id));
  const obstacles = await Promise.all([
    foreignLibraries(step, sight, context),
    checkReplicationLogins([...answering, ...joiners], context, joiners),
    checkBusPorts(seen, context),
  ]);
  refuse(obstacles.flat());
  await context.record.write([{ type: 'foundEmpty', nodes: joiners }, ...(await libraries(joiners, context))], {
    durable: true,
  });
}

function fitNode(joiner: NodeRef, { nodes: members, touched }: CheckMembers, { topology }: MembersSight): ClusterNode {
  const node = topology.nodes.find(({ id }) => id === joiner.id);
  if (!node)
    throw new OperationError('nodesGone', `${joiner.address} is not there any more, or another node answers there.`, {
      node: joiner.address,
      remedy: 'Plan anew from what is there.',
    });
  const guide = topology.nodes.find(({ id }) => id === touched[0]?.id) ?? topology.nodes.find(isMaster);
  const subject = guide && findMemberCase(topology, guide);
  const fault = guide && subject && joinFault(node, subject, guide);
  if (!guide || !subject)
    throw new OperationError('noMajority', 'No master of the cluster answers.', { node: joiner.address });
  if (fault)
    throw new OperationError(fault.code, `${node.address} ${fault.text}.`, {
      node: node.address,
      remedy: fault.remedy,
    });
  return node;

  function isMaster({ id, role, slots, reachable }: ClusterNode): boolean {
    return role === 'master' && !slots.isEmpty && reachable && members.some(member => member.id === id);
  }
}

/** A library that the cluster does not have would be lost on a replica, and stand alone on a master. */
async function foreignLibraries(step: CheckMembers, sight: MembersSight, context: StepContext): Promise<Obstacle[]> {
  const { nodes } = context;
  const masters = sight.topology.nodes.filter(
    ({ id, role, slots }) => role === 'master' && !slots.isEmpty && sight.views.has(id),
  );
  const known = (await eachNode(masters, master => readLibraries(master, nodes))).flatMap(each => each ?? []);
  const brought = await eachNode(step.joiners, async node => ({
    node,
    libraries: ((await readLibraries(node, nodes)) ?? []).filter(
      ({ name, code }) => !known.some(library => library.name === name && library.code === code),
    ),
  }));
  return brought.flatMap(({ node, libraries }) =>
    libraries.map(({ name }) => ({
      code: 'functionsConflict',
      text: `${node.address} has a function library "${name}" that the cluster does not have.`,
      node: node.address,
      remedy: 'Delete it there (FUNCTION DELETE), or load it in the cluster first.',
    })),
  );
}

async function libraries(joiners: readonly NodeRef[], { nodes }: StepContext): Promise<JournalRecord[]> {
  const records = await eachNode(joiners, async (node): Promise<JournalRecord[]> => {
    const libraries = await readLibraries(node, nodes);
    if (!libraries) return [];
    const dump = libraries.length === 0 ? null : (await dumpFunctions(node, nodes)).toString('base64');
    return [{ type: 'functions', node, dump }];
  });
  return records.flat();
}

/** It is as it was, in the middle of joining, a replica as planned, or the master it was to become. */
function refuseChanged(joiner: NodeRef, { views }: MembersSight, { plan }: StepContext): void {
  const view = views.get(joiner.id);
  const own = ownLineOf(view);
  const refuse = (how: string): OperationError =>
    new OperationError('nodesChanged', `${joiner.address} is not what the interrupted operation left: ${how}.`, {
      node: joiner.address,
      remedy: 'Roll the operation back, or see to the node first.',
    });
  if (!view || !own) throw refuse('it does not answer, or another node answers there');
  const known = new Set([...plan.before.nodes, ...plan.after.nodes].map(({ id }) => id));
  const stranger = view.lines.find(({ id, flags }) => !known.has(id) && !flags.includes('handshake'));
  if (stranger) throw refuse(`it knows ${stranger.host}:${stranger.port}, which is not part of the plan`);
  if (plan.steps.some(step => step.kind === 'failOver' && step.replica.id === own.id && hasTakenOver(own, step)))
    return;
  if (!own.slots.isEmpty) throw refuse(`it owns the slots ${own.slots.toString()}`);
  const masters = plan.steps.flatMap(step =>
    step.kind === 'replicate'
      ? step.replicas.filter(({ node }) => node.id === own.id).map(({ master }) => master.id)
      : [],
  );
  if (own.masterId !== undefined && !masters.includes(own.masterId))
    throw refuse('it follows another master than planned');
  if (own.masterId === undefined && view.serverInfo.keys > 0)
    throw refuse(`it holds ${count(view.serverInfo.keys, 'key')}`);
}

function refuse(obstacles: readonly Obstacle[]): void {
  const [first] = obstacles;
  if (!first) return;
  throw new OperationError(first.code, obstacles.map(({ text }) => text).join(' '), {
    node: first.node,
    remedy: [...new Set(obstacles.map(({ remedy }) => remedy))].join(' '),
  });
}
