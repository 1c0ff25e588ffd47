import {
  judgeDrop,
  refuseCargo,
  type Cargo,
  type Drop,
  type DropFacts,
  type DropRefusal,
  type DropTarget,
} from '../../shared/dropRules';
import type { Snapshot } from '../../shared/pageProtocol';
import { countSlots, rangesOf } from '../../shared/slotRanges';
import { shardsByNode } from '../groupNodes';
import { isDown } from '../isDown';
import { lowerFirst } from '../strings';
import { carryStrings } from './carryStrings';

/** What could become of something that is carried, as the cluster is now. */
export interface CarryCase {
  /** `127.0.0.1:7003 (replica of shard 1)` */
  what: string;
  /** The node that is carried, where it is one. */
  nodeId: string | undefined;
  /** Why it cannot be carried at all. */
  refusal: DropRefusal | undefined;
  judge(target: DropTarget): { drop: Drop } | { refusal: DropRefusal };
  /** Worth a mark: a shard, a master, or a node that could be replaced. Of other nodes their shard's frame tells. */
  isPlace(target: DropTarget): boolean;
  /** All that could be asked for, in the order of the shards; the node to show for each. */
  choices: readonly { drop: Drop; nodeId: string }[];
  describe(drop: Drop): string;
}

export function makeCarryCase(cargo: Cargo, snapshot: Snapshot): CarryCase {
  const facts = factsOf(snapshot);
  const shards = shardsByNode(snapshot);
  const nodes = new Map(snapshot.nodes.map(node => [node.id, node]));
  // The same items are asked about with every move of the hand.
  const verdicts = new Map<string, ReturnType<typeof judgeDrop>>();
  const judge = (target: DropTarget): ReturnType<typeof judgeDrop> => {
    const key = 'nodeId' in target ? `node:${target.nodeId}` : `shard:${target.shardId}`;
    const verdict = verdicts.get(key) ?? judgeDrop(cargo, target, facts);
    verdicts.set(key, verdict);
    return verdict;
  };
  const masters = snapshot.shards.flatMap(({ masterId }) => (masterId === undefined ? [] : [masterId]));
  // Masters without slots are in no shard's place yet, and a dead node may be anywhere.
  const others = snapshot.nodes.filter(node => node.role === 'master' || isDown(node));
  const ids = [...new Set([...masters, ...others.map(({ id }) => id)])];
  const chosen = new Map(
    ids.flatMap(nodeId => {
      const judged = judge({ nodeId });
      return 'drop' in judged ? [[JSON.stringify(judged.drop), { drop: judged.drop, nodeId }] as const] : [];
    }),
  );
  return {
    what: nameOf(),
    nodeId: 'nodeId' in cargo ? cargo.nodeId : undefined,
    refusal: refuseCargo(cargo, facts),
    judge,
    isPlace(target) {
      if ('shardId' in target) return 'nodeId' in cargo;
      if (nodes.get(target.nodeId)?.role === 'master') return true;
      const judged = judge(target);
      return 'drop' in judged && judged.drop.command === 'replaceNode';
    },
    choices: [...chosen.values()],
    describe: drop =>
      carryStrings.drop(drop, {
        nodeName: id => nodes.get(id)?.name ?? id,
        shardName: id => lowerFirst(shards.get(id)?.name ?? ''),
      }),
  };

  function nameOf(): string {
    if ('nodeId' in cargo) {
      const node = nodes.get(cargo.nodeId);
      return node ? carryStrings.node(node, shards.get(node.id)) : cargo.nodeId;
    }
    return carryStrings.slots(countSlots(rangesOf(cargo.slots)));
  }
}

function factsOf({ nodes, shards, readOnly, operation }: Snapshot): DropFacts {
  return {
    nodes: nodes.map(node => ({ ...node, isDown: isDown(node) })),
    shards,
    readOnly: readOnly === true,
    operation: operation !== undefined,
  };
}
