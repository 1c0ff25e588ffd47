import type { ClusterNode, Topology } from '../topology/types';
import { neediestMaster, refuseUnfitMaster } from './members/chooseMaster';
import { hasReturned, refuseUnfitJoiner, warnOfJoiner } from './members/joiner';
import { findMemberCase, isMember, memberCase, refuseUnsafe, type MemberCase } from './members/memberCase';
import { checkMembers, forget, joinAsReplica, meet } from './members/memberSteps';
import { picturesOf } from './members/pictures';
import { warnOfSilent } from './members/warnings';
import { count } from './phrases';
import { PlanError } from './planError';
import { plannedNode, refer } from './plannedNode';
import { selectNodes } from './selectNodes';
import type { Plan, PlanStep } from './types';

export interface AddNodeRequest {
  /** Id or `host:port` of a node that stands by, or, as `spare`, of one that came back after it was forgotten. */
  node: string;
  /** `spare`: reset it, so that it stands by empty and alone. `master`: without slots yet. */
  as: 'spare' | 'replica' | 'master';
  /** As `replica`: id or `host:port` of its master; default the one that needs a replica most. */
  master?: string;
}

/**
 * Plans that a node that stands by joins the cluster, or that one the cluster has forgotten is emptied and stands by.
 *
 * Throws a PlanError, which says what would make it possible: `unknownNodes`, `noCluster`, `alreadySpare`, `alreadyMember`,
 * `spareUnreachable`, `clusterModeOff`, `spareLoading`, `spareInUse`, `spareReturned`, `spareInOtherCluster`, `spareNotEmpty`,
 * `incompatibleVersion`, `notMaster`, `masterUnfit`, `noMaster`, `noMajority`, `slotsDisputed`, `openSlots`.
 */
export function planAddNode(topology: Topology, request: AddNodeRequest): Plan {
  const [node] = selectNodes(topology, [request.node]) as [ClusterNode];
  switch (request.as) {
    case 'spare':
      return planStandBy(topology, node);
    case 'replica':
      return planReplica(topology, node, request.master);
    case 'master':
      return planMaster(topology, node);
  }
}

function planReplica(topology: Topology, node: ClusterNode, name: string | undefined): Plan {
  const [named] = name === undefined ? [] : selectNodes(topology, [name]);
  const subject = memberCase(topology, named ?? (isLone(node) ? undefined : node));
  if (named) refuseUnfitMaster(named, subject);
  const master = named ?? neediestMaster(node, subject);
  refuseUnfitJoiner(node, subject, master);
  refuseUnsafe(subject, [master]);

  const pictures = picturesOf(subject, [node], new Map([[node.id, { role: 'replica', master }]]));
  return {
    formatVersion: 1,
    kind: 'addNode',
    title: `Add ${node.address} as a replica of ${master.address}`,
    stateId: topology.stateId,
    steps: [checkMembers(subject, { touched: [master], joiners: [node] }), ...joinAsReplica(node, master, subject)],
    ...pictures,
    warnings: [...warnOfJoiner(node, master), ...pictures.warnings, ...warnOfSilent(subject)],
    risk: 'none',
  };
}

function planMaster(topology: Topology, node: ClusterNode): Plan {
  const subject = memberCase(topology, isLone(node) ? undefined : node);
  if (isMember(subject, node))
    throw new PlanError('alreadyMember', `${node.address} is in the cluster already.`, {
      node: node.address,
      remedy: 'Move slots to it, or let it follow a master.',
    });
  const [first] = subject.ableVoters;
  refuseUnsafe(subject, []);
  refuseUnfitJoiner(node, subject, first!);

  const pictures = picturesOf(subject, [node], new Map([[node.id, { role: 'master', slots: '' }]]));
  const shareFunctions: PlanStep = {
    kind: 'shareFunctions',
    text: `Put every function library of the cluster on ${node.address}.`,
    nodes: [refer(node)],
  };
  return {
    formatVersion: 1,
    kind: 'addNode',
    title: `Add ${node.address} as a master without slots`,
    stateId: topology.stateId,
    steps: [checkMembers(subject, { joiners: [node] }), shareFunctions, meet(node, subject)],
    ...pictures,
    warnings: [...warnOfJoiner(node, first!), ...warnOfSilent(subject)],
    risk: 'none',
  };
}

