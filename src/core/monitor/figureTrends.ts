import type { ServerInfo, Topology } from '../topology/types';

/** How a node's figures went on over the last minute. */
export interface FigureTrend {
  /** Means of five seconds each, oldest first, the last of now; null where nobody looked or it did not answer. At most twelve. */
  operationsPerSecond: readonly (number | null)[];
  /** Keys; absent until it was asked twice since it started. */
  evictionsPerSecond?: number;
}

/** The operations of one node as far as it was asked: the same until it is asked again. */
export interface SampledOperations {
  /** Means of five seconds each, oldest first, the last of when it answered last; null where nobody looked. At most twelve. */
  operationsPerSecond: readonly (number | null)[];
  /** When the first five seconds began, milliseconds since 1970. */
  sinceMilliseconds: number;
}

const CELL_MILLISECONDS = 5000;
const CELLS = 12;
/** Evictions come in bursts: they are counted over this long. */
const RATE_MILLISECONDS = 10_000;

/** Collects the figures of each look. Holds one minute of the nodes of the last look, about 1 KB per node, and nothing else. */
export class FigureTrends {
  readonly #nodes = new Map<string, NodeFigures>();
  #nowMilliseconds = 0;

  accept({ nodes, observedAtMilliseconds }: Topology): void {
    // The clock was set back: what is older would stand in the future.
    if (observedAtMilliseconds < this.#nowMilliseconds) this.#nodes.clear();
    this.#nowMilliseconds = observedAtMilliseconds;
    const known = new Set(nodes.map(({ id }) => id));
    for (const id of this.#nodes.keys()) if (!known.has(id)) this.#nodes.delete(id);
    for (const { id, info } of nodes) {
      if (!info) continue;
      const figures = this.#nodes.get(id) ?? { cells: [], counts: [] };
      this.#nodes.set(id, figures);
      addSample(figures, info, observedAtMilliseconds);
    }
  }

  /** Undefined for a node that has not answered in the last minute. */
  of(nodeId: string): FigureTrend | undefined {
    const figures = this.#nodes.get(nodeId);
    if (!figures) return undefined;
    const last = Math.floor(this.#nowMilliseconds / CELL_MILLISECONDS);
    const recent = figures.cells.filter(({ number }) => number > last - CELLS && number <= last);
    const [oldest] = recent;
    if (!oldest) return undefined;
    const evictionsPerSecond = evictionRate(figures.counts, this.#nowMilliseconds);
    return {
      operationsPerSecond: meansOf(recent, oldest.number, last),
      ...(evictionsPerSecond !== undefined && { evictionsPerSecond }),
    };
  }

  /** Undefined for a node that has not answered yet. */
  sampled(nodeId: string): SampledOperations | undefined {
    const { cells = [] } = this.#nodes.get(nodeId) ?? {};
    const [first, last] = [cells[0], cells.at(-1)];
    if (!first || !last) return undefined;
    const operationsPerSecond = meansOf(cells, first.number, last.number);
    return { operationsPerSecond, sinceMilliseconds: first.number * CELL_MILLISECONDS };
  }
}

interface NodeFigures {
  cells: { number: number; sum: number; count: number }[];
  counts: { atMilliseconds: number; processId: number; evictedKeys: number }[];
  /** The answer counted last. */
  info?: ServerInfo;
}

function meansOf(cells: NodeFigures['cells'], from: number, to: number): (number | null)[] {
  const means = new Array<number | null>(to - from + 1).fill(null);
  for (const { number, sum, count } of cells) means[number - from] = Math.round(sum / count);
  return means;
}

function addSample(figures: NodeFigures, info: ServerInfo, atMilliseconds: number): void {
  // The same answer, kept from an earlier look.
  if (figures.info === info) return;
  figures.info = info;
  const { cells, counts } = figures;
  const number = Math.floor(atMilliseconds / CELL_MILLISECONDS);
  const cell = cells.at(-1);
  if (cell?.number === number) {
    cell.sum += info.operationsPerSecond;
    cell.count++;
  } else cells.push({ number, sum: info.operationsPerSecond, count: 1 });
  while (cells[0] && cells[0].number <= number - CELLS) cells.shift();
  counts.push({ atMilliseconds, processId: info.processId, evictedKeys: info.evictedKeys });
  // One older than the time to count over is needed to count from.
  while (counts[1] && counts[1].atMilliseconds <= atMilliseconds - RATE_MILLISECONDS) counts.shift();
}

function evictionRate(counts: NodeFigures['counts'], nowMilliseconds: number): number | undefined {
  const last = counts.at(-1);
  // One start of the server only: with the next its counter begins at 0.
  const first = counts.find(({ processId }) => processId === last?.processId);
  if (!last || !first || last.atMilliseconds < nowMilliseconds - RATE_MILLISECONDS) return undefined;
  const seconds = (last.atMilliseconds - first.atMilliseconds) / 1000;
  const evicted = last.evictedKeys - first.evictedKeys;
  // CONFIG RESETSTAT sets it back.
  return seconds <= 0 || evicted < 0 ? undefined : Math.round((evicted / seconds) * 10) / 10;
}
