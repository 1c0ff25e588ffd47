import { cheapestPaths } from '../placement/cheapestPaths';
import type { Arrangement } from './arrangement';
import type { BalanceCase } from './balanceCase';

/**
 * Whom the replicas follow, given the masters: the fewest on their master's host, then the fewest that share a host with
 * another replica of the master, then the fewest that have to move. Every shard keeps its number of nodes, and who cannot move stays.
 * Exact: a minimum-cost flow from hosts to shards, as replicas of one host are alike but for where they are now.
 */
export function rehomeReplicas(subject: BalanceCase, { homes, masters }: Arrangement): number[] {
  const { seats } = subject;
  const isMaster = new Set(masters);
  // The old master of a shard stays there rather than a replica: it would have to be demoted before it could go.
  const old = new Set(subject.masters);
  const movers = [...seats.keys()]
    .filter(seat => seats[seat]!.isMovable && !isMaster.has(seat))
    .sort((a, b) => Number(old.has(b)) - Number(old.has(a)) || a - b);
  const flow = new ReplicaFlow(subject, { homes, masters }, movers);
  flow.settle();

  const result = seats.map(({ home }, seat) => (isMaster.has(seat) ? homes[seat]! : home));
  const rest = movers.filter(seat => !flow.take(seats[seat]!.host, seats[seat]!.home));
  for (const seat of rest) result[seat] = flow.takeAny(seats[seat]!.host);
  return result;
}

class ReplicaFlow {
  readonly #hosts: number;
  readonly #shards: number;
  /** Host and shard of a pair are its index: `host * shards + shard`. */
  readonly #amount: Int32Array;
  /** Those that are there now. */
  readonly #stay: Int32Array;
  /** Those that cannot go. */
  readonly #fixed: Int32Array;
  readonly #masterHosts: readonly number[];
  readonly #supply: Int32Array;
  readonly #demand: Int32Array;
  readonly #shareCost: number;
  readonly #masterHostCost: number;

  constructor({ hosts, shards, seats }: BalanceCase, { masters }: Arrangement, movers: readonly number[]) {
    this.#hosts = hosts.length;
    this.#shards = shards.length;
    const pairs = hosts.length * shards.length;
    this.#amount = new Int32Array(pairs);
    this.#stay = new Int32Array(pairs);
    this.#fixed = new Int32Array(pairs);
    this.#masterHosts = masters.map(seat => seats[seat]!.host);
    this.#supply = new Int32Array(hosts.length);
    this.#demand = new Int32Array(shards.length).fill(-1);
    this.#shareCost = seats.length + 1;
    this.#masterHostCost = this.#shareCost * (seats.length + 1);

    const isMover = new Set(movers);
    const isMaster = new Set(masters);
    seats.forEach(({ home, host }, seat) => {
      this.#demand[home]!++;
      if (isMover.has(seat)) {
        this.#stay[this.#pair(host, home)]!++;
        this.#supply[host]!++;
      } else if (!isMaster.has(seat)) {
        this.#fixed[this.#pair(host, home)]!++;
        this.#demand[home]!--;
      }
    });
  }

  settle(): void {
    // What is well where it is costs nothing, so nothing can be gained by taking it back.
    for (let host = 0; host < this.#hosts; host++)
      for (let shard = 0; shard < this.#shards; shard++)
        while (
          this.#supply[host]! > 0 &&
          this.#demand[shard]! > 0 &&
          this.#unitCost(host, shard, this.#amount[this.#pair(host, shard)]! + 1) === 0
        )
          this.#ship(host, shard);
    while (this.#supply.some(left => left > 0)) this.#augment();
  }

  /** Takes one of the host's replicas out for the shard; false when it gives it none (any more). */
  take(host: number, shard: number): boolean {
    const pair = this.#pair(host, shard);
    if (this.#amount[pair] === 0) return false;
    this.#amount[pair]!--;
    return true;
  }

  takeAny(host: number): number {
    for (let shard = 0; shard < this.#shards; shard++) if (this.take(host, shard)) return shard;
    throw new RangeError(`Host ${host} has no replica left to give.`);
  }

  #pair(host: number, shard: number): number {
    return host * this.#shards + shard;
  }

  #ship(host: number, shard: number): void {
    this.#amount[this.#pair(host, shard)]!++;
    this.#supply[host]!--;
    this.#demand[shard]!--;
  }

  /** What the host's so-manieth replica for the shard costs. */
  #unitCost(host: number, shard: number, number: number): number {
    const pair = this.#pair(host, shard);
    return (
      (this.#masterHosts[shard] === host ? this.#masterHostCost : 0) +
      (this.#fixed[pair]! + number > 1 ? this.#shareCost : 0) +
      (number > this.#stay[pair]! ? 1 : 0)
    );
  }

  // Vertices: the hosts, then the shards.
  #augment(): void {
    const { cost, cameFrom } = cheapestPaths(
      this.#hosts + this.#shards,
      reach => this.#supply.forEach((left, host) => left > 0 && reach(host, 0)),
      (vertex, base, reach) => {
        if (vertex < this.#hosts)
          for (let shard = 0; shard < this.#shards; shard++)
            reach(
              this.#hosts + shard,
              base + this.#unitCost(vertex, shard, this.#amount[this.#pair(vertex, shard)]! + 1),
            );
        else
          for (let host = 0; host < this.#hosts; host++) {
            const shard = vertex - this.#hosts;
            const amount = this.#amount[this.#pair(host, shard)]!;
            if (amount > 0) reach(host, base - this.#unitCost(host, shard, amount));
          }
      },
    );

    let end = -1;
    for (let shard = 0; shard < this.#shards; shard++)
      if (this.#demand[shard]! > 0 && (end < 0 || cost[this.#hosts + shard]! < cost[end]!)) end = this.#hosts + shard;
    this.#demand[end - this.#hosts]!--;
    let vertex = end;
    for (; cameFrom[vertex]! >= 0; vertex = cameFrom[vertex]!) {
      const from = cameFrom[vertex]!;
      if (vertex >= this.#hosts) this.#amount[this.#pair(from, vertex - this.#hosts)]!++;
      else this.#amount[this.#pair(vertex, from - this.#hosts)]!--;
    }
    this.#supply[vertex]!--;
  }
}
