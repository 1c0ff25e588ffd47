import { cheapestPaths } from './cheapestPaths';

/** Hosts are numbers, 0 to n-1; how many masters and replicas each holds. */
export interface HostCounts {
  masters: readonly number[];
  /** Together `replicasPerMaster` times the masters. */
  replicas: readonly number[];
  replicasPerMaster: number;
}

export interface ReplicaAssignment {
  /** `replicasFor[from][to]`: how many replicas on host `from` serve masters on host `to`. */
  replicasFor: number[][];
  /** Replicas that serve a master on their own host: the fewest these counts allow. */
  onMastersHost: number;
  /** Replicas beyond the first that one host gives one master: the fewest that allows. */
  sharingHost: number;
}

/**
 * Decides which host's replicas serve which host's masters: a minimum-cost flow from hosts to hosts by successive
 * shortest paths. It is exact though it looks at hosts only: x replicas of one host for the m masters of another can be
 * dealt out in turn, so that only x - m of them have to share.
 * Starts with the next host in order for each master, so the usual case keeps that pattern and needs no search.
 */
export function assignReplicas(counts: HostCounts): ReplicaAssignment {
  const hosts = counts.masters.length;
  const flow = Array.from({ length: hosts }, () => new Array<number>(hosts).fill(0));
  const supply = [...counts.replicas];
  const demand = counts.masters.map(masters => masters * counts.replicasPerMaster);

  // A host with so many replicas that it has to serve everyone would otherwise find the others served already.
  for (let from = 0; from < hosts; from++)
    if (supply[from]! >= sum(counts.masters) - counts.masters[from]!)
      for (let step = 1; step < hosts; step++) {
        const to = (from + step) % hosts;
        ship(flow, supply, demand, [from, to], counts.masters[to]!);
      }
  for (let to = 0; to < hosts; to++)
    for (let step = 1; step < hosts && demand[to]! > 0; step++)
      ship(flow, supply, demand, [(to + step) % hosts, to], counts.masters[to]!);

  while (supply.some(replicas => replicas > 0)) {
    const path = cheapestPath(flow, supply, demand, counts.masters);
    augment(flow, supply, demand, path, counts.masters);
  }
  return { replicasFor: flow, ...countFaults(flow, counts.masters) };
}

/** Hosts in turn: a supplier, the host it serves, a supplier of that host it takes over from, ... */
type Path = [supplier: number, served: number, ...rest: number[]];

// More than any sum of sharing costs, so that one replica off its master's host is worth any amount of sharing.
const SAME_HOST_COST = 1_000_000;

// One replica for each master of the other host, as far as there are any: this much is free.
function ship(flow: number[][], supply: number[], demand: number[], [from, to]: Path, masters: number): void {
  const amount = Math.min(supply[from]!, demand[to]!, masters - flow[from]![to]!);
  flow[from]![to]! += amount;
  supply[from]! -= amount;
  demand[to]! -= amount;
}

// From every host with replicas left to the cheapest host that still needs some.
// Vertices: host h as supplier is h, as served host it is hosts + h.
function cheapestPath(
  flow: readonly number[][],
  supply: readonly number[],
  demand: readonly number[],
  masters: readonly number[],
): Path {
  const hosts = masters.length;
  const { cost, cameFrom } = cheapestPaths(
    2 * hosts,
    reach => supply.forEach((replicas, host) => replicas > 0 && reach(host, 0)),
    (vertex, base, reach) => {
      if (vertex < hosts) {
        const row = flow[vertex]!;
        for (let to = 0; to < hosts; to++)
          if (masters[to]! > 0) reach(hosts + to, base + unitCost(vertex, to, row[to]! >= masters[to]!));
      } else {
        const to = vertex - hosts;
        for (let from = 0; from < hosts; from++) {
          const used = flow[from]![to]!;
          if (used > 0) reach(from, base - unitCost(from, to, used > masters[to]!));
        }
      }
    },
  );

  let end = -1;
  for (let to = 0; to < hosts; to++)
    if (demand[to]! > 0 && (end < 0 || cost[hosts + to]! < cost[hosts + end]!)) end = to;
  const path: number[] = [];
  for (let vertex = hosts + end; vertex >= 0; vertex = cameFrom[vertex]!) path.unshift(vertex % hosts);
  return path as Path;
}

function unitCost(from: number, to: number, sharesHost: boolean): number {
  return (from === to ? SAME_HOST_COST : 0) + (sharesHost ? 1 : 0);
}

// As much as fits before a cost on the path would change.
function augment(flow: number[][], supply: number[], demand: number[], path: Path, masters: readonly number[]): void {
  const links = path.slice(1).map((to, index) => {
    const isForward = index % 2 === 0;
    const [from, served] = isForward ? [path[index]!, to] : [to, path[index]!];
    return { from, served, isForward };
  });
  const limits = links.map(({ from, served, isForward }) => {
    const room = masters[served]! - flow[from]![served]!;
    if (isForward) return room > 0 ? room : Infinity;
    return room < 0 ? -room : flow[from]![served]!;
  });
  const amount = Math.min(supply[path[0]]!, demand[path.at(-1)!]!, ...limits);
  for (const { from, served, isForward } of links) flow[from]![served]! += isForward ? amount : -amount;
  supply[path[0]]! -= amount;
  demand[path.at(-1)!]! -= amount;
}

function countFaults(
  flow: readonly number[][],
  masters: readonly number[],
): Pick<ReplicaAssignment, 'onMastersHost' | 'sharingHost'> {
  let onMastersHost = 0;
  let sharingHost = 0;
  flow.forEach((row, from) =>
    row.forEach((replicas, to) => {
      if (from === to) onMastersHost += replicas;
      sharingHost += Math.max(0, replicas - masters[to]!);
    }),
  );
  return { onMastersHost, sharingHost };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
