import type {
  FromPage,
  PageSlotsState,
  PageState,
  PageView,
  Snapshot,
  SnapshotChanges,
  ToPage,
} from '../shared/pageProtocol';
import type { WhatIfSubject } from '../shared/pageWhatIf';
import { applyChanges } from '../shared/snapshotChanges';
import { announce } from './announce';
import { createCarry } from './carry/carry';
import { describeChanges } from './describeChanges';
import { createHeader } from './drawHeader';
import { createHelp } from './drawHelp';
import { createNotice } from './drawNotice';
import { createOperation } from './drawOperation';
import { createProblems } from './drawProblems';
import { createTimeline } from './drawTimeline';
import { listenToPageKeys, type KeyActions } from './keyboard';
import { makeView } from './makeView';
import { pageMenuContext } from './menuContext';
import { totalShards } from './numbers/shardTotals';
import { parsePageState, parseToPage } from './parseToPage';
import { createPanes } from './still/panes';
import { createStill } from './still/still';
import { strings } from './strings';
import type { ViewModel } from './view';
import { loadView, viewCode } from './viewCode';
import { createWhatIf } from './whatIf/whatIf';

export interface PageHost {
  post(message: FromPage): void;
  /** What `saveState` was given before a reload, unchecked. */
  loadState(): unknown;
  saveState(state: PageState): void;
}

/** How long a changed node stays pointed out. */
const POINT_OUT_MILLISECONDS = 6000;

