import { SlotSet } from '../topology/slotSet';
import type { ClusterNode, Topology } from '../topology/types';
import { numberText, slotsText } from '../topology/wording';
import { findMemberCase, memberCase, type MemberCase } from './members/memberCase';
import { count, joinSome, joinWords } from './phrases';
import { PlanError } from './planError';
import { apportion } from './slots/apportion';
import { handOver } from './slots/handOver';
import { listMoves, unionOf } from './slots/listMoves';
import { nodeNamed, refuseRepeated, refuseUnfitSource, refuseUnfitTarget } from './slots/nameMaster';
import { ownersOf, rangesByOwner } from './slots/owners';
import { readSlots } from './slots/readSlots';
import type { MoveRequest } from './slots/moveCase';
import { slotPlan } from './slots/slotPlan';
import { unitWorth } from './slots/worth';
import type { Plan, PlanWarning } from './types';

export interface ReshardRequest extends MoveRequest {
  /** How many, or which: `0-100,5461`. Of these the ones a target has already stay where they are. */
  slots: number | string;
  /** The masters they come from, in proportion to their slots; default all others. Id, start of an id, or `host:port`. */
  from?: readonly string[] | undefined;
  /** The master or masters they go to, as many to each. */
  to: string | readonly string[];
}

/**
 * Plans that slots change their master: exactly as many as asked for, ranges kept together as far as that goes (all masters
 * together have at most as many ranges more afterwards as there are pairs of masters).
 *
 * Throws a PlanError, which says what would make it possible: `unknownNodes`, `ambiguousName`, `duplicateNodes`, `noCluster`,
 * `noTarget`, `targetOutside`, `targetIsReplica`, `targetUnfit`, `sourceOutside`, `sourceIsReplica`, `sourceIsTarget`,
 * `sourceUnfit`, `noSlots`, `slotsUnreadable`, `slotsOutOfRange`, `slotsRepeated`, `slotsUnowned`, `notOwnedBySources`,
 * `tooManySlots`, `nothingToDo`, `engineUnavailable`, and what `slotPlan` throws.
 */
export function planReshard(topology: Topology, request: ReshardRequest): Plan {
  const { targets, subject, masters, pool } = partsOf(topology, request);
  const wanted = typeof request.slots === 'number' ? request.slots : pool.count;

  const before = ownersOf(masters);
  const after = Int32Array.from(before);
  const pools = rangesByOwner(before, masters.length, pool);
  const held = masters.map(({ slots }) => slots.intersection(pool).count);
  const takes = masters.map(() => 0);
  apportion(
    wanted,
    targets.map(() => 1),
  ).forEach((share, index) => (takes[masters.indexOf(targets[index]!)] = share));
  handOver(after, pools, apportion(wanted, held), takes, unitWorth());

  const moves = listMoves(masters, before, after, request);
  const plan = slotPlan(subject, moves, request);
  return {
    kind: 'reshard',
    title: titleOf(wanted, [...new Set(moves.map(({ source }) => source))], targets),
    ...plan,
    warnings: [...warnOfStaying(request, targets), ...plan.warnings],
  };
}

/** Why `planReshard` would not move the slots that a request asks for, whole sentences; undefined when it would, or another part is refused. */
export function slotsRefusal(topology: Topology, request: ReshardRequest): string | undefined {
  try {
    partsOf(topology, request);
    return undefined;
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return OF_SLOTS.has(error.code) ? [error.what, error.remedy].filter(Boolean).join(' ') : undefined;
  }
}

const OF_SLOTS: ReadonlySet<string> = new Set([
  ...['noSlots', 'slotsUnreadable', 'slotsOutOfRange', 'slotsRepeated', 'slotsUnowned'],
  ...['notOwnedBySources', 'tooManySlots', 'nothingToDo'],
]);

interface Parts {
  subject: MemberCase;
  masters: readonly ClusterNode[];
  targets: readonly ClusterNode[];
  /** What may move. */
  pool: SlotSet;
}

function partsOf(topology: Topology, request: ReshardRequest): Parts {
  const targets = targetsOf(topology, request.to);
  const subject = findMemberCase(topology, targets[0]) ?? memberCase(topology);
  for (const target of targets) refuseUnfitTarget(target, subject);
  const masters = subject.members.filter(({ role }) => role === 'master');
  const sources = sourcesOf(topology, request, targets, masters);
  if (request.from) for (const source of sources) refuseUnfitSource(source, subject);
  return { targets, subject, masters, pool: poolOf(request, subject, sources, targets) };
}

