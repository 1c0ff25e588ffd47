import type { PlacementScore } from '../types';
import { allotHosts, type Demand } from './allotHosts';
import { scorePlacement } from './scorePlacement';

export interface Placeable {
  hostLabel: string;
}

export interface Placement<T> {
  /** In the order of their masters in the input. */
  shards: { master: T; replicas: T[] }[];
  /** In input order. */
  spares: T[];
  score: PlacementScore;
}

/**
 * Says which nodes become masters, which replicate whom and which are left over, with the hosts as failure domains.
 * The input order decides among equals: of a host's nodes the first become masters, the last stay spares, and the
 * replica of a master stands on the next host where possible. There must be nodes enough for the demand.
 */
export function placeNodes<T extends Placeable>(nodes: readonly T[], demand: Demand): Placement<T> {
  const hosts = groupByHost(nodes);
  const { used, masters, replicasFor } = allotHosts(
    hosts.map(host => host.length),
    demand,
  );

  const inputOrder = new Map(nodes.map((node, index) => [node, index]));
  const byInput = (a: T, b: T): number => inputOrder.get(a)! - inputOrder.get(b)!;
  const mastersOfHost = hosts.map((host, index) => host.slice(0, masters[index]));
  const masterOrder = mastersOfHost.flat().sort(byInput);
  const replicasOf = new Map<T, T[]>(masterOrder.map(master => [master, []]));
  const served = dealOut(mastersOfHost, replicasFor);
  hosts.forEach((host, index) => {
    const targets = served[index]!.sort(byInput);
    host.slice(masters[index], used[index]).forEach((node, turn) => replicasOf.get(targets[turn]!)!.push(node));
  });

  const shards = masterOrder.map(master => ({ master, replicas: replicasOf.get(master)!.sort(byInput) }));
  const spares = hosts.flatMap((host, index) => host.slice(used[index])).sort(byInput);
  return {
    shards,
    spares,
    score: scorePlacement(
      shards.map(({ master, replicas }) => ({
        masterHost: master.hostLabel,
        replicaHosts: replicas.map(replica => replica.hostLabel),
      })),
      hosts.map(([first]) => first!.hostLabel),
    ),
  };
}

// Hosts in the order in which they first appear.
function groupByHost<T extends Placeable>(nodes: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const node of nodes) {
    const group = groups.get(node.hostLabel);
    if (group) group.push(node);
    else groups.set(node.hostLabel, [node]);
  }
  return [...groups.values()];
}

// Per host the masters its replicas serve. Dealing each host's share in turn gives every master equally many and makes
// two from one host meet at one master only when that host gives more than there are masters.
function dealOut<T>(mastersOfHost: readonly T[][], replicasFor: readonly number[][]): T[][] {
  const hosts = mastersOfHost.length;
  const served: T[][] = mastersOfHost.map(() => []);
  mastersOfHost.forEach((masters, to) => {
    let turn = 0;
    for (let step = 1; step <= hosts; step++) {
      const from = (to + step) % hosts;
      for (let given = 0; given < replicasFor[from]![to]!; given++)
        served[from]!.push(masters[turn++ % masters.length]!);
    }
  });
  return served;
}
