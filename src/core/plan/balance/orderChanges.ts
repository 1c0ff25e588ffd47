import { mastersPerHost, type Arrangement } from './arrangement';
import type { BalanceCase } from './balanceCase';

/** One change of roles; the numbers are indexes of a BalanceCase. */
export type Change =
  { kind: 'failover'; shard: number; from: number; to: number } | { kind: 'move'; seat: number; to: number };

/**
 * Whether single failovers, one per shard, and moves of replicas lead there: not when two old masters would have to change
 * places, each being needed in the other's shard before it could be demoted in its own.
 */
export function isExecutable({ masters: mastersNow, seats }: BalanceCase, { masters }: Arrangement): boolean {
  // The shard whose failover has to come before that of this one.
  const waitsFor = (shard: number): number | undefined => {
    const { home } = seats[masters[shard]!]!;
    return home !== shard && mastersNow[home] === masters[shard] ? home : undefined;
  };
  return masters.every((_, shard) => {
    let next = waitsFor(shard);
    for (let steps = 0; next !== undefined; steps++) {
      if (steps > masters.length || masters[next] === mastersNow[next]) return false;
      next = waitsFor(next);
    }
    return true;
  });
}

/**
 * The changes that lead there, one after another. Failovers go before moves, because they take no time and copy nothing; those that
 * need no wait first, and the one for the emptiest host before others, so that no host is fuller on the way than before. Of the moves the one that takes no shard its last good replica comes first.
 */
export function orderChanges(subject: BalanceCase, target: Arrangement): Change[] {
  const { seats, hosts } = subject;
  const homes = seats.map(({ home }) => home);
  const masters = [...subject.masters];
  const counts = mastersPerHost(
    masters.map(seat => seats[seat]!.host),
    hosts.length,
  );
  const changes: Change[] = [];
  for (;;) {
    const change = nextFailover() ?? nextMove();
    if (!change) return changes;
    changes.push(change);
    if (change.kind === 'move') homes[change.seat] = change.to;
    else {
      counts[seats[change.from]!.host]!--;
      counts[seats[change.to]!.host]!++;
      masters[change.shard] = change.to;
    }
  }

  function nextFailover(): Change | undefined {
    const ready = target.masters.flatMap((to, shard) =>
      to !== masters[shard] && homes[to] === shard ? [{ shard, from: masters[shard]!, to }] : [],
    );
    const [first] = sortBy(ready, ({ from, to }) => [
      seats[to]!.reluctance,
      counts[seats[to]!.host]!,
      -counts[seats[from]!.host]!,
    ]);
    return first && { kind: 'failover', ...first };
  }

  function nextMove(): Change | undefined {
    const ready = target.homes.flatMap((to, seat) =>
      to !== homes[seat] && masters[homes[seat]!] !== seat ? [{ seat, to }] : [],
    );
    const [first] = sortBy(ready, ({ seat }) => lossOf(seat));
    return first && { kind: 'move', ...first };
  }

  /** What the shard loses when the replica goes: its last one on another host than the master, its last one at all. */
  function lossOf(seat: number): [number, number] {
    const home = homes[seat]!;
    const { host } = seats[masters[home]!]!;
    const others = [...homes.keys()].filter(
      other => homes[other] === home && other !== seat && other !== masters[home] && seats[other]!.isAble,
    );
    const isGood = (other: number): boolean => seats[other]!.host !== host;
    return [isGood(seat) && !others.some(isGood) ? 1 : 0, others.length === 0 ? 1 : 0];
  }
}

function sortBy<T>(items: readonly T[], rankOf: (item: T) => readonly number[]): T[] {
  return items
    .map(item => ({ item, rank: rankOf(item) }))
    .sort((a, b) => {
      const decisive = a.rank.findIndex((value, index) => value !== b.rank[index]);
      return decisive < 0 ? 0 : a.rank[decisive]! - b.rank[decisive]!;
    })
    .map(({ item }) => item);
}
