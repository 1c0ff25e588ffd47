import type { NodeRef, Plan } from '../plan/types';

/** The ids of all nodes a plan knows: two operations that share one exclude each other. */
export function nodeIdsOf(plan: Plan): string[] {
  return [...new Set([...plan.before.nodes, ...plan.after.nodes].map(node => node.id))];
}

/** The nodes that have a part in the cluster a plan leaves: all but the spares. */
export function nodesOf(plan: Plan): NodeRef[] {
  return plan.after.nodes.filter(({ role }) => role !== 'spare').map(({ id, address }) => ({ id, address }));
}

/** Those of them that answered as the plan was made. */
export function answeringNodesOf(plan: Plan): NodeRef[] {
  const silent = new Set(plan.before.nodes.filter(({ reachable }) => reachable === false).map(({ id }) => id));
  return nodesOf(plan).filter(({ id }) => !silent.has(id));
}

/** All nodes a plan found. */
export function planNodesOf(plan: Plan): NodeRef[] {
  return plan.before.nodes.map(({ id, address }) => ({ id, address }));
}
