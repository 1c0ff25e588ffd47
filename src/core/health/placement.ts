import { groupBy } from '../topology/groupBy';
import { SlotSet } from '../topology/slotSet';
import type { ClusterNode, Shard } from '../topology/types';
import { count, listNames, nodeName, slotsText } from '../topology/wording';
import { ids, majorityOf, workingReplicas, type ClusterPicture, type Finding } from './clusterPicture';
import { domainsOf } from './resilienceDomains';
import { lossFactsFinder, tellLoss } from './resilienceLoss';
import { mendForShard } from './resilienceMend';
import { subjectText } from './resilienceText';
import type { LossFacts, ShardFate } from './resilienceTypes';

/** What the loss of one host or zone, or of one more master, would do. That of single nodes is told with their replication. */
export function placementFindings(picture: ClusterPicture): Finding[] {
  const members = picture.members.filter(node => node.status !== 'joining');
  const hosts = new Set(members.map(node => node.hostLabel));
  const few = [...fewMastersFinding(picture), ...lastMajorityFinding(picture)];
  if (hosts.size === 1 && members.length > 1) return [...few, singleHostFinding(members)];
  // A zone that holds everything leaves nothing to compare.
  const losses = domainsOf(picture)
    .filter(({ nodeIds }) => nodeIds.length > 1 && nodeIds.length < members.length)
    .map(lossFactsFinder(picture));
  return [
    ...few,
    ...majorityFindings(losses, picture),
    ...shardOnOneHostFindings(losses, picture),
    ...sharedHostFinding(losses, picture),
  ];
}

function fewMastersFinding({ voters, members }: ClusterPicture): Finding[] {
  if (voters.length === 0 || voters.length >= 3) return [];
  const idle = members.filter(
    ({ inCluster, role, slots, reachable, status }) =>
      inCluster && role === 'master' && slots.isEmpty && reachable && status !== 'failed' && status !== 'joining',
  );
  const names = listNames(idle.map(nodeName));
  const missing = 3 - voters.length - idle.length;
  const remedy =
    idle.length === 0
      ? `Three masters or more can outvote a failed one: add ${count(missing, 'master')} and balance the slots.`
      : `Three masters with slots or more can outvote a failed one: ${missing > 0 ? `add ${count(missing, 'master')}, and ` : ''}balance the slots, with a share for ${names}, which ${idle.length === 1 ? 'has' : 'have'} none.`;
  return [
    {
      code: 'fewMasters',
      severity: 'warning',
      text: `The cluster has ${count(voters.length, 'master')} with slots: when ${voters.length === 1 ? 'it' : 'one of them'} fails, no majority is left and no replica takes over by itself.`,
      nodeIds: ids(voters),
      remedy,
    },
  ];
}

/** Some masters are dead, nobody takes over from them, and the rest is just a majority. */
function lastMajorityFinding(picture: ClusterPicture): Finding[] {
  const { voters, shards } = picture;
  const isDead = ({ status }: ClusterNode): boolean => status === 'failed' || status === 'joining';
  const [dead, left] = [voters.filter(isDead), voters.filter(node => !isDead(node))];
  if (voters.length < 3 || dead.length === 0 || left.length !== majorityOf(voters.length)) return [];
  const ofDead = shards.filter(({ masterId }) => dead.some(({ id }) => id === masterId));
  if (ofDead.some(shard => workingReplicas(shard, picture).length > 0)) return [];
  return [
    {
      code: 'lastMajority',
      severity: 'warning',
      text: `If one more master dies (${listNames(left.map(nodeName))}): no majority is left, so no replica takes over by itself.`,
      nodeIds: ids(left),
      remedy: `Leave these alone until ${listNames(dead.map(nodeName))} ${dead.length === 1 ? 'is' : 'are'} back or replaced.`,
    },
  ];
}

function singleHostFinding(members: readonly ClusterNode[]): Finding {
  const label = members[0]!.hostLabel;
  return {
    code: 'singleHost',
    severity: 'warning',
    text: `All ${count(members.length, 'node')} are on one host, ${label}: they fail together.`,
    nodeIds: [],
    remedy: 'Fine for a test. If they are on several machines or zones, name the host of each node in the settings.',
  };
}

