import type { Arrangement } from './arrangement';
import type { BalanceCase } from './balanceCase';

/**
 * The same arrangement by hosts, with those nodes in it that have to move least: nodes of one host are alike but for where they are
 * now. A master stays, or comes from its own shard, or else is a node that leads no other shard now, as far as there is one.
 */
export function seatNodes(subject: BalanceCase, { homes, masters }: Arrangement): Arrangement {
  const { seats, hosts } = subject;
  const isOld = new Set(subject.masters);
  const leads = new Map(masters.map((seat, shard) => [seat, shard]));
  const pools: number[][] = hosts.map(() => []);
  const places: Place[][] = hosts.map(() => []);
  seats.forEach(({ host, isMovable }, seat) => {
    // Who cannot move is where it was.
    if (!isMovable) return;
    pools[host]!.push(seat);
    places[host]!.push({ shard: homes[seat]!, isMaster: leads.has(seat) });
  });

  const result = { homes: [...homes], masters: [...masters] };
  pools.forEach((pool, host) => {
    const open = new Set(places[host]);
    const rest = new Set(pool);
    const give = (place: Place, seat: number | undefined): void => {
      if (seat === undefined) return;
      open.delete(place);
      rest.delete(seat);
      result.homes[seat] = place.shard;
      if (place.isMaster) result.masters[place.shard] = seat;
    };
    const isNative = (seat: number, { shard }: Place): boolean => seats[seat]!.home === shard;
    const preferred = [
      (seat: number, place: Place) => place.isMaster && subject.masters[place.shard] === seat,
      (seat: number, place: Place) => place.isMaster && isNative(seat, place),
      (seat: number, place: Place) => isNative(seat, place) && isOld.has(seat),
      isNative,
      (seat: number, place: Place) => place.isMaster && !isOld.has(seat),
      () => true,
    ];
    for (const fits of preferred)
      for (const place of [...open]) {
        const able = [...rest].filter(seat => fits(seat, place));
        give(place, able.sort((a, b) => seats[a]!.reluctance - seats[b]!.reluctance || a - b)[0]);
      }
  });
  return result;
}

/** What a node of the host is in the arrangement. */
interface Place {
  shard: number;
  isMaster: boolean;
}
