import type { ClusterNode, Topology } from '../topology/types';
import type { FailoverCase } from './failover/failoverCase';
import { failoverSteps } from './failover/failoverSteps';
import { neediestMaster, refuseUnfitMaster } from './members/chooseMaster';
import { chooseSpare, type Gap } from './members/chooseSpare';
import { refuseUnfitJoiner, warnOfJoiner } from './members/joiner';
import { chainedTo, conditionOf, refuseFollowers, refuseUncovered, type Condition } from './members/leaver';
import { isMember, memberById, memberCase, refuseUnsafe, replicasOf, type MemberCase } from './members/memberCase';
import { awaitSync, checkMembers, joinAsReplica, leave, moveReplicas } from './members/memberSteps';
import { picturesOf, type Fate } from './members/pictures';
import { warnOfSilent } from './members/warnings';
import { PlanError } from './planError';
import { selectNodes } from './selectNodes';
import type { Plan, PlanStep, PlanWarning } from './types';

export interface ReplaceNodeRequest {
  /** Id or `host:port` of the node to replace, dead or alive, master or replica. */
  node: string;
  /** Id or `host:port` of the node that takes its place; default the fittest one that stands by. */
  spare?: string;
  /** For how long to watch, after all have forgotten it, that it stays forgotten; default the servers' ban, 60 s. */
  forgetWaitMilliseconds?: number;
}

/**
 * Plans that a spare takes the place of a node. It becomes a replica of the shard and gets in step; if the node is a living
 * master, it then takes over gracefully; last, the node is emptied (when it lives) and all forget it. Asked again after it
 * was broken off, it plans what remains.
 *
 * Throws a PlanError, which says what would make it possible: `unknownNodes`, `noCluster`, `notInCluster`, `nodeReturning`,
 * `nodeInDoubt`, `slotsUncovered`, `replicaFollows`, `emptyMaster`, `masterUnfit`, `noSpare`, the codes of a node that cannot
 * join (`spareUnreachable`, `spareNotEmpty`, `spareInOtherCluster`, `spareReturned`, `spareInUse`, `spareLoading`,
 * `clusterModeOff`, `incompatibleVersion`), `noMajority`, `slotsDisputed`, `openSlots`.
 */
export function planReplaceNode(topology: Topology, request: ReplaceNodeRequest): Plan {
  const [node] = selectNodes(topology, [request.node]) as [ClusterNode];
  const [named] = request.spare === undefined ? [] : selectNodes(topology, [request.spare]);
  if (named?.id === node.id)
    throw new PlanError('spareInUse', `${node.address} cannot take its own place.`, { remedy: 'Name another node.' });
  const subject = memberCase(topology, node);
  const condition = conditionOf(node, subject);
  const gap = gapOf(node, condition, subject);
  refuseUnsafe(subject, [gap.master]);
  const spare = named ?? chooseSpare(gap, subject);
  const progress = progressOf(spare, gap);
  if (progress === 'outside') refuseUnfitJoiner(spare, subject, gap.master);
  const replacement: Replacement = { ...gap, spare, condition, progress, subject };

  const pictures = picturesOf(subject, [spare], fatesOf(replacement));
  return {
    formatVersion: 1,
    kind: 'replaceNode',
    title: `Replace ${describe(node, condition)} by ${spare.address}`,
    stateId: topology.stateId,
    steps: stepsOf(replacement, request),
    ...pictures,
    warnings: [
      ...warnOfUnknownShard(replacement),
      ...(progress === 'outside' ? warnOfJoiner(spare, gap.master) : []),
      ...pictures.warnings,
      ...warnOfSilent(subject, node),
    ],
    risk: takesOver(replacement) ? 'interruptsWrites' : 'none',
  };
}

interface Replacement extends Gap {
  spare: ClusterNode;
  condition: Condition;
  progress: Progress;
  subject: MemberCase;
}

/** How far the spare is already: not in the shard, its replica, or its master. */
type Progress = 'outside' | 'replica' | 'master';

function progressOf(spare: ClusterNode, { master, leaver }: Gap): Progress {
  if (spare.id === master.id && leaver.id !== master.id) return 'master';
  return spare.role === 'replica' && spare.masterId === master.id ? 'replica' : 'outside';
}

function describe({ address, role }: ClusterNode, condition: Condition): string {
  return `${condition === 'dead' ? `the failed ${role}` : role} ${address}`;
}

