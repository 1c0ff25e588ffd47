/** The cheapest way to every vertex; cost Infinity where there is none. */
export interface CheapestPaths {
  cost: Float64Array;
  /** The vertex before it; -1 where a path starts. */
  cameFrom: Int32Array;
  /** What the last step to it was called; -1 where that was left out. */
  label: Int32Array;
}

/** Offers a way to a vertex at this cost altogether. */
export type Reach = (vertex: number, cost: number, label?: number) => void;

/**
 * Shortest paths from all starts at once: Bellman-Ford with a queue, so that steps may cost less than nothing, as those of a
 * flow that take something back do. There must be no cycle whose cost is negative. Of equal ways the first offered stays.
 */
export function cheapestPaths(
  vertices: number,
  offerStarts: (reach: Reach) => void,
  /** Every step from a vertex whose path costs so much. */
  offerSteps: (from: number, cost: number, reach: Reach) => void,
): CheapestPaths {
  const cost = new Float64Array(vertices).fill(Infinity);
  const cameFrom = new Int32Array(vertices).fill(-1);
  const label = new Int32Array(vertices).fill(-1);
  const isQueued = new Uint8Array(vertices);
  const queue: number[] = [];
  const reachFrom =
    (from: number): Reach =>
    (vertex, newCost, newLabel = -1) => {
      if (newCost >= cost[vertex]!) return;
      cost[vertex] = newCost;
      cameFrom[vertex] = from;
      label[vertex] = newLabel;
      if (isQueued[vertex]) return;
      isQueued[vertex] = 1;
      queue.push(vertex);
    };

  offerStarts(reachFrom(-1));
  for (let head = 0; head < queue.length; head++) {
    const vertex = queue[head]!;
    isQueued[vertex] = 0;
    offerSteps(vertex, cost[vertex]!, reachFrom(vertex));
  }
  return { cost, cameFrom, label };
}