/** Builds the page inside `root`, with the view it had before a reload, and returns where the extension's messages go. */
export async function startPage(
  root: HTMLElement,
  announcer: HTMLElement,
  host: PageHost,
): Promise<(message: unknown) => void> {
  let state: Partial<PageState> & { view: PageView } = parsePageState(host.loadState()) ?? { view: 'graph' };
  /** What was chosen last: shown as soon as its code is there; until then the view before stays. */
  let wanted = state.view;
  let missing: PageView | undefined;
  let snapshot: Snapshot | undefined;
  let totals: ViewModel['totals'];
  let changedNodeIds: ReadonlySet<string> = new Set();
  let pointedOut: ReturnType<typeof setTimeout> | undefined;

  const help = createHelp();
  const header = createHeader({ choose, help: help.open });
  const operation = createOperation();
  const showNode = (nodeId: string): void => {
    select(nodeId, true);
    panes.shown().show(nodeId, true);
  };
  const problems = createProblems(showNode);
  const timeline = createTimeline(showNode, foldTimeline);
  const notice = createNotice();
  const speak = (text: string): void => announce(announcer, text);
  const redraw = (): void => draw(false);
  const still = createStill(root, {
    post,
    // What would be lost is only known of now; leaving that draws, too.
    redraw: (): void => {
      if (!still.kind || !whatIf.leave()) redraw();
    },
    announce: speak,
  });
  const whatIf = createWhatIf({ post, redraw, announce: speak });
  const carry = createCarry({
    post,
    announce: speak,
    // What is not how it is now is not carried anywhere.
    snapshot: () => (still.kind ? undefined : snapshot),
    view: () => panes.shown(),
  });
  const keys: KeyActions = {
    move: move => panes.shown().move(move),
    select: () => withActiveNode(nodeId => select(nodeId, true)),
    reveal: () => withActiveNode(nodeId => post({ type: 'reveal', nodeId })),
    openMenu: () => panes.shown().openMenu(),
    choose,
    press: key => panes.shown().press?.(key) ?? false,
    whatIf: askWhatIf,
    carry: () => (still.kind ? still.refuse() : carry.begin()),
    toggleHosts: () => choose(state.view === 'hosts' ? 'graph' : 'hosts'),
    help: help.open,
    escape: () => {
      if (!whatIf.leave() && !still.leave() && !problems.fold() && !timeline.fold()) select(undefined, false);
    },
  };
  const acts = { post, keys, choose: chooseNode, askWhatIf: askAbout };
  await loadView(state.view).catch(error => {
    refuseView(state.view, error);
    state = { ...state, view: 'graph' };
  });
  const panes = createPanes(state.view, place => {
    const isMain = place === 'main';
    const keepSlots = (where: PageSlotsState): void => void (isMain && keep({ ...state, slots: where }));
    return name => makeView(name, { ...acts, keepSlots, slotsState: () => (isMain ? state.slots : undefined) });
  });
  root.append(
    ...[header.element, operation.element, problems.element, notice.element, whatIf.element, still.banner],
    ...[panes.element, still.timeBar, timeline.element, carry.element, help.element],
  );
  listenToPageKeys(keys);
  // A menu acts on what is now. The editor opens its own only for an event that nobody prevented.
  root.addEventListener('contextmenu', event => still.kind && (event.preventDefault(), still.refuse()), true);
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
      case 'changes':
        return follow(message.changes);
      case 'select':
        select(message.nodeId, false);
        if (message.nodeId !== undefined) panes.shown().show(message.nodeId, false);
        return;
      case 'whatIf':
        return whatIf.accept(message);
      case 'past':
        return still.acceptPast(message);
      case 'preview':
        return still.acceptPreview(message.preview);
      case 'copied':
      case 'slotFigures':
      case 'slotFiguresFailed':
        return panes.tell(message);
    }
  }

  /** Nothing is begun from a picture that is not how it is now. */
  function post(message: FromPage): void {
    if (message.type === 'run' && still.kind) still.refuse();
    else host.post(message);
  }

  function chooseNode(nodeId: string): void {
    select(nodeId, true);
    if (whatIf.isOn) whatIf.ask({ kind: 'node', nodeId });
  }

  /** What came twice or late is known already; of what is missing nobody but the extension knows. */
  function follow(changes: SnapshotChanges): void {
    if (snapshot && changes.fields.version <= snapshot.version) return;
    const next = snapshot && applyChanges(snapshot, changes);
    if (next) accept(next);
    else host.post({ type: 'resend' });
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
    totals = once(() => new Map(totalShards(next).map(each => [each.shard.id, each])));
    whatIf.follow(next);
    still.follow(next);
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
    notice.update(snapshot, missing);
    const { view, selectedNodeId } = state;
    const ofNow = still.kind ? { changedNodeIds: new Set<string>() } : { changedNodeIds, fates: whatIf.fates, totals };
    panes.draw(still.pictures(), { view, selectedNodeId, animated, ...ofNow });
    carry.follow();
  }

  function choose(view: PageView): void {
    wanted = view;
    if (view === state.view) {
      if (missing === undefined) return;
      missing = undefined;
      return draw(false);
    }
    if (viewCode(view)) return turnTo(view);
    loadView(view).then(
      () => wanted === view && view !== state.view && turnTo(view),
      error => {
        refuseView(view, error);
        draw(false);
      },
    );
  }

  function refuseView(view: PageView, error: unknown): void {
    missing = view;
    wanted = 'graph';
    speak(strings.viewMissing(strings.viewName[view]));
    host.post({ type: 'problem', message: `The view "${view}" could not be loaded: ${String(error)}` });
  }

  function turnTo(view: PageView): void {
    missing = undefined;
    const hadFocus = panes.shown().items.contains(document.activeElement);
    const nodeId = (hadFocus ? panes.shown().activeNodeId() : undefined) ?? state.selectedNodeId;
    carry.leave();
    panes.shown().leave?.();
    keep({ ...state, view });
    draw(true);
    if (nodeId !== undefined) panes.shown().show(nodeId, hadFocus);
    // What had it has no counterpart here: a shard among hosts.
    const { items } = panes.shown();
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
    const shown = panes.shown();
    const nodeId = shown.activeNodeId() ?? state.selectedNodeId;
    const subject = shown.activeSubject?.() ?? (nodeId === undefined ? undefined : { kind: 'node' as const, nodeId });
    if (subject) askAbout(subject);
  }

  /** What would be lost is only known of now. */
  function askAbout(subject: WhatIfSubject): void {
    if (still.kind) still.refuse();
    else whatIf.ask(subject);
  }

  function withActiveNode(act: (nodeId: string) => void): void {
    const nodeId = panes.shown().activeNodeId();
    if (nodeId !== undefined) act(nodeId);
  }
}

function once<Value>(find: () => Value): () => Value {
  let found: { value: Value } | undefined;
  return () => (found ??= { value: find() }).value;
}
