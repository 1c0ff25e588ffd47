import type { Topology } from '../topology/types';

/**
 * Addresses of nodes that others give slots to which they deny, and which nobody owns since this look. They are asked at slightly
 * different moments: one may have been asked before it was given them, and the giver after. Pure.
 */
export function whomToAskAgain(
  previous: Topology | undefined,
  { coveredSlots, disagreements, nodes }: Topology,
): string[] {
  const lost = previous?.coveredSlots.difference(coveredSlots);
  if (!lost || lost.isEmpty) return [];
  const disputed = disagreements.filter(
    ({ kind, slots }) => kind === 'slotOwner' && slots?.intersection(lost).isEmpty === false,
  );
  const ids = new Set(disputed.flatMap(({ nodeIds }) => nodeIds));
  return nodes.filter(({ id, reachable }) => reachable && ids.has(id)).map(({ address }) => address);
}
