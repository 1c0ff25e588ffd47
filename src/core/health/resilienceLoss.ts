import { SlotSet } from '../topology/slotSet';
import type { ClusterNode, Shard } from '../topology/types';
import { majorityOf, type ClusterPicture } from './clusterPicture';
import { mendFor } from './resilienceMend';
import { describeLoss } from './resilienceText';
import type { Loss, LossFacts, LossSubject, ShardFate } from './resilienceTypes';

/** Looks the cluster up once, and then says of anything in it what its death would cost, in time with the shards it touches. */
export function lossFinder(picture: ClusterPicture): (subject: LossSubject) => Loss {
  const factsOf = lossFactsFinder(picture);
  return subject => tellLoss(factsOf(subject), picture);
}

/** The same in words, with what would mend it. */
export function tellLoss(facts: LossFacts, picture: ClusterPicture): Loss {
  return { ...facts, text: describeLoss(facts, picture), ...mendFor(facts, picture) };
}

/** `lossFinder` without words, which cost more than the facts. */
export function lossFactsFinder(picture: ClusterPicture): (subject: LossSubject) => LossFacts {
  const { nodes, shards, voters } = picture;
  const shardOf = new Map<string, number>();
  shards.forEach(({ masterId = '', replicaIds }, index) => {
    for (const id of [masterId, ...replicaIds]) shardOf.set(id, index);
  });
  const living = new Set(voters.filter(isAlive).map(({ id }) => id));
  const needed = majorityOf(voters.length);
  const hasMajority = living.size >= needed;

  return subject => {
    const dying = new Set(subject.nodeIds);
    const mastersLeft = living.size - subject.nodeIds.filter(id => living.has(id)).length;
    const losesMajority = hasMajority && mastersLeft < needed;
    const touched = [...new Set(subject.nodeIds.flatMap(id => shardOf.get(id) ?? []))].sort((a, b) => a - b);
    const fates: ShardFate[] = [];
    const unguarded: Shard[] = [];
    for (const shard of touched.map(index => shards[index]!)) {
      const master = nodes.get(shard.masterId ?? '');
      if (master && isAlive(master) && !dying.has(master.id)) {
        if (isGuarded(shard, new Set()) && !isGuarded(shard, dying)) unguarded.push(shard);
        continue;
      }
      const wasServed = master !== undefined && isAlive(master);
      // What is down already is not lost once more.
      if (!wasServed && !isGuarded(shard, new Set())) continue;
      const fate = fateOf(shard, dying, hasMajority && mastersLeft >= needed);
      fates.push(fate);
      if (fate.kind === 'takenOver' && !isGuarded(shard, new Set([...dying, fate.replicaId]))) unguarded.push(shard);
    }
    return {
      subject,
      ...(losesMajority ? { quorumLost: { mastersLeft, masters: voters.length } } : {}),
      fates,
      slotsDown: unionOf(fates.filter(({ kind }) => kind !== 'takenOver')),
      slotsUnguarded: unionOf(unguarded),
    };
  };

  function fateOf({ id, slots, replicaIds }: Shard, dying: ReadonlySet<string>, canElect: boolean): ShardFate {
    const left = replicaIds.flatMap(replicaId => nodes.get(replicaId) ?? []).filter(node => !dying.has(node.id));
    const [best] = left.filter(isFit).sort(byFreshness);
    const common = { shardId: id, slots };
    if (best)
      return {
        kind: canElect ? 'takenOver' : 'notElected',
        ...common,
        replicaId: best.id,
        ...(best.lagBytes === undefined ? {} : { lagBytes: best.lagBytes }),
      };
    const copies = left.filter(isAlive).map(node => ({ nodeId: node.id, reason: reasonAgainst(node) }));
    return copies.length > 0 ? { kind: 'unfit', ...common, copies } : { kind: 'lost', ...common, others: replicaIds };
  }

  function isGuarded({ replicaIds }: Shard, dying: ReadonlySet<string>): boolean {
    return replicaIds.some(id => {
      const node = nodes.get(id);
      return node !== undefined && !dying.has(id) && isFit(node);
    });
  }
}

function isAlive({ status }: ClusterNode): boolean {
  return status !== 'failed' && status !== 'joining';
}

// One that only does not answer here can still be elected.
function isFit(node: ClusterNode): boolean {
  return (node.status === 'ok' || node.status === 'unreachable') && reasonAgainst(node) === '';
}

/** Goes on after the name of the node. */
function reasonAgainst({ status, info }: ClusterNode): string {
  if (status === 'suspect') return 'is suspected to have failed';
  if (info?.loading) return 'is still loading its data';
  if (info?.syncing) return 'is still copying the data';
  return info?.masterLink === 'down' ? 'has no link to its master' : '';
}

function byFreshness(a: ClusterNode, b: ClusterNode): number {
  return (
    (a.lagBytes ?? Infinity) - (b.lagBytes ?? Infinity) ||
    (b.info?.replicationOffset ?? -1) - (a.info?.replicationOffset ?? -1) ||
    (a.id < b.id ? -1 : 1)
  );
}

function unionOf(parts: readonly { slots: SlotSet }[]): SlotSet {
  return parts.length === 1 ? parts[0]!.slots : SlotSet.unionOf(parts.map(({ slots }) => slots));
}
