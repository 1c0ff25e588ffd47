import { conditionOf, type ClusterNode, type StateRun, type TimelineEvent, type Topology } from '../../core/index';
import type { PageEvent, PageNode, PageRun, PageShard, Snapshot } from '../../shared/pageProtocol';
import type { ClusterState } from '../sessions/clusterState';
import { isRunning } from '../sessions/isRunning';
import { isStoppedLocal } from '../sessions/isStoppedLocal';
import { shownHealth } from '../sessions/shownHealth';
import { statusText } from '../statusBar/statusText';
import { nodeContextWords, roleOf } from '../tree/contextWords';
import { stateText } from '../tree/nodeText';
import { factsOf, isOutOfService } from '../tree/topologyFacts';
import { figuresOf } from './nodeFigures';
import { pageDomains } from './pageDomains';
import { disputedSlotsOf, openSlotsOf, roleSwapsOf, slotMovesOf } from './slotsOnTheWay';

/** What the topology page shows of a cluster, as plain data. `version` must grow from one snapshot to the next. */
export function buildSnapshot(
  state: ClusterState,
  version: number,
  { nowMilliseconds = Date.now(), skewPercent = 40 }: { nowMilliseconds?: number; skewPercent?: number } = {},
): Snapshot {
  const { definition, topology, failure, operation } = state;
  const running = operation && isRunning(operation);
  return {
    version,
    clusterId: definition.id,
    clusterName: definition.name,
    status: statusOf(state),
    statusText: failure && !topology ? failure.message : statusText(state).words,
    nodes: topology?.nodes.map(node => pageNode(node, topology, state, nowMilliseconds)) ?? [],
    shards: topology ? factsOf(topology).shards.map(pageShard) : [],
    openSlots: topology ? openSlotsOf(topology) : [],
    disputedSlots: topology ? disputedSlotsOf(topology) : [],
    slotMoves: running ? slotMovesOf(operation) : [],
    ...(running && { roleSwaps: roleSwapsOf(operation) }),
    // Servers that somebody stopped on purpose are at rest: their silence is no problem.
    problems: (isStoppedLocal(state) ? [] : shownHealth(state).problems).map(({ severity, text, remedy, nodeIds }) => ({
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
    events: state.timeline.latest(mostEvents).map(pageEvent),
    nowMilliseconds,
    domains: topology ? pageDomains(topology) : [],
    skewPercent,
    marks: marksOf(state),
    ...(definition.readOnly && { readOnly: true }),
  };
}

const mostEvents = 50;
/** What a node's strip on the page shows. */
const historyMilliseconds = 600_000;

function statusOf(state: ClusterState): Snapshot['status'] {
  const { topology } = state;
  if (!topology || isStoppedLocal(state)) return 'unknown';
  const { status } = shownHealth(state);
  return topology.clusterState === 'none' || status === 'comingUp' ? 'none' : (status ?? 'unknown');
}

function pageNode(node: ClusterNode, topology: Topology, state: ClusterState, nowMilliseconds: number): PageNode {
  const words = nodeContextWords(node, state);
  // The page counts no master where a former shard is named, be it one that nobody knows.
  const formerShardId = node.formerShardId ?? (isOutOfService(node, topology) ? 'unknown' : undefined);
  return {
    id: node.id,
    name: node.address,
    address: node.address,
    hostLabel: node.hostLabel,
    role: roleOf(node),
    ...(node.masterId !== undefined && { masterId: node.masterId }),
    state: conditionOf(node),
    stateText: wordsOf(node, topology, state),
    slots: node.slots.toString(),
    slotCount: node.slots.count,
    ...figuresOf(node, state),
    ...(node.lagBytes !== undefined && { lagBytes: node.lagBytes }),
    local: words.includes('local'),
    contextValue: words.join(' '),
    ...(formerShardId !== undefined && { formerShardId }),
    history: recentRuns(state.timeline.strip(node.id), nowMilliseconds - historyMilliseconds),
  };
}

/** Those that had not ended by then. */
function recentRuns(runs: readonly StateRun[], sinceMilliseconds: number): PageRun[] {
  const first = runs.findLastIndex(({ atMilliseconds }) => atMilliseconds <= sinceMilliseconds);
  return runs.slice(Math.max(0, first)).map(run => ({ ...run }));
}

function pageEvent({ id, atMilliseconds, kind, text, nodeIds, stages, afterPause }: TimelineEvent): PageEvent {
  return {
    id,
    atMilliseconds,
    kind,
    text,
    nodeIds: [...nodeIds],
    stages: stages.map(stage => ({ ...stage })),
    ...(afterPause && { afterPause }),
  };
}

// Of a spare that stands by as it should there is no more to say than that it is one.
function wordsOf(node: ClusterNode, topology: Topology, state: ClusterState): string {
  const words = stateText(node, topology, state);
  return node.status === 'spare' && words === 'ok' ? 'spare' : words;
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
