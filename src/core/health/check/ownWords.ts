import { roleOf } from '../../topology/gatherSayings';
import { ownLineOf } from '../../topology/ownLine';
import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, NodeView, Topology } from '../../topology/types';
import type { KeyCounts } from './types';

/** Node id -> its slots by its own word, of the masters that answered and still belong to the cluster. */
export function ownSlots(views: readonly NodeView[], { forgotten }: Topology): Map<string, SlotSet> {
  const own = views.flatMap(view => ownLineOf(view) ?? []);
  return new Map(
    own.filter(line => roleOf(line) === 'master' && !forgotten.includes(line.id)).map(line => [line.id, line.slots]),
  );
}

/** Slots that two masters or more call their own, with those masters; slots with the same claimants are one entry. */
export function doubleClaims(
  views: readonly NodeView[],
  topology: Topology,
): { nodeIds: readonly string[]; slots: SlotSet }[] {
  const claims = [...ownSlots(views, topology)];
  const claimed = claims.reduce((sum, [, slots]) => sum + slots.count, 0);
  if (SlotSet.unionOf(claims.map(([, slots]) => slots)).count === claimed) return [];
  let once = SlotSet.empty;
  let twice = SlotSet.empty;
  for (const [, slots] of claims) {
    twice = twice.union(once.intersection(slots));
    once = once.union(slots);
  }
  const slotsOf = new Map<string, number[]>();
  for (const slot of twice) {
    const key = claims.flatMap(([id, slots]) => (slots.has(slot) ? [id] : [])).join(' ');
    slotsOf.set(key, [...(slotsOf.get(key) ?? []), slot]);
  }
  return [...slotsOf].map(([key, slots]) => ({ nodeIds: key.split(' '), slots: SlotSet.of(slots) }));
}

/** Masters that can be asked for their keys. */
export function answeringMasters({ nodes, forgotten }: Topology): ClusterNode[] {
  return nodes.filter(
    ({ id, role, reachable, inCluster }) => role === 'master' && reachable && inCluster && !forgotten.includes(id),
  );
}

/** Slots nobody owns. */
export function unassignedSlots({ coveredSlots }: Topology): SlotSet {
  return SlotSet.all.difference(coveredSlots);
}

/** How many keys of these slots a node holds; undefined where not all of them were counted. */
export function keysIn(slots: SlotSet, counts: ReadonlyMap<number, number> | undefined): number | undefined {
  if (!counts) return undefined;
  let sum = 0;
  for (const slot of slots) {
    const keys = counts.get(slot);
    if (keys === undefined) return undefined;
    sum += keys;
  }
  return sum;
}

/** The same per node, of those where all of them were counted. */
export function countedKeys(nodeIds: readonly string[], slots: SlotSet, keys: KeyCounts): Record<string, number> {
  const counted = nodeIds.flatMap(id => {
    const amount = keysIn(slots, keys.get(id));
    return amount === undefined ? [] : [[id, amount] as const];
  });
  return Object.fromEntries(counted);
}
