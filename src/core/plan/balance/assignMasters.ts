import { cheapestPaths, type CheapestPaths } from '../placement/cheapestPaths';

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

// A shard comes to a host, which may pass one of its own on. A step is called by the shard that comes with it.
function cheapestRoutes({ options, hostOf, held }: State, newShard: number): CheapestPaths {
  return cheapestPaths(
    held.length,
    reach => {
      for (const { host, cost } of options[newShard]!) reach(host, cost, newShard);
    },
    (from, base, reach) => {
      for (const shard of held[from]!) {
        const choices = options[shard]!;
        const saved = choices.find(({ host }) => host === hostOf[shard])!.cost;
        for (const { host, cost } of choices) if (host !== from) reach(host, base - saved + cost, shard);
      }
    },
  );
}

function follow(state: State, { cameFrom, label: shard }: CheapestPaths, end: number): void {
  for (let host = end; host >= 0; host = cameFrom[host]!) {
    const coming = shard[host]!;
    const left = state.hostOf[coming]!;
    if (left >= 0) state.held[left] = state.held[left]!.filter(other => other !== coming);
    state.hostOf[coming] = host;
    state.held[host]!.push(coming);
  }
}
