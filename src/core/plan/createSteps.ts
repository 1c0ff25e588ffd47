import { SLOT_COUNT } from '../topology/slotSet';
import { count, joinSome, joinWords } from './phrases';
import type { NodeRef, PlanStep } from './types';

export interface NewShard {
  master: NodeRef;
  /** `0-5460`. */
  slots: string;
  replicas: NodeRef[];
}

/**
 * The steps that make a cluster of empty nodes, in the order in which they have to run. `shards` by first slot, `nodes`
 * all of their nodes in the order in which a reader looks for them.
 */
export function createSteps(nodes: NodeRef[], shards: readonly NewShard[]): PlanStep[] {
  const masters = shards.map(({ master }) => master);
  const replicas = shards.flatMap(({ master, replicas }) => replicas.map(node => ({ node, master })));
  const assignments = shards.map(({ master, slots }) => ({ node: master, slots }));
  return [
    checkEmptyNodes(nodes),
    lowerNodeTimeout(nodes),
    ...(replicas.length > 0 ? [lowerSyncDelay(masters)] : []),
    assignSlots(assignments),
    // After the slots: on a node without any it would begin the wait before its first ok anew (clusterUpdateState, 7.0).
    setConfigEpochs([...masters, ...replicas.map(({ node }) => node)]),
    shareFunctions(masters),
    meet(nodes, shards),
    ...(replicas.length > 0 ? [replicate(replicas)] : []),
    {
      kind: 'awaitAgreement',
      text: `Wait until all ${count(nodes.length, 'node')} know each other, agree on slots and roles and call the cluster ok${replicas.length > 0 ? ', and every replica is in step with its master' : ''}.`,
      nodes,
      masters: assignments,
      replicas,
    },
    {
      kind: 'restoreSettings',
      text: 'Put the lowered settings back to the values they had. This also happens after a failure or a cancel.',
      nodes,
    },
  ];
}

/**
 * cluster-node-timeout while a cluster of this many nodes forms. A master stays down for the node timeout (at most 5 s)
 * after it got its first slots (clusterUpdateState, Redis 7.0), so short is fast; but many nodes on a small machine need
 * longer to answer each other than few, and must not be called failed meanwhile.
 */
function formingNodeTimeoutMilliseconds(nodes: number): number {
  if (nodes <= 12) return 300;
  return nodes <= 32 ? 500 : 1000;
}

/** A full mesh of handshakes is fastest while it is small; its n² handshakes stop paying above this. */
const MOST_HUBS = 30;
const HUBS_OF_LARGE_CLUSTER = 3;

function checkEmptyNodes(nodes: NodeRef[]): PlanStep {
  const text = `Look once more at ${joinSome(nodes.map(node => node.address))}: each must answer, hold no keys in any database, have no slots and know no other node. Their bus ports, function libraries and passwords for replication are checked too.`;
  return { kind: 'checkEmptyNodes', text, nodes };
}

function lowerNodeTimeout(nodes: NodeRef[]): PlanStep {
  const value = formingNodeTimeoutMilliseconds(nodes.length);
  const text = `Lower cluster-node-timeout to ${value} ms on all ${count(nodes.length, 'node')}: a new master stays down for this long, up to 5 s, after it got its slots. The old values are put back at the end, also after a failure or a cancel.`;
  return { kind: 'lowerSetting', text, nodes, parameter: 'cluster-node-timeout', value: String(value) };
}

function lowerSyncDelay(masters: NodeRef[]): PlanStep {
  const text = `Lower repl-diskless-sync-delay to 0 on the ${count(masters.length, 'master')}: replicas copy their master at once instead of waiting for others to join, 5 s by default. The old values are put back at the end, also after a failure or a cancel.`;
  return { kind: 'lowerSetting', text, nodes: masters, parameter: 'repl-diskless-sync-delay', value: '0' };
}

function setConfigEpochs(nodes: NodeRef[]): PlanStep {
  const epochs = nodes.map((node, index) => ({ node, epoch: index + 1 }));
  const text = `Give every node a config epoch of its own, 1 to ${nodes.length}, masters first, so that no two can claim the same slot with equal right.`;
  return { kind: 'setConfigEpochs', text, epochs };
}

function assignSlots(assignments: { node: NodeRef; slots: string }[]): PlanStep {
  const parts = assignments.map(({ node, slots }) => `${slots} to ${node.address}`);
  return { kind: 'assignSlots', text: `Assign all ${SLOT_COUNT} slots: ${joinSome(parts)}.`, assignments };
}

function shareFunctions(masters: NodeRef[]): PlanStep {
  const text = `Put every function library that any of the nodes holds on all ${count(masters.length, 'master')}, so that none is lost when replicas copy their masters.`;
  return { kind: 'shareFunctions', text, nodes: masters };
}

function meet(nodes: NodeRef[], shards: readonly NewShard[]): PlanStep {
  if (nodes.length <= MOST_HUBS)
    return { kind: 'meet', text: `Make all ${count(nodes.length, 'node')} meet each other.`, nodes, hubs: nodes };
  const hubs = shards.slice(0, HUBS_OF_LARGE_CLUSTER).map(({ master }) => master);
  const text = `Make ${joinWords(hubs.map(hub => hub.address))} meet all ${nodes.length} nodes; gossip introduces these to each other.`;
  return { kind: 'meet', text, nodes, hubs };
}

function replicate(replicas: { node: NodeRef; master: NodeRef }[]): PlanStep {
  const parts = replicas.map(({ node, master }) => `${node.address} of ${master.address}`);
  return { kind: 'replicate', text: `Make replicas: ${joinSome(parts)}.`, replicas };
}
