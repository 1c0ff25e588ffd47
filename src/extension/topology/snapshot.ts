import type { ClusterNode, Topology } from '../../core/index';
import type { NodeState, PageNode, PageShard, Snapshot } from '../../shared/pageProtocol';
import type { ClusterState } from '../sessions/clusterState';
import { isStoppedLocal } from '../sessions/isStoppedLocal';
import { statusText } from '../statusBar/statusText';
import { nodeContextWords, roleOf } from '../tree/contextWords';
import { stateText } from '../tree/nodeText';

/** What the topology page shows of a cluster, as plain data. `version` must grow from one snapshot to the next. */
export function buildSnapshot(state: ClusterState, version: number): Snapshot {
  const { definition, topology, health, failure, operation } = state;
  const running = operation && ['running', 'pausing', 'paused', 'cancelling'].includes(operation.state);
  return {
    version,
    clusterId: definition.id,
    clusterName: definition.name,
    status: statusOf(state),
    statusText: failure && !topology ? failure.message : statusText(state).words,
    nodes: topology?.nodes.map(node => pageNode(node, topology, state)) ?? [],
    shards: topology?.shards.map(pageShard) ?? [],
    // Servers that somebody stopped on purpose are at rest: their silence is no problem.
    problems: (isStoppedLocal(state) ? [] : (health?.problems ?? [])).map(({ severity, text, remedy, nodeIds }) => ({
      severity,
      text,
      remedy,
      nodeIds: [...nodeIds],
    })),
    ...(running && {
      operation: {
        title: operation.plan.title,
        message: operation.progress.message,
        fraction: operation.progress.fraction,
      },
    }),
    marks: marksOf(state),
  };
}

function statusOf(state: ClusterState): Snapshot['status'] {
  const { topology, health } = state;
  if (!topology || isStoppedLocal(state)) return 'unknown';
  return topology.clusterState === 'none' ? 'none' : (health?.status ?? 'unknown');
}

function pageNode(node: ClusterNode, topology: Topology, state: ClusterState): PageNode {
  const { info } = node;
  const words = nodeContextWords(node, state);
  return {
    id: node.id,
    name: node.address,
    address: node.address,
    hostLabel: node.hostLabel,
    role: roleOf(node),
    ...(node.masterId !== undefined && { masterId: node.masterId }),
    state: stateOf(node),
    stateText: wordsOf(node, topology, state),
    slots: node.slots.toString(),
    slotCount: node.slots.count,
    ...(info && { memoryBytes: info.usedMemoryBytes, operationsPerSecond: info.operationsPerSecond, keys: info.keys }),
    ...(node.lagBytes !== undefined && { lagBytes: node.lagBytes }),
    local: words.includes('local'),
    contextValue: words.join(' '),
    ...(node.formerShardId !== undefined && { formerShardId: node.formerShardId }),
  };
}

// Of a spare that stands by as it should there is no more to say than that it is one.
function wordsOf(node: ClusterNode, topology: Topology, state: ClusterState): string {
  const words = stateText(node, topology, state);
  return node.status === 'spare' && words === 'ok' ? 'spare' : words;
}

// A node that answers can still be of no use: loading, or a replica without its link.
function stateOf(node: ClusterNode): NodeState {
  if (node.status !== 'ok') return node.status;
  if (node.info?.loading) return 'loading';
  if (node.role === 'replica' && node.info?.syncing) return 'syncing';
  if (node.role === 'replica' && node.info?.masterLink === 'down') return 'linkDown';
  return 'ok';
}

function pageShard(shard: Topology['shards'][number], index: number): PageShard {
  return {
    id: shard.id,
    name: `Shard ${index + 1}`,
    slots: shard.slots.toString(),
    ...(shard.masterId !== undefined && { masterId: shard.masterId }),
    replicaIds: [...shard.replicaIds],
  };
}

function marksOf({ definition, topology, failure }: ClusterState): string[] {
  return [
    ...(definition.readOnly ? ['read-only'] : []),
    ...(definition.tls?.skipVerification ? ['TLS not verified'] : []),
    ...(failure && topology ? ['last look failed'] : []),
  ];
}