function majorityFindings(losses: readonly LossFacts[], picture: ClusterPicture): Finding[] {
  const { voters, nodes } = picture;
  // With one or two masters every loss is a lost majority, and told as such.
  if (voters.length < 3) return [];
  return losses
    .filter(({ quorumLost }) => quorumLost)
    .map(facts => tellLoss(facts, picture))
    .map(({ subject, text, remedy = '', mend }) => ({
      code: 'hostHoldsMajority',
      severity: 'warning',
      text,
      nodeIds: voters.filter(({ id }) => subject.nodeIds.includes(id) && nodes.has(id)).map(({ id }) => id),
      remedy,
      ...(mend && { mend }),
    }));
}

/** Shards that go with one host or zone though they have replicas; each told of the smallest that takes it. */
function shardOnOneHostFindings(losses: readonly LossFacts[], picture: ClusterPicture): Finding[] {
  const found = shardsOnOneHost(losses, picture);
  if (found.length === 0) return [];
  const byDomain = [...groupBy(found, ({ loss }) => loss)].map(([{ subject }, lost]) => ({
    name: subjectText(subject, picture),
    slots: slotsText(lost.reduce((all, { shard }) => all.union(shard.slots), SlotSet.empty)),
  }));
  const [first] = found;
  const { kind } = first!.loss.subject;
  const [{ name, slots }] = byDomain as [(typeof byDomain)[number]];
  const masters = found.flatMap(({ shard }) => picture.nodes.get(shard.masterId ?? '') ?? []);
  return [
    {
      code: 'shardOnOneHost',
      severity: 'warning',
      text:
        byDomain.length === 1
          ? `If ${name} dies: ${slots} are lost, because ${listNames(masters.map(nodeName))} ${masters.length === 1 ? 'has' : 'have'} no working replica ${kind === 'zone' ? 'in' : 'on'} another ${kind}.`
          : `${count(found.length, 'shard')} have no working replica outside the ${kind} of their master: ${listNames(byDomain.map(one => `if ${one.name} dies, ${one.slots} are lost`))}.`,
      nodeIds: found.flatMap(({ shard }) => shard.replicaIds),
      ...mendForShard(first!.fate, first!.loss.subject, picture),
    },
  ];
}

interface LostShard {
  shard: Shard;
  fate: ShardFate;
  loss: LossFacts;
}

function shardsOnOneHost(losses: readonly LossFacts[], { shards, nodes }: ClusterPicture): LostShard[] {
  const byId = new Map(shards.map(shard => [shard.id, shard]));
  const found = new Map<string, LostShard>();
  for (const loss of [...losses].sort((a, b) => a.subject.nodeIds.length - b.subject.nodeIds.length)) {
    const inside = new Set(loss.subject.nodeIds);
    for (const fate of loss.fates) {
      const shard = byId.get(fate.shardId)!;
      // A master whose replicas are all dead is told as one without any.
      const hasReplicaThere = shard.replicaIds.some(id => inside.has(id) && nodes.get(id)?.status !== 'failed');
      if (fate.kind === 'lost' && hasReplicaThere && !found.has(shard.id)) found.set(shard.id, { shard, fate, loss });
    }
  }
  return [...found.values()];
}

/** Replicas on the host of their master whose shard outlives that host all the same. */
function sharedHostFinding(losses: readonly LossFacts[], picture: ClusterPicture): Finding[] {
  const lost = new Set(shardsOnOneHost(losses, picture).map(({ shard }) => shard.id));
  const pairs = picture.shards
    .filter(({ id }) => !lost.has(id))
    .flatMap(shard => {
      const master = picture.nodes.get(shard.masterId ?? '');
      return workingReplicas(shard, picture)
        .filter(replica => replica.hostLabel === master?.hostLabel)
        .map(replica => ({ replica, master: master! }));
    });
  if (pairs.length === 0) return [];
  const names = pairs.map(
    ({ replica, master }) => `${nodeName(replica)} with ${nodeName(master)} on ${replica.hostLabel}`,
  );
  return [
    {
      code: 'replicaOnMastersHost',
      severity: 'warning',
      text: `${count(pairs.length, 'replica')} ${pairs.length === 1 ? 'is' : 'are'} on the host of ${pairs.length === 1 ? 'its' : 'their'} own master: ${listNames(names)}. If that host dies, ${pairs.length === 1 ? 'it goes' : 'they go'} with it.`,
      nodeIds: pairs.map(({ replica }) => replica.id),
      remedy: 'Balance the roles: let replicas follow masters of other hosts.',
      mend: { kind: 'balanceRoles' },
    },
  ];
}