/** It knows nobody, and nobody knows it. */
function isLone({ inCluster, knownNodes = 1, id, seenBy }: ClusterNode): boolean {
  return !inCluster && knownNodes <= 1 && seenBy.every(viewer => viewer === id);
}

function planStandBy(topology: Topology, node: ClusterNode): Plan {
  const { address, info, reachable, slots } = node;
  if (!reachable || !info)
    throw new PlanError('spareUnreachable', `${address} does not answer. ${node.unreachableReason ?? ''}`.trim(), {
      node: address,
      remedy: 'Start it, or mend that.',
    });
  const cluster = findMemberCase(topology, node);
  const returned = hasReturned(node, topology);
  const isInside = cluster !== undefined && isMember(cluster, node);
  if (node.status === 'spare' && (isLone(node) || isInside))
    throw new PlanError(
      'alreadySpare',
      `${address} stands by already, empty ${node.inCluster ? 'and in the cluster' : 'and alone'}.`,
      {
        node: address,
        remedy: 'There is nothing to do.',
      },
    );
  if (isInside && !isLone(node))
    throw new PlanError('spareInUse', `${address} is in use: other nodes of its cluster list it.`, {
      node: address,
      remedy: 'Remove it from its cluster; then it stands by.',
    });
  if (!returned && !isLone(node))
    throw new PlanError(
      'spareInOtherCluster',
      `${address} lists nodes of a cluster that is not seen here as a whole.`,
      {
        node: address,
        remedy: 'Remove it there first, or make a majority of that cluster reachable.',
      },
    );
  if (isLone(node) && info.keys > 0)
    throw new PlanError(
      'spareNotEmpty',
      `${address} holds ${count(info.keys, 'key')} and was in no cluster seen here.`,
      {
        node: address,
        remedy: 'Save what is needed of them and send it FLUSHALL; then it stands by.',
      },
    );

  const subject = returned ? cluster! : undefined;
  const isCopy = info.role === 'replica' && info.masterLink === 'up';
  const losesData = info.keys > 0 && !isCopy;
  const common = { ...plannedNode(node, topology) };
  const pictures = subject
    ? picturesOf(subject, [node], new Map([[node.id, { role: 'spare' }]]))
    : {
        before: { nodes: [common] },
        after: { nodes: [{ id: node.id, address, hostLabel: node.hostLabel, role: 'spare' as const, slots: '' }] },
      };
  return {
    formatVersion: 1,
    kind: 'addNode',
    title: `Empty ${address}, so that it stands by`,
    stateId: topology.stateId,
    steps: [
      ...(subject ? [checkMembers(subject, { leavers: [node] })] : []),
      {
        kind: 'resetNode',
        text: `Reset ${address} (${info.keys > 0 && info.role === 'master' ? 'FLUSHALL and ' : ''}CLUSTER RESET HARD): it forgets its old cluster${slots.isEmpty ? '' : ' and its slots'}, and stands by empty and alone, under a new id.`,
        node: refer(node),
        deletesKeys: true,
      },
      ...(subject ? [forget(node, subject)] : []),
    ],
    before: pictures.before,
    after: pictures.after,
    warnings: info.keys > 0 ? [keysGo(node, isCopy, subject)] : [],
    risk: losesData ? 'losesData' : 'none',
  };
}

function keysGo({ address, info }: ClusterNode, isCopy: boolean, subject: MemberCase | undefined) {
  const keys = count(info?.keys ?? 0, 'key');
  const text = isCopy
    ? `${address} still copies a master of the cluster; its ${keys} ${info?.keys === 1 ? 'is' : 'are'} there too, and only the copy goes.`
    : `${address} holds ${keys} from ${subject ? 'before the cluster forgot it' : 'before'}. They are deleted: what was written only there, after its last contact with the others, exists nowhere else.`;
  return { code: 'keysDeleted', text };
}
