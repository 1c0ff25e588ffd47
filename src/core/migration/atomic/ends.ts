import type { Reply } from '../../connection/types';
import { parseClusterNodes } from '../../topology/parseClusterNodes';
import { SlotSet } from '../../topology/slotSet';
import type { NodeLine } from '../../topology/types';
import { slotsText } from '../../topology/wording';
import { MigrationError } from '../migrationError';
import type { Member, MigrationNodes, Transfer } from '../types';
import { watch } from './watch';

/** What both ends of a transfer say of its slots. */
export interface EndsSight {
  /** Both call the target their owner. */
  arrived: SlotSet;
  /** Both call the source their owner. */
  waiting: SlotSet;
  /** The line each end has of itself. */
  source: NodeLine;
  target: NodeLine;
}

/**
 * Asks both ends who owns the slots. Throws a MigrationError `ownerChanged` when another node answers at an address, the target
 * is no master, or slots belong to neither; a ConnectionError when an end does not answer.
 */
export async function lookAtEnds(transfer: Transfer, nodes: MigrationNodes): Promise<EndsSight> {
  const { source, target, slots } = transfer;
  const [atSource, atTarget] = await Promise.all([source, target].map(end => linesOf(end, transfer, nodes)));
  const own = { source: lineOf(source, atSource!)!, target: lineOf(target, atTarget!)! };
  if (!own.target.flags.includes('master'))
    throw ownerChanged(target, `${target.address} is no master any more, and cannot take slots.`, slots);
  const ownedBy = (owner: Member): SlotSet[] =>
    [atSource!, atTarget!].map(lines => lineOf(owner, lines)?.slots.intersection(slots) ?? SlotSet.empty);
  const [arrivedAtSource, arrivedAtTarget] = ownedBy(target);
  const [waitingAtSource, waitingAtTarget] = ownedBy(source);
  const foreign = slots
    .difference(arrivedAtTarget!)
    .difference(arrivedAtSource!)
    .difference(waitingAtSource!)
    .difference(waitingAtTarget!);
  if (!foreign.isEmpty)
    throw ownerChanged(
      source,
      `${sentence(foreign)} to neither ${source.address} nor ${target.address} any more.`,
      foreign,
    );
  return {
    arrived: arrivedAtSource!.intersection(arrivedAtTarget!),
    waiting: waitingAtSource!.intersection(waitingAtTarget!),
    ...own,
  };
}

/** The same, once both ends agree about every slot: after a move the source hears of it a moment later. */
export async function agreedEnds(transfer: Transfer, nodes: MigrationNodes, signal?: AbortSignal): Promise<EndsSight> {
  const { source, target, slots } = transfer;
  const sight = await watch(
    async () => {
      const ends = await lookAtEnds(transfer, nodes);
      return ends.arrived.count + ends.waiting.count === slots.count ? ends : undefined;
    },
    { timeoutMilliseconds: agreementTimeoutMilliseconds, ...(signal && { signal }) },
  );
  if (sight) return sight;
  throw ownerChanged(
    source,
    `${source.address} and ${target.address} do not agree who owns ${slotsText(slots)}, even after ${agreementTimeoutMilliseconds / 1000} s.`,
    slots,
  );
}

const agreementTimeoutMilliseconds = 10_000;

/** Why no atomic move can begin while any slot is open at either end, and what to do. Undefined when none is. */
export function openSlotsTrouble(
  { source, target }: Transfer,
  ends: EndsSight,
): { text: string; remedy: string } | undefined {
  for (const [{ address }, { openSlots }] of [
    [source, ends.source],
    [target, ends.target],
  ] as const) {
    if (openSlots.length === 0) continue;
    const open = SlotSet.of(openSlots.map(({ slot }) => slot));
    return {
      text: `${slotsText(open)} ${open.count === 1 ? 'is' : 'are'} open on ${address}, of a move that was begun and not finished`,
      remedy: 'Finish that move, or roll it back: "Fix" shows both.',
    };
  }
  return undefined;
}

async function linesOf(end: Member, { slots }: Transfer, nodes: MigrationNodes): Promise<NodeLine[]> {
  const reply: Reply = await nodes.node(end.address).command(['CLUSTER', 'NODES']);
  const lines = parseClusterNodes(String(reply), end.address);
  if (lineOf(end, lines)?.flags.includes('myself')) return lines;
  throw ownerChanged(end, `At ${end.address} another node answers than the one that was planned with.`, slots);
}

function lineOf({ id }: Member, lines: readonly NodeLine[]): NodeLine | undefined {
  return lines.find(line => line.id === id);
}

function ownerChanged({ address: node }: Member, what: string, slots: SlotSet): MigrationError {
  const remedy = 'Look at the cluster again, and plan the rest anew.';
  return new MigrationError('ownerChanged', what, { node, slots, remedy });
}

function sentence(slots: SlotSet): string {
  const text = slotsText(slots);
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)} ${slots.count === 1 ? 'belongs' : 'belong'}`;
}
