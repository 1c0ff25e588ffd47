import type { Plan, PlannedNode } from '../plan/types';
import type { ClusterNode, Topology } from '../topology/types';

/** How the nodes differ from those a plan was made from, whole sentences; empty when its state id still holds. */
export function differencesFromPlan(plan: Plan, topology: Topology): string[] {
  if (plan.stateId === topology.stateId) return [];
  const byName = new Map(topology.nodes.flatMap(node => [[node.address, node] as const, [node.id, node] as const]));
  const differences = plan.before.nodes.flatMap(before =>
    differenceOf(before, byName.get(before.id) ?? byName.get(before.address), topology, plan),
  );
  if (differences.length > 0) return differences;
  return ['Nodes the plan does not touch joined, left or changed, or config epochs moved.'];
}

function differenceOf(before: PlannedNode, now: ClusterNode | undefined, topology: Topology, plan: Plan): string[] {
  const { address } = before;
  if (!now) return [`${address} is not there any more.`];
  if (!now.reachable && before.reachable !== false)
    return [`${address} does not answer any more. ${now.unreachableReason ?? ''}`.trim()];
  if (now.id !== before.id) return [`Another node answers at ${address} now.`];
  if (now.reachable && before.reachable === false) return [`${address} answers again.`];
  const texts: string[] = [];
  const slots = now.slots.toString();
  if (slots !== before.slots)
    texts.push(`${address} has the slots ${slots || 'none'} instead of ${before.slots || 'none'}.`);
  const keys = now.info?.keys ?? 0;
  if (before.role === 'spare' && keys > 0)
    return [...texts, `${address} holds ${keys} ${keys === 1 ? 'key' : 'keys'} now.`];
  const isStandingBy = now.status === 'spare' && (plan.kind !== 'create' || !now.inCluster);
  if (before.role === 'spare' && !isStandingBy) texts.push(`${address} is no longer an empty node on its own.`);
  if (before.role !== 'spare' && now.role !== before.role) texts.push(`${address} is a ${now.role} now.`);
  const followed = plan.before.nodes.find(node => node.address === before.master);
  const master = topology.nodes.find(({ id }) => id === now.masterId);
  // A master that answers at another address is the same one.
  if (before.master !== undefined && master?.id !== followed?.id && master?.address !== before.master)
    texts.push(`${address} follows ${master?.address ?? 'nobody'} instead of ${before.master}.`);
  return texts;
}
