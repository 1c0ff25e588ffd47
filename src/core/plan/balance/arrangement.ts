import { scorePlacement } from '../placement/scorePlacement';
import type { PlacementScore } from '../types';
import type { BalanceCase } from './balanceCase';

/** Who is in which shard, and who leads it; all numbers are indexes of a BalanceCase. */
export interface Arrangement {
  /** Per seat its shard. */
  homes: readonly number[];
  /** Per shard the seat of its master. */
  masters: readonly number[];
}

export interface Judged extends Arrangement {
  score: PlacementScore;
  /**
   * Worst fault first, lower is better: replicas on their master's host, a majority on one host, replicas that share a host,
   * uneven masters (the sum of the squares of the hosts' numbers). It says any majority on one host is as bad as two such
   * hosts, as the placement of new clusters does: with 4 masters on 2 hosts, 2 and 2 is how it should be.
   */
  faults: readonly [number, number, number, number];
  /** What it takes to get there: replica moves, failovers, what speaks against the new masters. */
  costs: readonly [number, number, number];
}

/** The arrangement as the topology shows it. */
export function arrangementNow({ seats, masters }: BalanceCase): Arrangement {
  return { homes: seats.map(({ home }) => home), masters };
}

export function judge(subject: BalanceCase, { homes, masters }: Arrangement): Judged {
  const { seats, hosts } = subject;
  const score = scoreOf(subject, { homes, masters });
  const promoted = masters.filter((seat, shard) => seat !== subject.masters[shard]);
  return {
    homes,
    masters,
    score,
    faults: [
      score.replicasOnMastersHost,
      score.hostsHoldingMajority.length > 0 ? 1 : 0,
      score.replicasSharingHost,
      unevenness(
        masters.map(seat => seats[seat]!.host),
        hosts.length,
      ),
    ],
    costs: [
      homes.filter((home, seat) => home !== seats[seat]!.home).length,
      promoted.length,
      promoted.reduce((sum, seat) => sum + seats[seat]!.reluctance, 0),
    ],
  };
}

function scoreOf({ seats, hosts }: BalanceCase, { homes, masters }: Arrangement): PlacementScore {
  const shards = masters.map(seat => ({
    masterHost: hosts[seats[seat]!.host]!,
    replicaHosts: [] as string[],
  }));
  homes.forEach((home, seat) => {
    if (masters[home] !== seat) shards[home]!.replicaHosts.push(hosts[seats[seat]!.host]!);
  });
  return scorePlacement(shards, hosts);
}

function unevenness(hostOfEach: readonly number[], hosts: number): number {
  return mastersPerHost(hostOfEach, hosts).reduce((sum, count) => sum + count * count, 0);
}

export function mastersPerHost(hostOfEach: readonly number[], hosts: number): number[] {
  const counts = new Array<number>(hosts).fill(0);
  for (const host of hostOfEach) counts[host]!++;
  return counts;
}

/** Fewer faults, or as many at less cost. */
export function isBetter(candidate: Judged, best: Judged): boolean {
  const mine = [...candidate.faults, ...candidate.costs];
  const theirs = [...best.faults, ...best.costs];
  const decisive = mine.findIndex((value, index) => value !== theirs[index]);
  return decisive >= 0 && mine[decisive]! < theirs[decisive]!;
}

export function hasSameFaults(a: Judged, b: Judged): boolean {
  return a.faults.every((value, index) => value === b.faults[index]);
}
