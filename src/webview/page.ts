import type { FromPage, PageState, Snapshot, ToPage } from '../shared/pageProtocol';
import { announce } from './announce';
import { describeChanges } from './describeChanges';
import { createHeader } from './drawHeader';
import { createHelp } from './drawHelp';
import { createNotice } from './drawNotice';
import { createOperation } from './drawOperation';
import { createProblems } from './drawProblems';
import { createTimeline } from './drawTimeline';
import { createGraph } from './graph';
import type { GroupBy } from './groupNodes';
import { listenToKeys } from './keyboard';
import { pageMenuContext } from './menuContext';
import { parsePageState, parseToPage } from './parseToPage';

export interface PageHost {
  post(message: FromPage): void;
  /** What `saveState` was given before a reload, unchecked. */
  loadState(): unknown;
  saveState(state: PageState): void;
}

/** How long a changed node stays pointed out. */
const POINT_OUT_MILLISECONDS = 6000;

/** Builds the page inside `root` and returns where the extension's messages go. */
export function startPage(root: HTMLElement, announcer: HTMLElement, host: PageHost): (message: unknown) => void {
  let state: Partial<PageState> & { groupBy: GroupBy } = parsePageState(host.loadState()) ?? { groupBy: 'shard' };
  let snapshot: Snapshot | undefined;
  let changedNodeIds: ReadonlySet<string> = new Set();
  let pointedOut: ReturnType<typeof setTimeout> | undefined;

  const help = createHelp();
  const header = createHeader({ group, help: help.open });
  const operation = createOperation();
  const showNode = (nodeId: string): void => {
    select(nodeId, true);
    graph.show(nodeId, true);
  };
  const problems = createProblems(showNode);
  const timeline = createTimeline(showNode, foldTimeline);
  const notice = createNotice();
  const graph = createGraph();
  const { element: foot } = timeline;
  root.append(header.element, operation.element, problems.element, notice.element, graph.element, foot, help.element);

  graph.tree.addEventListener('click', event => {
    const nodeId = findNodeId(event);
    if (nodeId !== undefined) select(nodeId, true);
  });
  graph.tree.addEventListener('dblclick', event => {
    const nodeId = findNodeId(event);
    if (nodeId !== undefined) host.post({ type: 'reveal', nodeId });
  });
  listenToKeys(graph.tree, {
    move: graph.move,
    select: () => withActiveNode(nodeId => select(nodeId, true)),
    reveal: () => withActiveNode(nodeId => host.post({ type: 'reveal', nodeId })),
    openMenu: graph.openMenu,
    toggleGrouping: () => group(state.groupBy === 'shard' ? 'host' : 'shard'),
    help: help.open,
    escape: () => {
      if (!problems.fold() && !timeline.fold()) select(undefined, false);
    },
  });
  draw(false);

  return value => {
    const parsed = parseToPage(value);
    if ('problem' in parsed) return host.post({ type: 'problem', message: parsed.problem });
    receive(parsed.message);
  };

  function receive(message: ToPage): void {
    switch (message.type) {
      case 'snapshot':
        return accept(message.snapshot);
      case 'select':
        select(message.nodeId, false);
        if (message.nodeId !== undefined) graph.show(message.nodeId, false);
    }
  }

  function accept(next: Snapshot): void {
    const sameCluster = snapshot?.clusterId === next.clusterId;
    if (snapshot && sameCluster && next.version <= snapshot.version) return;
    if (state.clusterId !== next.clusterId) {
      const { groupBy, timelineFolded } = state;
      keep({ clusterId: next.clusterId, groupBy, ...(timelineFolded && { timelineFolded }) });
    }
    const changes = snapshot && sameCluster ? describeChanges(snapshot, next) : undefined;
    snapshot = next;
    document.body.dataset.vscodeContext = pageMenuContext(next.clusterId);
    if (!sameCluster) pointOut(new Set());
    else if (changes && changes.nodeIds.size > 0) pointOut(changes.nodeIds);
    draw(sameCluster);
    announce(announcer, changes?.text ?? '');
  }

  function draw(animated: boolean): void {
    header.update(snapshot, state.groupBy);
    operation.update(snapshot?.operation);
    problems.update(snapshot);
    timeline.update(snapshot, state.timelineFolded === true);
    notice.update(snapshot);
    graph.element.hidden = !snapshot || snapshot.nodes.length === 0;
    if (snapshot && !graph.element.hidden)
      graph.update(
        { snapshot, groupBy: state.groupBy, selectedNodeId: state.selectedNodeId },
        changedNodeIds,
        animated,
      );
  }

  function group(groupBy: GroupBy): void {
    if (groupBy === state.groupBy) return;
    keep({ ...state, groupBy });
    draw(true);
  }

  function foldTimeline(folded: boolean): void {
    const { timelineFolded, ...rest } = state;
    void timelineFolded;
    keep({ ...rest, ...(folded && { timelineFolded: true }) });
    draw(false);
  }

  function select(nodeId: string | undefined, tell: boolean): void {
    const { selectedNodeId, ...rest } = state;
    if (nodeId !== selectedNodeId) {
      keep({ ...rest, ...(nodeId !== undefined && { selectedNodeId: nodeId }) });
      draw(false);
    }
    if (tell && nodeId !== undefined) host.post({ type: 'select', nodeId });
  }

  function keep(next: typeof state): void {
    state = next;
    const { clusterId } = next;
    if (clusterId !== undefined) host.saveState({ ...next, clusterId });
  }

  function pointOut(nodeIds: ReadonlySet<string>): void {
    clearTimeout(pointedOut);
    changedNodeIds = nodeIds;
    if (nodeIds.size === 0) return;
    pointedOut = setTimeout(() => {
      changedNodeIds = new Set();
      draw(false);
    }, POINT_OUT_MILLISECONDS);
  }

  function withActiveNode(act: (nodeId: string) => void): void {
    const nodeId = graph.activeNodeId();
    if (nodeId !== undefined) act(nodeId);
  }
}

function findNodeId(event: Event): string | undefined {
  return (event.target as HTMLElement).closest<HTMLElement>('[data-node-id]')?.dataset.nodeId;
}
