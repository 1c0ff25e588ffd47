import type { ClusterNode } from '../../topology/types';
import { count, joinSome } from '../phrases';
import { refer } from '../plannedNode';
import type { PlanStep } from '../types';
import { answering, isMember, type MemberCase } from './memberCase';
import type { Condition } from './leaver';

export interface Changing {
  /** Masters whose shards the plan changes. */
  touched?: readonly ClusterNode[];
  joiners?: readonly ClusterNode[];
  leavers?: readonly ClusterNode[];
}

/** The look before anything is changed. */
export function checkMembers(subject: MemberCase, changing: Changing): PlanStep {
  const { touched = [], joiners = [], leavers = [] } = changing;
  const about = [
    'a majority of the masters answers',
    ...(touched.length > 0 ? [`no slot of ${joinSome(touched.map(({ address }) => address))} is being moved`] : []),
    ...joiners.map(
      ({ address }) =>
        `${address} is still empty and stands by, its bus port is open, its function libraries and passwords fit`,
    ),
    ...leavers.map(({ address, reachable }) =>
      reachable ? `${address} still answers` : `${address} has not come back`,
    ),
  ];
  return {
    kind: 'checkMembers',
    text: `Look once more: ${about.join('; ')}.`,
    nodes: subject.members.filter(hasAddress).map(refer),
    touched: touched.map(refer),
    joiners: joiners.map(refer),
    leavers: leavers.map(refer),
  };
}

/** From a node that stands by to a replica in step with its master. */
export function joinAsReplica(joiner: ClusterNode, master: ClusterNode, subject: MemberCase): PlanStep[] {
  const isInside = isMember(subject, joiner);
  return [
    lowerSyncDelay([master]),
    ...(isInside ? [] : [meet(joiner, subject)]),
    ...follow([{ node: joiner, master }], subject, isInside ? [] : [joiner]),
    restoreSettings([master]),
  ];
}

/** Replicas of the cluster follow other masters. */
export function moveReplicas(
  moves: readonly { node: ClusterNode; master: ClusterNode }[],
  subject: MemberCase,
): PlanStep[] {
  const masters = [...new Set(moves.map(({ master }) => master))];
  return [lowerSyncDelay(masters), ...follow(moves, subject, []), restoreSettings(masters)];
}

export function meet(joiner: ClusterNode, subject: MemberCase): PlanStep {
  const nodes = [...answering(subject), joiner].map(refer);
  return {
    kind: 'meet',
    text: `Make ${joiner.address} meet the ${count(nodes.length - 1, 'node')} of the cluster that ${nodes.length === 2 ? 'answers' : 'answer'}.`,
    nodes,
    hubs: [refer(joiner)],
    joiners: [refer(joiner)],
  };
}

/** Waits until replicas are in step with their masters and known for what they are. */
export function awaitSync(
  replicas: readonly { node: ClusterNode; master: ClusterNode }[],
  subject: MemberCase,
  joiners: readonly ClusterNode[],
): PlanStep {
  const parts = replicas.map(({ node, master }) => `${node.address} has copied ${master.address}${sizeText(master)}`);
  return {
    kind: 'awaitSync',
    text: `Wait until ${joinSome(parts)}, is in step with it, and all nodes know that. As long as it gets on there is no deadline.`,
    nodes: [...answering(subject), ...joiners].map(refer),
    replicas: replicas.map(({ node, master }) => ({ node: refer(node), master: refer(master) })),
  };
}

/** A node goes: alive it is emptied first, so that it does not introduce itself again; then all forget it. */
export function leave(
  leaver: ClusterNode,
  condition: Condition,
  subject: MemberCase,
  { joiners = [], waitMilliseconds }: { joiners?: readonly ClusterNode[]; waitMilliseconds?: number | undefined } = {},
): PlanStep[] {
  const forgetting = forget(leaver, subject, joiners);
  const { node, nodes } = forgetting;
  return [
    ...(condition === 'alive' ? [resetNode(leaver)] : []),
    forgetting,
    {
      kind: 'awaitForgotten',
      text: `Wait until the nodes would take ${leaver.address} up again (60 s by default), and look whether it stays forgotten. A cancel ends only this wait.`,
      node,
      nodes,
      ...(waitMilliseconds === undefined ? {} : { waitMilliseconds }),
    },
  ];
}

export function forget(
  leaver: ClusterNode,
  { members }: MemberCase,
  joiners: readonly ClusterNode[] = [],
): Extract<PlanStep, { kind: 'forget' }> {
  const nodes = [...members, ...joiners].filter(each => each.id !== leaver.id && hasAddress(each)).map(refer);
  return {
    kind: 'forget',
    text: `Make all ${count(nodes.length, 'other node')} forget ${leaver.address} at once (CLUSTER FORGET), and look whether they did.`,
    node: refer(leaver),
    nodes,
  };
}

function resetNode(leaver: ClusterNode): PlanStep {
  const copy = leaver.role === 'replica' ? ', which deletes its copy of the data' : '';
  return {
    kind: 'resetNode',
    text: `Reset ${leaver.address} (CLUSTER RESET HARD)${copy}: it stands by, empty and alone, under a new id.`,
    node: refer(leaver),
  };
}

function follow(
  replicas: readonly { node: ClusterNode; master: ClusterNode }[],
  subject: MemberCase,
  joiners: readonly ClusterNode[],
): PlanStep[] {
  const parts = replicas.map(({ node, master }) => `${node.address} of ${master.address}`);
  return [
    {
      kind: 'replicate',
      text: `Make replicas: ${joinSome(parts)}.`,
      replicas: replicas.map(({ node, master }) => ({ node: refer(node), master: refer(master) })),
    },
    awaitSync(replicas, subject, joiners),
  ];
}

function lowerSyncDelay(masters: readonly ClusterNode[]): PlanStep {
  const names = joinSome(masters.map(({ address }) => address));
  return {
    kind: 'lowerSetting',
    text: `Lower repl-diskless-sync-delay to 0 on ${names}: the copy begins at once instead of after 5 s by default. The old value is put back, also after a failure or a cancel.`,
    nodes: masters.map(refer),
    parameter: 'repl-diskless-sync-delay',
    value: '0',
  };
}

function restoreSettings(masters: readonly ClusterNode[]): PlanStep {
  return {
    kind: 'restoreSettings',
    text: 'Put the lowered setting back to the value it had.',
    nodes: masters.map(refer),
  };
}

function sizeText({ info }: ClusterNode): string {
  return info && info.usedMemoryBytes > 64 * 1_048_576 ? ` (${Math.round(info.usedMemoryBytes / 1_048_576)} MB)` : '';
}

function hasAddress({ host, port }: ClusterNode): boolean {
  return host !== '' && port !== 0;
}
