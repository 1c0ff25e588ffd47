import { countSlots, rangesOf, subtractRanges } from './slotRanges';

/** What may be let fall on something: a node, or slots as `0-100,5461`. */
export type Cargo = { nodeId: string } | { slots: string };

/** Where it may fall. A node stands for its shard, too. */
export type DropTarget = { nodeId: string } | { shardId: string };

/** What it asks for: a command that shows its plan and asks before anything is done. All ids. */
export type Drop =
  | { command: 'moveReplica'; node: string; master: string }
  | { command: 'addNode'; node: string; as: 'replica'; master: string }
  | { command: 'replaceNode'; node: string; spare: string }
  | { command: 'reshard'; slots: string; to: string };

/** Why nothing can come of it. The first six are about what is dragged, the others about where. */
export type DropRefusal =
  | 'readOnly'
  | 'operation'
  | 'gone'
  | 'master'
  | 'down'
  | 'noSlots'
  | 'ownShard'
  | 'noShard'
  | 'noMaster'
  | 'masterDown'
  | 'ownSlots'
  | 'notMaster';

export interface DropNode {
  id: string;
  role: 'master' | 'replica' | 'spare';
  masterId?: string | undefined;
  /** It failed, or does not answer here. */
  isDown: boolean;
  /** `0-5460` */
  slots: string;
}

/** What the rules are about; both sides make it from what they know. */
export interface DropFacts {
  nodes: readonly DropNode[];
  shards: readonly { id: string; masterId?: string | undefined; replicaIds: readonly string[] }[];
  readOnly: boolean;
  /** Another operation is under way. */
  operation: boolean;
}

/** Why this cannot be dragged at all; undefined when it can. */
export function refuseCargo(cargo: Cargo, { nodes, readOnly, operation }: DropFacts): DropRefusal | undefined {
  if (readOnly) return 'readOnly';
  if (operation) return 'operation';
  if ('slots' in cargo) return countSlots(rangesOf(cargo.slots)) === 0 ? 'noSlots' : undefined;
  const node = nodes.find(({ id }) => id === cargo.nodeId);
  if (!node) return 'gone';
  if (node.role === 'master') return 'master';
  return node.isDown ? 'down' : undefined;
}

/**
 * What letting it fall there means: a replica on another shard follows its master, a spare on a shard joins as its replica, a
 * spare on a node that is down takes its place, slots on a master go to it.
 */
export function judgeDrop(
  cargo: Cargo,
  target: DropTarget,
  facts: DropFacts,
): { drop: Drop } | { refusal: DropRefusal } {
  const refusal = refuseCargo(cargo, facts);
  if (refusal) return { refusal };
  const nodeOf = (id: string | undefined): DropNode | undefined => facts.nodes.find(node => node.id === id);
  const onto = 'nodeId' in target ? nodeOf(target.nodeId) : undefined;
  if ('slots' in cargo) return judgeSlots(cargo.slots, onto);
  const node = nodeOf(cargo.nodeId)!;
  if (node.role === 'spare' && onto?.isDown && onto.role !== 'spare')
    return { drop: { command: 'replaceNode', node: onto.id, spare: node.id } };
  const shard = facts.shards.find(({ id, masterId, replicaIds }) =>
    'shardId' in target ? id === target.shardId : masterId === target.nodeId || replicaIds.includes(target.nodeId),
  );
  if (!shard) return { refusal: 'noShard' };
  const master = nodeOf(shard.masterId);
  if (!master) return { refusal: 'noMaster' };
  if (master.id === node.masterId) return { refusal: 'ownShard' };
  if (master.isDown) return { refusal: 'masterDown' };
  const ends = { node: node.id, master: master.id };
  return {
    drop: node.role === 'spare' ? { command: 'addNode', as: 'replica', ...ends } : { command: 'moveReplica', ...ends },
  };
}

function judgeSlots(slots: string, onto: DropNode | undefined): ReturnType<typeof judgeDrop> {
  if (onto?.role !== 'master') return { refusal: 'notMaster' };
  if (onto.isDown) return { refusal: 'masterDown' };
  if (subtractRanges(rangesOf(slots), rangesOf(onto.slots)).length === 0) return { refusal: 'ownSlots' };
  return { drop: { command: 'reshard', slots, to: onto.id } };
}
