import type { Picture, Plan, PlannedNode } from '../plan/types';

/**
 * The same plan with those nodes of its pictures that say the same being one object, also with those of `other`: plans of one
 * cluster name the same nodes again and again, a thousand of them with each half a megabyte of memory. Pure.
 */
export function shareNodes(plan: Plan, other: Plan | undefined): Plan {
  const known = new Map<string, PlannedNode>();
  const shared = (node: PlannedNode): PlannedNode => {
    const key = JSON.stringify(node);
    const same = known.get(key);
    if (!same) known.set(key, node);
    return same ?? node;
  };
  const sharedIn = ({ nodes }: Picture): Picture => ({ nodes: nodes.map(shared) });
  if (other) for (const picture of [other.before, other.after]) picture.nodes.forEach(shared);
  return { ...plan, before: sharedIn(plan.before), after: sharedIn(plan.after) };
}

/** Whether both speak of a node by the same id. */
export function isOfSameNodes(plan: Plan, other: Plan): boolean {
  const ids = new Set(plan.after.nodes.map(({ id }) => id));
  return other.after.nodes.some(({ id }) => ids.has(id));
}
