import { SlotSet } from '../topology/slotSet';
import type { ClusterNode, Shard } from '../topology/types';
import { count, listNames, nodeName, sentenceStart, slotsText } from '../topology/wording';
import { canDecide, ids, majorityOf, workingReplicas, type ClusterPicture, type Finding } from './clusterPicture';
import { restartRisk } from './persistence';

/** What keeps clients from reading and writing: nobody answers, no majority, slots nobody serves, the cluster's own state. */
export function availabilityFindings(picture: ClusterPicture): Finding[] {
  const silence = silenceFinding(picture);
  if (silence) return [silence];
  return [
    ...majorityFinding(picture),
    ...picture.shards.flatMap(shard => ownerFinding(shard, picture)),
    ...unassignedFinding(picture),
    ...clusterStateFinding(picture),
  ];
}

function silenceFinding({ isSilent, members }: ClusterPicture): Finding | undefined {
  if (!isSilent) return undefined;
  return {
    code: 'noAnswer',
    severity: 'error',
    text: `None of the ${count(members.length, 'node')} answers; what is shown is what they said last. Perhaps it is the connection. ${firstReason(members)}`,
    nodeIds: ids(members),
    remedy: 'Check the network, the tunnel and the credentials from here; if they are right, start the servers.',
  };
}

function firstReason(nodes: readonly ClusterNode[]): string {
  return nodes.find(node => node.unreachableReason !== undefined)?.unreachableReason ?? '';
}

function majorityFinding({ topology, voters }: ClusterPicture): Finding[] {
  const silent = voters.filter(node => !node.reachable);
  const needed = majorityOf(voters.length);
  if (voters.length === 0 || voters.length - silent.length >= needed) return [];
  const areMissed = silent.every(node => node.status === 'failed' || node.status === 'suspect');
  const names = listNames(silent.map(nodeName));
  return [
    {
      code: 'noMajority',
      severity: 'error',
      text: `Only ${voters.length - silent.length} of ${count(voters.length, 'master')} with slots can be seen from here, a majority is ${needed}. ${
        areMissed
          ? `The nodes that answer miss ${names} too: no replica can be elected without a majority.`
          : `Perhaps it is the connection: ${names} did not answer.`
      }`,
      nodeIds: ids(silent),
      remedy: areMissed
        ? startText(silent, topology)
        : `Check the network between here and ${names}; if they are stopped, start them.`,
    },
  ];
}

/** What starting them brings, and at what price; masters that lose nothing by it come first. */
function startText(masters: readonly ClusterNode[], topology: ClusterPicture['topology']): string {
  const risks = masters.flatMap(master => restartRisk(master, topology)?.text ?? []);
  const safe = masters.filter(master => restartRisk(master, topology)?.keeps !== 'nothing');
  return [...(safe.length > 0 ? [`Start ${listNames(safe.map(nodeName))}.`] : []), ...risks].join(' ');
}

/** A shard whose master cannot serve its slots, or perhaps cannot. The slots are assigned: they are not free to be given away. */
function ownerFinding(shard: Shard, picture: ClusterPicture): Finding[] {
  const master = picture.nodes.get(shard.masterId ?? '');
  if (!master) return [];
  const name = nodeName(master);
  const slots = slotsText(shard.slots);
  if (master.status === 'joining')
    return [
      {
        code: 'slotsOfLostNode',
        severity: 'error',
        text: `${sentenceStart(slots)} are assigned to ${name}, which no node can find: they are not served, although the cluster may not say so.`,
        nodeIds: [master.id],
        remedy: `If the node was reset, its keys are gone with it; if it moved, start it where the cluster can reach it. Do not assign the slots anew before you know which.`,
      },
    ];
  if (master.status !== 'failed') return [];

  const replicas = workingReplicas(shard, picture);
  const risk = restartRisk(master, picture.topology);
  const copies = shard.replicaIds.flatMap(id => picture.nodes.get(id) ?? []);
  const canTakeOver = replicas.filter(node => node.reachable && node.status !== 'suspect');
  if (canTakeOver.length === 0)
    return [
      {
        code: 'masterFailedWithoutReplica',
        severity: 'error',
        text: `${name} failed and no replica can take over: ${slots} are not served. They are still assigned to it, with the keys it holds.`,
        nodeIds: [master.id, ...ids(replicas)],
        remedy:
          risk?.text ??
          `Start ${name}${copies.length > 0 ? ` or ${listNames(copies.map(nodeName))}` : ''}: only a node that held these keys brings them back.${lostText(master, copies)}`,
      },
    ];
  return [
    {
      code: 'masterFailed',
      severity: 'error',
      text: `${name} failed: ${slots} are not served until ${listNames(canTakeOver.map(nodeName))} takes over.`,
      nodeIds: [master.id, ...ids(canTakeOver)],
      remedy: canDecide(picture)
        ? `Wait some seconds: the masters elect a replica by themselves. ${risk?.text ?? `If it does not happen, start ${name}.`} Check says what keeps the replica from it.`
        : `Waiting does not help: without a majority of the masters no replica is elected. ${risk?.text ?? `Start ${name}, or other masters that failed.`}`,
    },
  ];
}

/** A replica that answers no more may hold what its master does not keep. */
function lostText({ persistence, ...master }: ClusterNode, copies: readonly ClusterNode[]): string {
  if (persistence !== 'nothing') return '';
  const kept = `Nothing of ${nodeName(master)} is on disk: started, it comes back empty`;
  return copies.length === 0
    ? ` ${kept}.`
    : ` ${kept}, and a replica that comes back to it copies that: start or resume ${listNames(copies.map(nodeName))} first, and fail over to it.`;
}

function unassignedFinding({ topology, voters }: ClusterPicture): Finding[] {
  const unassigned = SlotSet.all.difference(topology.coveredSlots);
  if (unassigned.isEmpty) return [];
  return [
    {
      code: 'slotsUnassigned',
      severity: 'error',
      text: `${sentenceStart(slotsText(unassigned))} (${unassigned.count} of ${SlotSet.all.count}) ${unassigned.count === 1 ? 'is' : 'are'} assigned to no node: keys there can be neither read nor written.`,
      nodeIds: [],
      remedy:
        voters.length === 0
          ? 'Assign the slots to masters; the nodes know each other, but they serve nothing yet.'
          : 'Find out who served them last: if a node that holds their keys is down, start it before anybody assigns the slots anew.',
    },
  ];
}

function clusterStateFinding({ topology, members }: ClusterPicture): Finding[] {
  if (topology.clusterState !== 'fail') return [];
  const answering = members.filter(node => node.reachable);
  const failing = answering.filter(node => node.clusterState === 'fail');
  if (failing.length === 0) return [];
  return [
    {
      code: 'clusterStateFail',
      severity: 'error',
      text: `${failing.length} of ${count(answering.length, 'answering node')} (${listNames(failing.map(nodeName))}) say the cluster is down and refuse commands.`,
      nodeIds: ids(failing),
      remedy:
        'A node says so while slots are not served or it does not see a majority of the masters, and for some seconds after it came back. Mend what else is listed here, then wait.',
    },
  ];
}