function gapOf(leaver: ClusterNode, condition: Condition, subject: MemberCase): Gap {
  if (leaver.role === 'master') {
    if (condition === 'dead' && !leaver.slots.isEmpty) refuseUncovered(leaver, subject);
    if (leaver.slots.isEmpty) refuseFollowers(leaver, subject);
    if (condition === 'alive' && leaver.slots.isEmpty)
      throw new PlanError(
        'emptyMaster',
        `${leaver.address} is a master without slots and without replicas: it has no place to take.`,
        {
          node: leaver.address,
          remedy: 'Remove it, and add the other node.',
        },
      );
  }
  const master = condition === 'alive' && leaver.role === 'master' ? leaver : presentMaster(leaver, subject);
  if (master.status === 'failed' && !master.slots.isEmpty) refuseUncovered(master, subject);
  refuseUnfitMaster(master, subject);
  const shard = [master, ...replicasOf(subject, master)].filter(({ id }) => id !== leaver.id);
  return { leaver, master, shard };
}

/** Who serves the shard of a replica, or of a master that was failed over, now. */
function presentMaster(leaver: ClusterNode, subject: MemberCase): ClusterNode {
  const followed = memberById(subject, leaver.masterId);
  if (leaver.role === 'replica' && followed) return followed;
  const shard = formerShard(leaver, subject);
  return memberById(subject, shard?.masterId) ?? neediestMaster(leaver, subject, leaver);
}

function formerShard({ formerShardId }: ClusterNode, { topology: { shards } }: MemberCase) {
  return shards.find(({ id }) => id === formerShardId);
}

function warnOfUnknownShard({ leaver, master, subject }: Replacement): PlanWarning[] {
  if (leaver.role === 'replica' || leaver.id === master.id || formerShard(leaver, subject)) return [];
  const text = `Which slots ${leaver.address} served is not known here any more: the spare goes to ${master.address}, which needs a replica most.`;
  return [{ code: 'formerShardUnknown', text }];
}

/** The living master hands over to the spare. */
function takesOver({ leaver, master }: Replacement): boolean {
  return leaver.id === master.id;
}

function fatesOf(replacement: Replacement): Map<string, Fate> {
  const { leaver, master, spare, condition, progress, subject } = replacement;
  const fates = new Map<string, Fate>([[leaver.id, { role: condition === 'alive' ? 'spare' : 'gone' }]]);
  if (!takesOver(replacement)) {
    for (const { id } of chainedTo(leaver, subject)) fates.set(id, { role: 'replica', master });
    if (progress !== 'master') fates.set(spare.id, { role: 'replica', master });
    return fates;
  }
  fates.set(spare.id, { role: 'master', slots: master.slots.toString() });
  for (const { id } of replicasOf(subject, master))
    if (id !== spare.id) fates.set(id, { role: 'replica', master: spare });
  return fates;
}

function stepsOf(replacement: Replacement, { forgetWaitMilliseconds }: ReplaceNodeRequest): PlanStep[] {
  const { leaver, master, spare, condition, progress, subject } = replacement;
  const joiners = isMember(subject, spare) ? [] : [spare];
  const chained = chainedTo(leaver, subject).filter(({ id }) => id !== spare.id);
  return [
    checkMembers(subject, { touched: [master], joiners: progress === 'outside' ? [spare] : [], leavers: [leaver] }),
    ...(progress === 'outside' ? joinAsReplica(spare, master, subject) : []),
    ...(progress === 'replica' ? [awaitSync([{ node: spare, master }], subject, joiners)] : []),
    ...(takesOver(replacement) ? handOver(replacement) : []),
    ...(chained.length > 0
      ? moveReplicas(
          chained.map(node => ({ node, master })),
          subject,
        )
      : []),
    ...leave(leaver, condition, subject, { joiners, waitMilliseconds: forgetWaitMilliseconds }),
  ];
}

function handOver({ master, spare, subject }: Replacement): PlanStep[] {
  const { topology, members, voters, ableVoters } = subject;
  const handover: FailoverCase = {
    topology,
    mode: 'graceful',
    replica: spare,
    master,
    siblings: replicasOf(subject, master).filter(({ id }) => id !== spare.id),
    members: isMember(subject, spare) ? members : [...members, spare],
    voters,
    ableVoters,
    hasMajority: true,
  };
  return failoverSteps(handover, undefined);
}
