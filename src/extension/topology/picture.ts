import { l10n } from 'vscode';
import { conditionOf, type ClusterNode, type Topology } from '../../core/index';
import type { PageNode, PageShard, Snapshot } from '../../shared/pageProtocol';
import type { ClusterState } from '../sessions/clusterState';
import { isStoppedLocal } from '../sessions/isStoppedLocal';
import { shownHealth } from '../sessions/shownHealth';
import { statusText } from '../statusBar/statusText';
import { localServerOf, roleIn, standsBy } from '../tree/contextWords';
import { stateText } from '../tree/nodeText';
import { factsOf, isOutOfService } from '../tree/topologyFacts';
import { disputedSlotsOf, openSlotsOf } from './slotsOnTheWay';

/** A node without its figures: what stays the same from look to look while nothing happens to it. */
export type PictureNode = Pick<
  PageNode,
  | 'id'
  | 'name'
  | 'address'
  | 'hostLabel'
  | 'role'
  | 'masterId'
  | 'state'
  | 'stateText'
  | 'stopped'
  | 'slots'
  | 'slotCount'
  | 'local'
  | 'formerShardId'
>;

/** The cluster as it is drawn, without figures and without what happens outside it. Plain data. */
export interface Picture extends Pick<
  Snapshot,
  'status' | 'statusText' | 'shards' | 'openSlots' | 'disputedSlots' | 'problems'
> {
  nodes: PictureNode[];
}

/** `words`: how the cluster is, or what runs on it. */
export function buildPicture(state: ClusterState, words = statusText(state).words): Picture {
  const { topology, failure } = state;
  return {
    status: statusOf(state),
    statusText: failure && !topology ? failure.message : words,
    nodes: topology?.nodes.map(node => pictureNode(node, topology, state)) ?? [],
    shards: topology ? factsOf(topology).shards.map(pageShard) : [],
    openSlots: topology ? openSlotsOf(topology) : [],
    disputedSlots: topology ? disputedSlotsOf(topology) : [],
    // Servers that somebody stopped on purpose are at rest: their silence is no problem.
    problems: (isStoppedLocal(state) ? [] : shownHealth(state).problems).map(({ severity, text, remedy, nodeIds }) => ({
      severity,
      text,
      remedy,
      nodeIds: [...nodeIds],
    })),
  };
}

function statusOf(state: ClusterState): Snapshot['status'] {
  const { topology } = state;
  if (!topology || isStoppedLocal(state)) return 'unknown';
  const { status } = shownHealth(state);
  return topology.clusterState === 'none' || status === 'comingUp' ? 'none' : (status ?? 'unknown');
}

function pictureNode(node: ClusterNode, topology: Topology, state: ClusterState): PictureNode {
  // The page counts no master where a former shard is named, be it one that nobody knows.
  const formerShardId = node.formerShardId ?? (isOutOfService(node, topology) ? 'unknown' : undefined);
  const isForgotten = topology.forgotten.includes(node.id);
  const server = localServerOf(node, state);
  return {
    id: node.id,
    name: node.address,
    address: node.address,
    hostLabel: node.hostLabel,
    role: roleIn(node, topology),
    ...(node.masterId !== undefined && !isForgotten && { masterId: node.masterId }),
    state: isForgotten && node.reachable ? 'forgotten' : conditionOf(node),
    stateText: wordsOf(node, topology, state),
    slots: node.slots.toString(),
    slotCount: node.slots.count,
    local: server !== undefined,
    ...(server?.state === 'stopped' && { stopped: true }),
    ...(formerShardId !== undefined && { formerShardId }),
  };
}

// Of a spare that stands by as it should there is no more to say than that it is one.
function wordsOf(node: ClusterNode, topology: Topology, state: ClusterState): string {
  const isPlain = standsBy(node, state) && !node.info?.loading && !topology.forgotten.includes(node.id);
  return isPlain ? '' : stateText(node, topology, state);
}

function pageShard(shard: Topology['shards'][number], index: number): PageShard {
  return {
    id: shard.id,
    name: l10n.t('Shard {0}', index + 1),
    slots: shard.slots.toString(),
    ...(shard.masterId !== undefined && { masterId: shard.masterId }),
    replicaIds: [...shard.replicaIds],
  };
}
