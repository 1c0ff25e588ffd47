import { mastersPerHost } from './arrangement';
import { assignMasters, type HostOption } from './assignMasters';
import { reluctanceLimit, type BalanceCase } from './balanceCase';

/**
 * The best masters for shards whose members stay as they are, each with the fewest failovers: first without a host that
 * holds the majority, where that is possible; then without that condition; then with one such host at most.
 */
export function chooseMasters(subject: BalanceCase, homes: readonly number[]): number[][] {
  const { hosts, shards } = subject;
  const choices = choicesOf(subject, homes);
  const harmless = Math.ceil(shards.length / 2) - 1;
  const bounded = hosts.map(() => harmless);
  const unbounded = hosts.map(() => shards.length);
  const safe = assign(subject, choices, bounded);
  const even = assign(subject, choices, unbounded);
  const hold = mastersPerHost(
    (even ?? []).map(seat => subject.seats[seat]!.host),
    hosts.length,
  );
  const atRisk = [...hold.keys()].filter(host => hold[host]! > harmless);
  // Two halves: the loss of either stops the voting. With one more on one of them, only the loss of that one does.
  const uneven =
    atRisk.length < 2
      ? []
      : atRisk.map(heavy =>
          assign(
            subject,
            choices,
            bounded.map((capacity, host) => (host === heavy ? shards.length : capacity)),
          ),
        );
  return [safe, even, ...uneven].filter(masters => masters !== undefined);
}

/** A seat that would be master, and what the shard then looks like. */
interface Choice {
  seat: number;
  host: number;
  onMastersHost: number;
  sharingHost: number;
  isNew: boolean;
}

/** Per shard the best seat on each host that keeps the fewest replicas on the master's host. */
function choicesOf({ seats, masters, shards }: BalanceCase, homes: readonly number[]): Choice[][] {
  const members: number[][] = shards.map(() => []);
  homes.forEach((home, seat) => members[home]!.push(seat));
  return members.map((own, shard) => {
    const onHost = new Map<number, number[]>();
    for (const seat of own) {
      const { host } = seats[seat]!;
      onHost.set(host, [...(onHost.get(host) ?? []), seat]);
    }
    const surplus = own.length - onHost.size;
    const choices = [...onHost].flatMap(([host, there]): Choice[] => {
      const able = there.filter(seat => seats[seat]!.isAble || seat === masters[shard]);
      const seat = able.includes(masters[shard]!) ? masters[shard]! : leastReluctant(able);
      if (seat === undefined) return [];
      const onMastersHost = there.length - 1;
      return [
        {
          seat,
          host,
          onMastersHost,
          sharingHost: surplus - onMastersHost + Math.max(0, onMastersHost - 1),
          isNew: seat !== masters[shard],
        },
      ];

      function leastReluctant(candidates: readonly number[]): number | undefined {
        return [...candidates].sort((a, b) => seats[a]!.reluctance - seats[b]!.reluctance || a - b)[0];
      }
    });
    const fewest = Math.min(...choices.map(({ onMastersHost }) => onMastersHost));
    return choices.filter(({ onMastersHost }) => onMastersHost === fewest);
  });
}

// Weights that go before each other as the faults do: sharing, evenness, failovers, reluctance.
function assign(
  { seats }: BalanceCase,
  choices: readonly (readonly Choice[])[],
  capacities: readonly number[],
): number[] | undefined {
  const count = choices.length;
  const failover = reluctanceLimit * count + 1;
  const even = failover * (count + 1);
  const sharing = even * (count * count + 1);
  const options = choices.map(own => {
    const least = Math.min(...own.map(({ sharingHost }) => sharingHost));
    return own.map(({ host, sharingHost, isNew, seat }): HostOption => {
      const change = isNew ? failover + seats[seat]!.reluctance : 0;
      return { host, cost: sharing * (sharingHost - least) + change };
    });
  });
  const chosen = assignMasters(options, capacities, even);
  return chosen?.map((host, shard) => choices[shard]!.find(choice => choice.host === host)!.seat);
}
