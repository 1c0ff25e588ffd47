import type { ClusterNode } from '../topology/types';
import { elapsed, hasCome, later, without, type Memory, type Moment, type Trouble } from './memory';
import { isEcho } from './others';
import { healthyMaster, isSound, shardOf, type Observation, type Sight } from './sight';
import type { SupervisorSettings } from './types';

/** A node that was in doubt so lately may have lost its role to an election; an act of somebody else it was not. */
const DOUBT_MILLISECONDS = 30_000;
/** The look before one that shows an election was at most so long ago; a slow one waits for nodes that do not answer. */
const ELECTION_MILLISECONDS = 6000;

/** Which members are in trouble after this look, and since when. Only for a look that a majority stands behind. */
export function followTroubles(
  before: Memory,
  sight: Sight,
  seen: Observation,
  settings: Pick<SupervisorSettings, 'graceSeconds'>,
  now: Moment,
): Memory {
  const memory = { ...before, doubts: noteDoubts(before, sight, now) };
  const troubles: Record<string, Trouble> = {};
  for (const trouble of Object.values(before.troubles)) {
    const node = sight.members.find(({ id }) => id === trouble.subject.id);
    if (!node || isOver(trouble, node)) continue;
    const followed = follow(trouble, node, sight, settings, now);
    // Back too late: it stays the replica it has become.
    if (!(followed.graceOver && followed.cleared && node.role === 'replica' && isSound(node)))
      troubles[node.id] = followed;
  }
  for (const node of [...sight.failed, ...replacedByElection(seen, memory, sight, now)]) {
    if (troubles[node.id]) continue;
    const trouble = begin(node, sight, troubles, seen, settings, now);
    if (trouble && !isOver(trouble, node)) troubles[node.id] = trouble;
  }
  return { ...memory, troubles };
}

function noteDoubts({ doubts }: Memory, { members }: Sight, now: Moment): Memory['doubts'] {
  const recent = Object.entries(doubts).filter(([, at]) => elapsed(at, now) < DOUBT_MILLISECONDS);
  return Object.fromEntries([...recent, ...members.filter(node => !isSound(node)).map(({ id }) => [id, now] as const)]);
}

/** It serves again what it served, or has nothing to get back. */
function isOver({ wasMaster, getsRoleBack, answeredAt }: Trouble, node: ClusterNode): boolean {
  if (!node.reachable || node.failedBy.length > 0) return false;
  if (node.role === 'master') return !node.slots.isEmpty;
  return (!wasMaster || !getsRoleBack) && (isSound(node) || answeredAt !== undefined);
}

function follow(
  trouble: Trouble,
  node: ClusterNode,
  { failed }: Sight,
  settings: Pick<SupervisorSettings, 'graceSeconds'>,
  now: Moment,
): Trouble {
  const shardId = node.formerShardId ?? trouble.shardId;
  const isFailed = failed.includes(node);
  if (node.reachable) {
    const answeredAt = trouble.answeredAt ?? now;
    return { ...trouble, shardId, answeredAt, ...(node.failedBy.length === 0 ? { cleared: true as const } : {}) };
  }
  if (!isFailed) return { ...trouble, shardId };
  const silent = without(trouble, 'answeredAt', 'cleared');
  // It was back and failed again: the cluster agreed anew.
  if (trouble.cleared) return { ...silent, shardId, ...graceFrom(now, settings), graceOver: false };
  return { ...silent, shardId, graceOver: trouble.graceOver || hasCome(trouble.graceUntil, now) };
}

function begin(
  node: LostMaster,
  sight: Sight,
  troubles: Readonly<Record<string, Trouble>>,
  { afterPause }: Observation,
  settings: Pick<SupervisorSettings, 'graceSeconds'>,
  now: Moment,
): Trouble | undefined {
  const shardId = shardIdOf(node, sight);
  if (shardId === undefined) return undefined;
  const wasMaster = node.role === 'master' || node.formerMaster === true;
  const isStandIn = Object.values(troubles).some(other => other.shardId === shardId && other.wasMaster);
  const slots = wasMaster ? (shardOf(sight, shardId)?.slots.toString() ?? '') : '';
  return {
    subject: { id: node.id, address: node.address, slots },
    wasMaster,
    // Of a node that is back at the first sight nobody can tell whether it was in time.
    getsRoleBack: wasMaster && !isStandIn && !(afterPause && node.reachable),
    shardId,
    ...graceFrom(now, settings),
    graceOver: false,
    ...(node.reachable ? { answeredAt: now } : {}),
  };
}

function graceFrom(
  now: Moment,
  { graceSeconds }: Pick<SupervisorSettings, 'graceSeconds'>,
): Pick<Trouble, 'failedAt' | 'graceUntil'> {
  return { failedAt: now, graceUntil: later(now, graceSeconds * 1000) };
}

/** Masters in doubt that a replica took over from between two looks: they failed, though no look was in time to see it. */
function replacedByElection(
  { events, afterPause, circumstances }: Observation,
  memory: Memory,
  sight: Sight,
  now: Moment,
): LostMaster[] {
  // Somebody's operation, or its own act, may have been the reason.
  if (afterPause || circumstances.operations.length > 0 || isEcho(memory, now)) return [];
  return events.flatMap(event => {
    if (event.kind !== 'failoverHappened') return [];
    const doubtedAt = memory.doubts[event.fromNodeId];
    if (!doubtedAt || elapsed(doubtedAt, now) > ELECTION_MILLISECONDS) return [];
    const node = sight.members.find(({ id }) => id === event.fromNodeId);
    return node && node.slots.isEmpty ? [{ ...node, formerShardId: event.shardId, formerMaster: true as const }] : [];
  });
}

type LostMaster = ClusterNode & { formerMaster?: true };

function shardIdOf(node: LostMaster, sight: Sight): string | undefined {
  const { shards } = sight.topology;
  const own = shards.find(({ masterId, replicaIds }) => masterId === node.id || replicaIds.includes(node.id));
  if (!node.formerMaster && own && !own.slots.isEmpty) return own.id;
  const former = node.formerShardId ?? sight.nodes.get(own?.masterId ?? '')?.formerShardId;
  if (former !== undefined || node.role === 'replica') return former;
  // Failed before anybody here looked: if exactly one shard lacks its replica, it was in that.
  const bare = shards.filter(
    ({ id, replicaIds }) =>
      healthyMaster(sight, id) && !replicaIds.some(replica => isSound(sight.nodes.get(replica) ?? node)),
  );
  return bare.length === 1 ? bare[0]!.id : undefined;
}
