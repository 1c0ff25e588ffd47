import type { CommandWords } from '../../connection/types';
import type { NodeRef } from '../../plan/types';
import type { SlotSet } from '../../topology/slotSet';
import { throwRefusals } from './replies';
import type { ManagedNodes } from './types';

/** So many commands go in one burst: others get their turn between. */
const commandsAtOnce = 512;
/** Valkey 8 and newer answers a SETSLOT when the replicas have it, and others wait their turn. */
const burstTimeoutMilliseconds = 30_000;

/** CLUSTER SETSLOT for each of these slots. Rejects with a ServerReplyError for the first refusal, or a ConnectionError. */
export async function setSlots(
  { address }: NodeRef,
  slots: SlotSet,
  words: readonly [string, ...string[]],
  nodes: ManagedNodes,
): Promise<void> {
  const all = [...slots].map((slot): CommandWords => ['CLUSTER', 'SETSLOT', slot, ...words]);
  for (let start = 0; start < all.length; start += commandsAtOnce) {
    const some = all.slice(start, start + commandsAtOnce);
    throwRefusals(await nodes.node(address).pipeline(some, { timeoutMilliseconds: burstTimeoutMilliseconds }));
  }
}

/** `CLUSTER ADDSLOTSRANGE ...` of these slots, or with every slot as an argument before 7.0. */
export async function slotsCommand(
  name: 'ADDSLOTS' | 'DELSLOTS',
  slots: SlotSet,
  { address }: NodeRef,
  nodes: ManagedNodes,
): Promise<CommandWords> {
  // The ranges came with CLUSTER SHARDS.
  const { clusterShards } = await nodes.capabilities(address);
  if (!clusterShards) return ['CLUSTER', name, ...slots];
  return ['CLUSTER', `${name}RANGE`, ...slots.ranges().flatMap(({ start, end }) => [start, end])];
}
