/** A host that can hold the master of a shard, and what it costs to have it there. */
export interface HostOption {
  host: number;
  cost: number;
}

/**
 * Gives every shard one of its hosts: the hosts' numbers of masters as even as can be (least sum of squares, which is also the
 * least maximum and the greatest minimum), and of all such ways the cheapest. Exact: a minimum-cost flow with convex costs
 * by successive shortest paths. Undefined when the capacities are too small.
 */
export function assignMasters(
  options: readonly (readonly HostOption[])[],
  capacities: readonly number[],
  /** What evenness is worth: more than all costs together, or less than a cost that goes before it. */
  evenWeight: number,
): number[] | undefined {
  const state: State = {
    options,
    hostOf: new Array<number>(options.length).fill(-1),
    held: capacities.map(() => []),
  };
  for (let shard = 0; shard < options.length; shard++) {
    const routes = cheapestRoutes(state, shard);
    let end = -1;
    let least = Infinity;
    capacities.forEach((capacity, host) => {
      const load = state.held[host]!.length;
      const total = routes.cost[host]! + evenWeight * (2 * load + 1);
      if (load >= capacity || total >= least) return;
      least = total;
      end = host;
    });
    if (end < 0) return undefined;
    follow(state, routes, end);
  }
  return state.hostOf;
}

interface State {
  options: readonly (readonly HostOption[])[];
  /** Per shard; -1 before it has one. */
  hostOf: number[];
  /** Per host the shards whose master it holds. */
  held: number[][];
}

interface Routes {
  cost: Float64Array;
  /** The host that gives up a shard for the one before it on the route; -1 at its start. */
  cameFrom: Int32Array;
  /** The shard that comes to the host. */
  shard: Int32Array;
}

// Bellman-Ford with a queue over the hosts: a shard comes to a host, which may pass one of its own on.
function cheapestRoutes({ options, hostOf, held }: State, newShard: number): Routes {
  const hosts = held.length;
  const routes: Routes = {
    cost: new Float64Array(hosts).fill(Infinity),
    cameFrom: new Int32Array(hosts).fill(-1),
    shard: new Int32Array(hosts).fill(-1),
  };
  const isQueued = new Uint8Array(hosts);
  const queue: number[] = [];
  const reach = (host: number, cost: number, from: number, shard: number): void => {
    if (cost >= routes.cost[host]!) return;
    routes.cost[host] = cost;
    routes.cameFrom[host] = from;
    routes.shard[host] = shard;
    if (isQueued[host]) return;
    isQueued[host] = 1;
    queue.push(host);
  };
  for (const { host, cost } of options[newShard]!) reach(host, cost, -1, newShard);
  for (let head = 0; head < queue.length; head++) {
    const from = queue[head]!;
    isQueued[from] = 0;
    for (const shard of held[from]!) {
      const choices = options[shard]!;
      const saved = choices.find(({ host }) => host === hostOf[shard])!.cost;
      for (const { host, cost } of choices)
        if (host !== from) reach(host, routes.cost[from]! - saved + cost, from, shard);
    }
  }
  return routes;
}

function follow(state: State, { cameFrom, shard }: Routes, end: number): void {
  for (let host = end; host >= 0; host = cameFrom[host]!) {
    const coming = shard[host]!;
    const left = state.hostOf[coming]!;
    if (left >= 0) state.held[left] = state.held[left]!.filter(other => other !== coming);
    state.hostOf[coming] = host;
    state.held[host]!.push(coming);
  }
}
