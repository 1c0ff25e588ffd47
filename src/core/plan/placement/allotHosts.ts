import { assignReplicas, type ReplicaAssignment } from './assignReplicas';
import { losesMajority } from './scorePlacement';
import { spreadEvenly } from './spreadEvenly';

export interface Demand {
  masters: number;
  replicasPerMaster: number;
}

/** How many nodes of each host take part, how many of them as masters, and whom the others replicate. */
export interface Allotment extends ReplicaAssignment {
  used: number[];
  masters: number[];
}

/**
 * Allots masters and replicas to hosts of the given numbers of nodes (together enough for the demand). Even numbers
 * come first; where they leave a replica on its master's host, or two of one master on one host, single nodes are
 * moved from host to host as long as that helps. Better means, in this order: fewer replicas on their master's host, no
 * host that takes the majority with it, fewer replicas that share a host, masters more even.
 */
export function allotHosts(capacities: readonly number[], demand: Demand): Allotment {
  const used = spreadEvenly(capacities, demand.masters * (1 + demand.replicasPerMaster));
  let best = allot(used, spreadEvenly(used, demand.masters), demand);
  // A host can give each master one node; what it holds beyond that has to share.
  const unavoidable = used.reduce((sum, nodes) => sum + Math.max(0, nodes - demand.masters), 0);
  const evenSpread = spread(best.masters);
  let looks = Math.floor(SEARCH_WORK / capacities.length ** 2);
  for (let improved = true; improved;) {
    improved = false;
    if (best.onMastersHost === 0 && best.sharingHost === unavoidable && spread(best.masters) === evenSpread) break;
    for (const { used, masters } of neighbours(best, capacities, demand)) {
      if (looks-- <= 0) return best;
      const candidate = allot(used, masters, demand);
      if (!isBetter(candidate, best, demand)) continue;
      best = candidate;
      improved = true;
      break;
    }
  }
  return best;
}

// Looks x hosts². Whole neighbourhoods up to a few dozen hosts; with more, where faults are rare, the likeliest moves.
const SEARCH_WORK = 300_000;

function allot(used: number[], masters: number[], { replicasPerMaster }: Demand): Allotment {
  const replicas = used.map((nodes, host) => nodes - masters[host]!);
  return { used, masters, ...assignReplicas({ masters, replicas, replicasPerMaster }) };
}

// One node and/or one master moved from one host to another, first away from the hosts under most strain.
function* neighbours(
  { used, masters }: Allotment,
  capacities: readonly number[],
  { replicasPerMaster }: Demand,
): Generator<{ used: number[]; masters: number[] }> {
  const strain = (host: number): number => used[host]! + (replicasPerMaster - 1) * masters[host]!;
  const hosts = [...capacities.keys()].sort((a, b) => strain(b) - strain(a) || a - b);
  for (const [nodeMove, masterMove] of MOVES)
    for (const from of hosts)
      for (const to of [...hosts].reverse()) {
        if (from === to) continue;
        const moved = { used: [...used], masters: [...masters] };
        moved.used[from]! -= nodeMove;
        moved.used[to]! += nodeMove;
        moved.masters[from]! -= masterMove;
        moved.masters[to]! += masterMove;
        const fits = [from, to].every(
          host =>
            moved.used[host]! <= capacities[host]! &&
            moved.masters[host]! >= 0 &&
            moved.masters[host]! <= moved.used[host]!,
        );
        if (fits) yield moved;
      }
}

const MOVES = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const;

function isBetter(candidate: Allotment, best: Allotment, demand: Demand): boolean {
  const mine = rank(candidate, demand);
  const theirs = rank(best, demand);
  const decisive = mine.findIndex((value, index) => value !== theirs[index]);
  return decisive >= 0 && mine[decisive]! < theirs[decisive]!;
}

function rank({ onMastersHost, sharingHost, masters }: Allotment, demand: Demand): number[] {
  return [onMastersHost, losesMajority(demand.masters, Math.max(...masters)) ? 1 : 0, sharingHost, spread(masters)];
}

function spread(masters: readonly number[]): number {
  return Math.max(...masters) - Math.min(...masters);
}
