import { l10n } from 'vscode';
import type { ClusterNode, StateRun, TimelineEvent } from '../../core/index';
import type { PageEvent, PageNode, PageRun, Snapshot } from '../../shared/pageProtocol';
import type { StillKind } from '../../shared/pageStill';
import type { ClusterState } from '../sessions/clusterState';
import { clusterColor, clusterMarks } from '../sessions/clusterMarks';
import { isRunning } from '../sessions/isRunning';
import { nodeContextWords } from '../tree/contextWords';
import { timeOf } from '../tree/timeOf';
import { figuresOf } from './nodeFigures';
import { pageDomains } from './pageDomains';
import { buildPicture, type Picture, type PictureNode } from './picture';
import { roleSwapsOf, slotMovesOf } from './slotsOnTheWay';

export interface SnapshotOptions {
  nowMilliseconds?: number;
  skewPercent?: number;
  /** From when on the page may ask for the past; absent while there is none. */
  pastSinceMilliseconds?: number | undefined;
}

/** What the topology page shows of a cluster, as plain data. `version` must grow from one snapshot to the next. */
export function buildSnapshot(state: ClusterState, version: number, options: SnapshotOptions = {}): Snapshot {
  const { nowMilliseconds = Date.now(), pastSinceMilliseconds } = options;
  const { topology, operation } = state;
  const running = operation && isRunning(operation);
  const runs = pageOperation(state);
  const picture = buildPicture(state);
  return {
    ...frameOf(state, version, nowMilliseconds, options),
    ...picture,
    // A picture has its nodes in the order of the topology.
    nodes: picture.nodes.map((node, index) => pageNode(node, topology!.nodes[index]!, state, nowMilliseconds)),
    slotMoves: running ? slotMovesOf(operation) : [],
    ...(running && { roleSwaps: roleSwapsOf(operation) }),
    ...(runs && { operation: runs }),
    domains: topology ? pageDomains(topology) : [],
    ...(pastSinceMilliseconds !== undefined && { pastSinceMilliseconds }),
    ...(state.definition.readOnly && { readOnly: true }),
  };
}

/**
 * Another picture than the present one, of the past or of what a plan would leave. It has no figures, no menus, and nothing
 * may be asked for from it.
 */
export function stillSnapshot(
  still: StillKind,
  state: ClusterState,
  picture: Picture,
  atMilliseconds: number,
  options: Pick<SnapshotOptions, 'skewPercent'> & { domains?: Snapshot['domains'] } = {},
): Snapshot {
  return {
    ...frameOf(state, 0, atMilliseconds, options),
    ...picture,
    nodes: picture.nodes.map(node => ({
      ...node,
      contextValue: '',
      history: runsBetween(state.timeline.strip(node.id), atMilliseconds - historyMilliseconds, atMilliseconds),
    })),
    slotMoves: [],
    domains: options.domains ?? [],
    readOnly: true,
    still,
  };
}

const mostEvents = 50;
/** What a node's strip on the page shows. */
const historyMilliseconds = 600_000;

function frameOf(
  state: ClusterState,
  version: number,
  nowMilliseconds: number,
  { skewPercent = 40 }: Pick<SnapshotOptions, 'skewPercent'>,
): Pick<
  Snapshot,
  'version' | 'clusterId' | 'clusterName' | 'events' | 'nowMilliseconds' | 'skewPercent' | 'marks' | 'color'
> {
  const { id, name } = state.definition;
  const color = clusterColor(state.definition);
  return {
    version,
    clusterId: id,
    clusterName: name,
    events: state.timeline.latest(mostEvents).map(pageEvent),
    nowMilliseconds,
    skewPercent,
    marks: marksOf(state),
    ...(color && { color }),
  };
}

function pageOperation({ operation, operationElsewhere }: ClusterState): Snapshot['operation'] {
  if (operation && isRunning(operation)) {
    const { message, fraction } = operation.progress;
    return { title: operation.plan.title, message, fraction };
  }
  if (!operationElsewhere) return undefined;
  const { title, since } = operationElsewhere;
  return { title, message: l10n.t('Runs in another window since {0}', timeOf(Date.parse(since))) };
}

function pageNode(shown: PictureNode, node: ClusterNode, state: ClusterState, nowMilliseconds: number): PageNode {
  // Several spreads in one literal take ten times as long.
  return Object.assign({}, shown, figuresOf(node, state), {
    ...(node.lagBytes !== undefined && { lagBytes: node.lagBytes }),
    contextValue: nodeContextWords(node, state).join(' '),
    history: runsBetween(state.timeline.strip(node.id), nowMilliseconds - historyMilliseconds, Infinity),
  });
}

/** Those that had not ended by the first time, and had begun by the second. */
function runsBetween(runs: readonly StateRun[], sinceMilliseconds: number, untilMilliseconds: number): PageRun[] {
  const first = runs.findLastIndex(({ atMilliseconds }) => atMilliseconds <= sinceMilliseconds);
  const begun = runs.findLastIndex(({ atMilliseconds }) => atMilliseconds <= untilMilliseconds);
  return runs.slice(Math.max(0, first), begun + 1).map(run => ({ ...run }));
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

function marksOf({ definition, topology, failure }: ClusterState): string[] {
  return [...clusterMarks(definition), ...(failure && topology ? [l10n.t('last look failed')] : [])];
}