/** Slots that were named and that a target has already. */
function warnOfStaying({ slots }: ReshardRequest, targets: readonly ClusterNode[]): PlanWarning[] {
  if (typeof slots === 'number') return [];
  const asked = readSlots(slots);
  return targets.flatMap(({ address, slots: owned }) => {
    const staying = owned.intersection(asked);
    if (staying.isEmpty) return [];
    const text = `${address} has ${slotsText(staying)} already: ${staying.count === 1 ? 'it stays' : `these ${staying.count} stay`} there.`;
    return [{ code: 'alreadyThere', text }];
  });
}

function targetsOf(topology: Topology, to: string | readonly string[]): ClusterNode[] {
  const names = typeof to === 'string' ? [to] : to;
  if (names.length === 0)
    throw new PlanError('noTarget', 'No master is named that the slots shall go to.', {
      remedy: 'Name one or several.',
    });
  const named = names.map(name => ({ name, node: nodeNamed(topology, name) }));
  refuseRepeated(named);
  return named.map(({ node }) => node);
}

function sourcesOf(
  topology: Topology,
  { from }: ReshardRequest,
  targets: readonly ClusterNode[],
  masters: readonly ClusterNode[],
): ClusterNode[] {
  if (!from) return masters.filter(master => !targets.includes(master));
  const named = from.map(name => ({ name, node: nodeNamed(topology, name) }));
  refuseRepeated(named);
  const both = named.find(({ node }) => targets.includes(node));
  if (both)
    throw new PlanError('sourceIsTarget', `${both.node.address} is named as a source and as a target.`, {
      node: both.node.address,
      remedy: 'Slots cannot move from a master to itself: name it on one side.',
    });
  return named.map(({ node }) => node);
}

/** The slots that may move: of a number all that the sources have. */
function poolOf(
  { slots, from }: ReshardRequest,
  { members }: MemberCase,
  sources: readonly ClusterNode[],
  targets: readonly ClusterNode[],
): SlotSet {
  const owned = unionOf(sources);
  if (typeof slots === 'number') {
    refuseNumber(slots, owned, sources);
    return owned;
  }
  const asked = readSlots(slots);
  const unowned = asked.difference(unionOf(members));
  if (!unowned.isEmpty)
    throw new PlanError('slotsUnowned', `Nobody owns ${slotsText(unowned)}.`, {
      remedy: 'Only slots that have an owner can move: fix the cluster first, or leave them out.',
    });
  const moving = asked.difference(unionOf(targets));
  if (moving.isEmpty)
    throw new PlanError(
      'nothingToDo',
      `${joinSome(targets.map(({ address }) => address))} ${targets.length === 1 ? 'has' : 'have'} ${slotsText(asked)} already.`,
      { remedy: 'There is nothing to do.' },
    );
  const foreign = from ? moving.difference(owned) : SlotSet.empty;
  if (!foreign.isEmpty) {
    const owners = members.filter(member => !member.slots.intersection(foreign).isEmpty);
    const names = joinSome(sources.map(({ address }) => address));
    const lack = names === '' ? 'No source owns' : `${names} ${sources.length > 1 ? 'do' : 'does'} not own`;
    throw new PlanError(
      'notOwnedBySources',
      `${lack} ${slotsText(foreign)}; ${joinSome(owners.map(({ address }) => address))} ${owners.length === 1 ? 'does' : 'do'}.`,
      { remedy: 'Name the owner as a source, or no sources at all, or leave these slots out.' },
    );
  }
  return moving;
}

function refuseNumber(slots: number, owned: SlotSet, sources: readonly ClusterNode[]): void {
  if (slots === 0)
    throw new PlanError('noSlots', '0 slots are to move.', { remedy: 'Give a number of 1 or more, or name slots.' });
  if (!Number.isInteger(slots) || slots < 0)
    throw new PlanError('slotsUnreadable', `${slots} is no number of slots.`, { remedy: 'Give a whole number.' });
  if (slots <= owned.count) return;
  const names = joinSome(sources.map(({ address }) => address));
  throw new PlanError(
    'tooManySlots',
    `${count(slots, 'slot')} cannot move: ${names || 'the sources'} ${sources.length === 1 ? 'has' : 'have'} ${owned.isEmpty ? 'none' : numberText(owned.count)}.`,
    {
      remedy: owned.isEmpty
        ? 'Name masters that have slots.'
        : `Give at most ${numberText(owned.count)}, or name more sources.`,
    },
  );
}

function titleOf(slots: number, sources: readonly ClusterNode[], targets: readonly ClusterNode[]): string {
  return `Move ${count(slots, 'slot')} from ${mastersText(sources)} to ${mastersText(targets)}`;
}

/** Their addresses, or how many they are. */
export function mastersText(masters: readonly ClusterNode[]): string {
  return masters.length > 3 ? count(masters.length, 'master') : joinWords(masters.map(({ address }) => address));
}
