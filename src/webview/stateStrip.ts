import type { NodeState, PageRun } from '../shared/pageProtocol';
import { strings } from './strings';

type State = PageRun['state'];

/** A bar of a node's strip: `M0 9h8v3h-8z`, in a box of 10 x 12 per cell. */
export interface StripPath {
  state: NodeState;
  path: string;
}

/** What a strip shows. */
const STRIP_MILLISECONDS = 600_000;
export const STRIP_CELLS = 30;
const CELL_MILLISECONDS = STRIP_MILLISECONDS / STRIP_CELLS;

/**
 * The last ten minutes in thirty cells, oldest first, each with the worst state the node was in meanwhile: a flap of a
 * second fills one. Cells keep to the clock, so that they do not creep from look to look. Undefined: nobody looked.
 */
export function stripCells(history: readonly PageRun[], nowMilliseconds: number): (NodeState | undefined)[] {
  const end = (Math.floor(nowMilliseconds / CELL_MILLISECONDS) + 1) * CELL_MILLISECONDS;
  const start = end - STRIP_MILLISECONDS;
  const cells: State[] = Array.from({ length: STRIP_CELLS }, () => 'unknown');
  history.forEach(({ atMilliseconds, state }, index) => {
    const until = history[index + 1]?.atMilliseconds ?? nowMilliseconds;
    const first = Math.max(0, Math.floor((atMilliseconds - start) / CELL_MILLISECONDS));
    const last = Math.min(
      STRIP_CELLS - 1,
      Math.floor((Math.max(atMilliseconds, until - 1) - start) / CELL_MILLISECONDS),
    );
    for (let cell = first; cell <= last; cell++) if (gravity(state) > gravity(cells[cell]!)) cells[cell] = state;
  });
  return cells.map(state => (state === 'unknown' ? undefined : state));
}

/** One path per state that occurs. Each kind of state has a shape of its own: the worse, the higher. */
export function stripPaths(cells: readonly (NodeState | undefined)[]): StripPath[] {
  const paths = new Map<NodeState, string>();
  cells.forEach((state, index) => {
    if (!state) return;
    const bars = shapes[state].map(
      ([top, height]) => `M${index * CELL_WIDTH} ${top}h${BAR_WIDTH}v${height}h-${BAR_WIDTH}z`,
    );
    paths.set(state, (paths.get(state) ?? '') + bars.join(''));
  });
  return [...paths].map(([state, path]) => ({ state, path }));
}

/** `Last 10 minutes: ok, failed 14:03:10 for 12 s, ok`; undefined where there was no change to tell of. */
export function describeHistory(history: readonly PageRun[], nowMilliseconds: number): string | undefined {
  const start = nowMilliseconds - STRIP_MILLISECONDS;
  const recent = history.filter((_, index) => (history[index + 1]?.atMilliseconds ?? nowMilliseconds) > start);
  const [first] = recent;
  if (!first || recent.length < 2) return undefined;
  const told = recent.slice(-RUNS_TOLD);
  const runs = told.map((run, index) => {
    const until = told[index + 1]?.atMilliseconds;
    const word = run.state === 'unknown' ? strings.unwatched : strings.stateWord[run.state];
    // What it was at first and what it is now need no times: the runs between them have theirs.
    if (index === 0 || (until === undefined && run.state === 'ok')) return word;
    return strings.historyRun(word, run.atMilliseconds, until === undefined ? undefined : until - run.atMilliseconds);
  });
  const since = first.atMilliseconds > start ? first.atMilliseconds : undefined;
  return strings.history(since, recent.length - told.length, runs);
}

export const CELL_WIDTH = 10;
const BAR_WIDTH = 8;
const RUNS_TOLD = 9;

const LOW = [[9, 3]] as const;
const SPLIT_LOW = [
  [9, 3],
  [4, 3],
] as const;
const HIGH = [[4, 8]] as const;
const SPLIT_HIGH = [
  [9, 3],
  [0, 3],
] as const;
const FULL = [[0, 12]] as const;

/** Bars from the top, of twelve. */
const shapes: Record<NodeState, readonly (readonly [top: number, height: number])[]> = {
  ok: LOW,
  spare: LOW,
  joining: SPLIT_LOW,
  syncing: SPLIT_LOW,
  loading: SPLIT_LOW,
  linkDown: SPLIT_LOW,
  suspect: HIGH,
  unreachable: SPLIT_HIGH,
  forgotten: SPLIT_HIGH,
  failed: FULL,
};

function gravity(state: State): number {
  return order.indexOf(state);
}

const order: readonly State[] = [
  'unknown',
  'ok',
  'spare',
  'joining',
  'syncing',
  'loading',
  'linkDown',
  'suspect',
  'unreachable',
  'forgotten',
  'failed',
];
