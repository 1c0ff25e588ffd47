import { mastersPerHost, type Judged } from './arrangement';
import type { BalanceCase } from './balanceCase';

/**
 * Memberships with two nodes of different shards exchanged, where that could mend something that better masters for the shards as
 * they are cannot: a shard with two nodes on one host; a host without a master beside one with several; a host with the majority;
 * or that take a node back to where it is now.
 */
export function* exchangeSeats(subject: BalanceCase, { homes, masters, faults }: Judged): Generator<number[]> {
  const { seats, hosts, shards } = subject;
  const nodesOn = countNodes(subject, homes);
  const counts = mastersPerHost(
    masters.map(seat => seats[seat]!.host),
    hosts.length,
  );
  const majority = Math.ceil(shards.length / 2);
  const seen = new Set<string>();
  for (const [out, { host, home, isMovable }] of seats.entries()) {
    const shard = homes[out]!;
    const ledFrom = counts[seats[masters[shard]!]!.host]!;
    if (!isMovable) continue;
    for (const [into, other] of seats.entries()) {
      const otherShard = homes[into]!;
      if (otherShard === shard || other.host === host || !other.isMovable) continue;
      const held = counts[other.host]!;
      const crowding = crowdingBy([shard, host], [otherShard, other.host]);
      const relieves = ledFrom >= held + 2 && (held === 0 || ledFrom >= majority);
      const returns = shard !== home && otherShard === home;
      const separates = faults[0] > 0 && nodesOn[shard]![host]! > 1;
      const isHarmful = crowding > 0 && !(relieves && faults[1] > 0);
      if (isHarmful || (crowding === 0 && !relieves && !returns && !separates)) continue;
      // Nodes of one host and shard are alike.
      const key = `${shard} ${host} ${otherShard} ${other.host}`;
      if (!returns && seen.has(key)) continue;
      seen.add(key);
      yield homes.map((now, seat) => (seat === out ? otherShard : seat === into ? shard : now));
    }
  }

  /** How many nodes more share a host with another one of their shard. */
  function crowdingBy([from, left]: [number, number], [to, taken]: [number, number]): number {
    return (
      (nodesOn[from]![taken]! > 0 ? 1 : 0) -
      (nodesOn[from]![left]! > 1 ? 1 : 0) +
      (nodesOn[to]![left]! > 0 ? 1 : 0) -
      (nodesOn[to]![taken]! > 1 ? 1 : 0)
    );
  }
}

/** Per shard and host. */
function countNodes({ seats, hosts, shards }: BalanceCase, homes: readonly number[]): number[][] {
  const counts = shards.map(() => new Array<number>(hosts.length).fill(0));
  homes.forEach((home, seat) => counts[home]![seats[seat]!.host]!++);
  return counts;
}
