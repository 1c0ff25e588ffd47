import type { PageNode, Snapshot } from '../../shared/pageProtocol';
import {
  countSlots,
  formatRanges,
  joinRanges,
  rangesOf,
  subtractRanges,
  type SlotRange,
} from '../../shared/slotRanges';
import { motionStrings } from './motionStrings';

/** Slots on their way between two masters. */
export interface Transfer {
  fromId: string;
  toId: string;
  /** How many of them are there; undefined where no operation of ours moves them, so that nobody knows of how many. */
  done: number | undefined;
  total: number;
  /** Those that are not there yet. */
  waiting: readonly SlotRange[];
}

/** A replica that takes over from a master, or just did. */
export interface Swap {
  fromId: string;
  toId: string;
  done: boolean;
}

/** What a card shows and says of what goes on with its node. */
export interface NodeMotion {
  kind: 'gives' | 'takes' | 'swaps';
  icon: string;
  /** A few letters. */
  word: string;
  /** The same in words that need no picture. */
  text: string;
}

export interface Motions {
  /** Most slots first. */
  transfers: readonly Transfer[];
  swaps: readonly Swap[];
  nodes: ReadonlyMap<string, NodeMotion>;
  /** Slots that will leave or reach a master: `0-100`, by its id. */
  bands: ReadonlyMap<string, string>;
}

/** How long a failover counts as one that just happened. */
const FRESH_MILLISECONDS = 60_000;

/** All that is seen moving in the cluster: by the running operation, and by what the nodes say themselves. */
export function findMotions(snapshot: Snapshot): Motions {
  const byId = new Map(snapshot.nodes.map(node => [node.id, node]));
  const transfers = findTransfers(snapshot, byId);
  const swaps = findSwaps(snapshot, byId);
  return { transfers, swaps, nodes: describeNodes(transfers, swaps, byId), bands: bandsOf(transfers) };
}

function findTransfers(snapshot: Snapshot, byId: ReadonlyMap<string, PageNode>): Transfer[] {
  const planned = gather(snapshot.slotMoves, byId);
  const told = gather(
    snapshot.openSlots.map(({ slots, direction, nodeId, peerId }) =>
      direction === 'migrating' ? { slots, fromId: nodeId, toId: peerId } : { slots, fromId: peerId, toId: nodeId },
    ),
    byId,
  );
  return [
    ...[...planned.values()].map(({ fromId, toId, ranges }): Transfer => {
      const waiting = subtractRanges(ranges, rangesOf(byId.get(toId)!.slots));
      const total = countSlots(ranges);
      return { fromId, toId, total, done: total - countSlots(waiting), waiting };
    }),
    ...[...told]
      .filter(([key]) => !planned.has(key))
      .map(([, { fromId, toId, ranges }]) => ({
        ...{ fromId, toId, done: undefined },
        ...{ total: countSlots(ranges), waiting: ranges },
      })),
  ].sort((a, b) => b.total - a.total || compare(a.fromId + a.toId, b.fromId + b.toId));
}

type Pair = { fromId: string; toId: string; ranges: SlotRange[] };

/** All slots between the same two nodes as one; ends that nobody knows are left out. */
function gather(
  moves: readonly { slots: string; fromId: string; toId: string }[],
  byId: ReadonlyMap<string, PageNode>,
): Map<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const { slots, fromId, toId } of moves) {
    if (fromId === toId || !byId.has(fromId) || !byId.has(toId)) continue;
    const key = `${fromId} ${toId}`;
    const ranges = joinRanges([...(pairs.get(key)?.ranges ?? []), ...rangesOf(slots)]);
    if (ranges.length > 0) pairs.set(key, { fromId, toId, ranges });
  }
  return pairs;
}

function findSwaps({ roleSwaps, events, nowMilliseconds }: Snapshot, byId: ReadonlyMap<string, PageNode>): Swap[] {
  const swaps = new Map<string, Swap>();
  const add = (fromId: string | undefined, toId: string | undefined): void => {
    const [from, to] = [byId.get(fromId ?? ''), byId.get(toId ?? '')];
    if (!from || !to || swaps.has(to.id)) return;
    const done = to.role === 'master';
    // A master that leads again has nothing to hand over any more.
    if (done && from.role === 'master' && from.slotCount > 0) return;
    swaps.set(to.id, { fromId: from.id, toId: to.id, done });
  };
  for (const { fromId, toId } of roleSwaps ?? []) add(fromId, toId);
  for (const { kind, atMilliseconds, nodeIds, afterPause } of events)
    if (kind === 'failover' && !afterPause && nowMilliseconds - atMilliseconds <= FRESH_MILLISECONDS)
      if (byId.get(nodeIds[0] ?? '')?.role === 'master') add(nodeIds[1], nodeIds[0]);
  return [...swaps.values()];
}

function describeNodes(
  transfers: readonly Transfer[],
  swaps: readonly Swap[],
  byId: ReadonlyMap<string, PageNode>,
): Map<string, NodeMotion> {
  const motions = new Map<string, NodeMotion>();
  const nameOf = (id: string): string => byId.get(id)?.name ?? id;
  for (const { fromId, toId, done } of swaps) {
    const { handsOver, takesOver } = motionStrings.swap[done ? 'done' : 'underWay'];
    const say = (id: string, word: string, text: string) =>
      motions.set(id, { kind: 'swaps', icon: 'arrow-swap', word, text });
    say(fromId, handsOver, motionStrings.swapText(handsOver, nameOf(toId), 'to'));
    say(toId, takesOver, motionStrings.swapText(takesOver, nameOf(fromId), 'from'));
  }
  for (const kind of ['gives', 'takes'] as const) {
    const [own, other] = kind === 'gives' ? (['fromId', 'toId'] as const) : (['toId', 'fromId'] as const);
    for (const id of new Set(transfers.map(transfer => transfer[own]))) {
      const mine = transfers.filter(transfer => transfer[own] === id);
      const [done, total] = [mine.map(each => each.done), mine.map(each => each.total)];
      const word = motionStrings.progress(done.includes(undefined) ? undefined : sum(done), sum(total));
      const peers = mine.map(each => motionStrings.withPeer(nameOf(each[other]), each.done, each.total));
      const text = motionStrings.slots(kind, peers);
      const known = motions.get(id);
      const icon = kind === 'gives' ? 'arrow-right' : 'arrow-left';
      motions.set(id, known ? { ...known, text: `${known.text}, ${text}` } : { kind, icon, word, text });
    }
  }
  return motions;
}

function bandsOf(transfers: readonly Transfer[]): Map<string, string> {
  const bands = new Map<string, SlotRange[]>();
  for (const { fromId, toId, waiting } of transfers)
    for (const id of [fromId, toId]) bands.set(id, [...(bands.get(id) ?? []), ...waiting]);
  return new Map([...bands].map(([id, ranges]) => [id, formatRanges(joinRanges(ranges))]));
}

function sum(numbers: readonly (number | undefined)[]): number {
  return numbers.reduce<number>((all, each) => all + (each ?? 0), 0);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
