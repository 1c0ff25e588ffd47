import type { FromPage, PageState, PageView, Snapshot, ToPage } from '../shared/pageProtocol';
import { announce } from './announce';
import { createCarry } from './carry/carry';
import { describeChanges } from './describeChanges';
import { createHeader } from './drawHeader';
import { createHelp } from './drawHelp';
import { createNotice } from './drawNotice';
import { createOperation } from './drawOperation';
import { createProblems } from './drawProblems';
import { createTimeline } from './drawTimeline';
import { createHosts } from './hosts/hosts';
import { listenToKeys } from './keyboard';
import { pageMenuContext } from './menuContext';
import { totalShards } from './numbers/shardTotals';
import { parsePageState, parseToPage } from './parseToPage';
import { createSlots } from './slots/slotsView';
import { createScaledGraph } from './scale/scaledGraph';
import { createTable } from './table/table';
import type { View, ViewModel } from './view';
import { createWhatIf } from './whatIf/whatIf';

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
  let state: Partial<PageState> & { view: PageView } = parsePageState(host.loadState()) ?? { view: 'graph' };
  let snapshot: Snapshot | undefined;
  let totals: ViewModel['totals'];
  let changedNodeIds: ReadonlySet<string> = new Set();
  let pointedOut: ReturnType<typeof setTimeout> | undefined;

  const help = createHelp();
  const header = createHeader({ choose, help: help.open });
  const operation = createOperation();
  const showNode = (nodeId: string): void => {
    select(nodeId, true);
    shown().show(nodeId, true);
  };
  const problems = createProblems(showNode);
  const timeline = createTimeline(showNode, foldTimeline);
  const notice = createNotice();
  const whatIf = createWhatIf({
    post: message => host.post(message),
    redraw: () => draw(false),
    announce: text => announce(announcer, text),
  });
  const carry = createCarry({
    post: message => host.post(message),
    announce: text => announce(announcer, text),
    snapshot: () => snapshot,
    view: () => shown(),
  });
  const graph = createScaledGraph();
  const hosts = createHosts({ ask: subject => whatIf.ask(subject) });
  const slots = createSlots(
    { post: message => host.post(message), keep: where => keep({ ...state, slots: where }) },
    state.slots,
  );
  const table = createTable({ copy: text => host.post({ type: 'copy', text }) });
  const views: Record<PageView, View> = { graph, slots, hosts, table };
  const distinct = [...new Set(Object.values(views))];
  root.append(
    ...[header.element, operation.element, problems.element, notice.element, whatIf.element],
    ...distinct.map(({ element }) => element),
    ...[timeline.element, carry.element, help.element],
  );

  for (const { items } of distinct) {
    items.addEventListener('click', event => {
      const nodeId = findNodeId(event);
      if (nodeId === undefined) return;
      select(nodeId, true);
      if (whatIf.isOn) whatIf.ask({ kind: 'node', nodeId });
    });
    items.addEventListener('dblclick', event => {
      const nodeId = findNodeId(event);
      if (nodeId !== undefined) host.post({ type: 'reveal', nodeId });
    });
  }
  const lists = distinct.map(({ items }) => items);
  listenToKeys(lists, {
    move: move => shown().move(move),
    select: () => withActiveNode(nodeId => select(nodeId, true)),
    reveal: () => withActiveNode(nodeId => host.post({ type: 'reveal', nodeId })),
    openMenu: () => shown().openMenu(),
    choose,
    press: key => shown().press?.(key) ?? false,
    whatIf: askWhatIf,
    carry: carry.begin,
    toggleHosts: () => choose(state.view === 'hosts' ? 'graph' : 'hosts'),
    help: help.open,
    escape: () => {
      if (!whatIf.leave() && !problems.fold() && !timeline.fold()) select(undefined, false);
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
        if (message.nodeId !== undefined) shown().show(message.nodeId, false);
        return;
      case 'whatIf':
        return whatIf.accept(message);
      case 'copied':
        return table.confirmCopy();
      case 'slotFigures':
        return slots.figures.accept(message);
      case 'slotFiguresFailed':
        return slots.figures.fail(message.by, message.reason);
    }
  }

  function accept(next: Snapshot): void {
    const sameCluster = snapshot?.clusterId === next.clusterId;
    if (snapshot && sameCluster && next.version <= snapshot.version) return;
    if (state.clusterId !== next.clusterId) {
      const { view, timelineFolded } = state;
      keep({ clusterId: next.clusterId, view, ...(timelineFolded && { timelineFolded }) });
    }
    const changes = snapshot && sameCluster ? describeChanges(snapshot, next) : undefined;
    snapshot = next;
    totals = new Map(totalShards(next).map(each => [each.shard.id, each]));
    whatIf.follow(next);
    document.body.dataset.vscodeContext = pageMenuContext(next.clusterId);
    if (!sameCluster) pointOut(new Set());
    else if (changes && changes.nodeIds.size > 0) pointOut(changes.nodeIds);
    draw(sameCluster);
    announce(announcer, changes?.text ?? '');
  }

  function draw(animated: boolean): void {
    header.update(snapshot, state.view);
    operation.update(snapshot?.operation);
    problems.update(snapshot);
    timeline.update(snapshot, state.timelineFolded === true);
    notice.update(snapshot);
    const { view, selectedNodeId } = state;
    for (const each of distinct) each.element.hidden = each !== shown() || !snapshot || snapshot.nodes.length === 0;
    if (snapshot && !shown().element.hidden)
      shown().update({ snapshot, view, selectedNodeId, changedNodeIds, fates: whatIf.fates, totals, animated });
    carry.follow();
  }

  function shown(): View {
    return views[state.view];
  }

  function choose(view: PageView): void {
    if (view === state.view) return;
    const hadFocus = shown().items.contains(document.activeElement);
    const nodeId = (hadFocus ? shown().activeNodeId() : undefined) ?? state.selectedNodeId;
    carry.leave();
    shown().leave?.();
    keep({ ...state, view });
    draw(true);
    if (nodeId !== undefined) shown().show(nodeId, hadFocus);
    // What had it has no counterpart here: a shard among hosts.
    const { items } = shown();
    if (hadFocus && !items.contains(document.activeElement))
      items.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
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

  /** About what has the tab stop. */
  function askWhatIf(): void {
    const nodeId = shown().activeNodeId() ?? state.selectedNodeId;
    const subject = shown().activeSubject?.() ?? (nodeId === undefined ? undefined : { kind: 'node' as const, nodeId });
    if (subject) whatIf.ask(subject);
  }

  function withActiveNode(act: (nodeId: string) => void): void {
    const nodeId = shown().activeNodeId();
    if (nodeId !== undefined) act(nodeId);
  }
}

function findNodeId(event: Event): string | undefined {
  return (event.target as HTMLElement).closest<HTMLElement>('[data-node-id]')?.dataset.nodeId;
}
