import type { PageNode } from '../../shared/pageProtocol';
import type { Figures } from './sparkline';

const CELL_MILLISECONDS = 5000;
/** A minute. */
const CELLS = 12;

/**
 * The last minute of a node's operations, five seconds each, oldest first, the last of now; null where nobody looked. Empty
 * where nothing is known of it.
 */
export function trendAt({ trend = [], trendSinceMilliseconds }: PageNode, nowMilliseconds: number): Figures {
  if (trendSinceMilliseconds === undefined) return [];
  // The five seconds that run need not have been asked for yet.
  const passed = Math.floor(nowMilliseconds / CELL_MILLISECONDS) - trendSinceMilliseconds / CELL_MILLISECONDS;
  const missing = Math.min(CELLS, Math.max(0, passed - trend.length));
  const recent = [...trend, ...new Array<null>(missing).fill(null)].slice(-CELLS);
  const first = recent.findIndex(figure => figure !== null);
  return first < 0 ? [] : recent.slice(first);
}
