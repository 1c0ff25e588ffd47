import type { NodeState, PageNode, PageOpenSlots, Snapshot } from '../../shared/pageProtocol';
import { countSlots, rangesOf, SLOT_COUNT, type SlotRange } from '../../shared/slotRanges';

/**
 * How a slot is, rising: what is worse hides what is better. `planned`: the running operation will move it; `moving`: both ends
 * say that it is on its way; `halfOut` and `halfIn`: half-open, only the giving or only the taking end says so; `away`: its
 * owner does not answer or does not serve yet; `gap`: nobody owns it.
 */
export const slotStates = [
  'ok',
  'planned',
  'moving',
  'suspect',
  'away',
  'halfIn',
  'halfOut',
  'failed',
  'disputed',
  'gap',
] as const;
export type SlotState = (typeof slotStates)[number];

export interface SlotOwner {
  node: PageNode;
  /** Maximal runs, ascending. */
  ranges: readonly SlotRange[];
  count: number;
}

/** What the running operation moves between two masters, and how much of it is there. */
export interface SlotTransfer {
  fromId: string;
  toId: string;
  done: number;
  total: number;
}

/** Every slot with its owner and state. Arrays have 16,384 entries. */
export interface SlotModel {
  /** By their first slot. */
  owners: readonly SlotOwner[];
  /** Index into `owners`, -1 for none. */
  owner: Int16Array;
  /** Index into `slotStates`. */
  state: Uint8Array;
  /** 1 where the running operation has moved the slot already. */
  moved: Uint8Array;
  /** What nodes say of slots on their way; slots about which nobody says so are absent. */
  open: ReadonlyMap<number, readonly PageOpenSlots[]>;
  transfers: readonly SlotTransfer[];
  /** Index into `transfers`, -1 for none. */
  transfer: Int16Array;
}

type Facts = Pick<Snapshot, 'nodes' | 'openSlots' | 'disputedSlots' | 'slotMoves'>;

export function makeSlotModel(snapshot: Facts): SlotModel {
  const owners = ownersOf(snapshot.nodes);
  const owner = new Int16Array(SLOT_COUNT).fill(-1);
  const state = new Uint8Array(SLOT_COUNT).fill(codeOf('gap'));
  owners.forEach(({ node, ranges }, index) => {
    const code = codeOf(stateOfOwner[node.state]);
    for (const { start, end } of ranges) {
      owner.fill(index, start, end + 1);
      state.fill(code, start, end + 1);
    }
  });
  const raise = (slot: number, to: SlotState): void => void (state[slot] = Math.max(state[slot]!, codeOf(to)));
  const open = gatherOpen(snapshot.openSlots);
  for (const [slot, sayings] of open) raise(slot, openState(sayings, owners[owner[slot]!]?.node.id));
  for (const { slots } of snapshot.disputedSlots) for (const slot of eachSlot(slots)) raise(slot, 'disputed');

  const moved = new Uint8Array(SLOT_COUNT);
  const transfer = new Int16Array(SLOT_COUNT).fill(-1);
  const transfers = snapshot.slotMoves.map(({ slots, fromId, toId }, index): SlotTransfer => {
    let done = 0;
    let total = 0;
    for (const slot of eachSlot(slots)) {
      const isThere = owners[owner[slot]!]?.node.id === toId;
      transfer[slot] = index;
      total++;
      if (isThere) done++;
      if (isThere) moved[slot] = 1;
      else raise(slot, 'planned');
    }
    return { fromId, toId, done, total };
  });
  return { owners, owner, state, moved, open, transfers, transfer };
}

/** Whether two models look the same, numbers of nodes apart. */
export function isSameModel(one: SlotModel, other: SlotModel): boolean {
  return (
    isSame(one.owner, other.owner) &&
    isSame(one.state, other.state) &&
    isSame(one.moved, other.moved) &&
    one.owners.every(({ node }, index) => {
      const twin = other.owners[index]?.node;
      return node.id === twin?.id && node.name === twin.name && node.state === twin.state;
    })
  );
}

export function stateOf({ state }: SlotModel, slot: number): SlotState {
  return slotStates[state[slot]!] ?? 'gap';
}

const stateOfOwner: Record<NodeState, SlotState> = {
  ok: 'ok',
  spare: 'ok',
  syncing: 'ok',
  linkDown: 'ok',
  suspect: 'suspect',
  unreachable: 'away',
  joining: 'away',
  loading: 'away',
  forgotten: 'away',
  failed: 'failed',
};

const codes = new Map(slotStates.map((name, code) => [name, code]));

function codeOf(state: SlotState): number {
  return codes.get(state)!;
}

function ownersOf(nodes: readonly PageNode[]): SlotOwner[] {
  return nodes
    .filter(({ role, slots }) => role === 'master' && slots !== '')
    .flatMap(node => {
      const ranges = rangesOf(node.slots);
      return ranges.length === 0 ? [] : [{ node, ranges, count: countSlots(ranges) }];
    })
    .sort((a, b) => a.ranges[0]!.start - b.ranges[0]!.start);
}

function gatherOpen(openSlots: readonly PageOpenSlots[]): Map<number, PageOpenSlots[]> {
  const open = new Map<number, PageOpenSlots[]>();
  for (const saying of openSlots)
    for (const slot of eachSlot(saying.slots)) {
      const known = open.get(slot);
      if (known) known.push(saying);
      else open.set(slot, [saying]);
    }
  return open;
}

/** A marker at one end alone, or one that names another node than the other end does, is no move that can go on. */
function openState(sayings: readonly PageOpenSlots[], ownerId: string | undefined): SlotState {
  const outs = sayings.filter(({ direction }) => direction === 'migrating');
  const ins = sayings.filter(({ direction }) => direction === 'importing');
  const [out] = outs;
  const [taker] = ins;
  if (!out) return 'halfIn';
  const fits = outs.length === 1 && ins.length === 1 && taker?.nodeId === out.peerId && taker.peerId === out.nodeId;
  return fits && ownerId === out.nodeId ? 'moving' : 'halfOut';
}

function* eachSlot(slots: string): Generator<number> {
  for (const { start, end } of rangesOf(slots)) for (let slot = start; slot <= end; slot++) yield slot;
}

function isSame(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  for (let slot = 0; slot < SLOT_COUNT; slot++) if (one[slot] !== other[slot]) return false;
  return true;
}
