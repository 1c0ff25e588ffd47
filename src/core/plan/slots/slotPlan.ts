import { groupBy } from '../../topology/groupBy';
import type { SlotSet } from '../../topology/slotSet';
import type { ClusterNode } from '../../topology/types';
import { refuseUnsafe, replicasOf, type MemberCase } from '../members/memberCase';
import { picturesOf, type Fate } from '../members/pictures';
import { PlanError } from '../planError';
import type { Picture, Plan } from '../types';
import { estimateSeconds } from './estimateMoves';
import { measured, unionOf, type Move } from './listMoves';
import type { MoveCase, MoveRequest } from './moveCase';
import { refuseUnfitSource, refuseUnfitTarget } from './nameMaster';
import { openSlotsAmong, openSlotsTrouble } from './openSlotsAmong';
import { slotSteps } from './slotSteps';
import { warnOfMoves } from './warnOfMoves';

type SlotPlan = Omit<Plan, 'kind' | 'title'>;

/**
 * Steps, pictures and warnings of moves. Throws a PlanError when this is no time for them: `latencyUnreadable`, `sourceUnfit`,
 * `targetUnfit`, `noMajority`, `slotsDisputed`, `openSlots`, `clusterDown`.
 */
export function slotPlan(subject: MemberCase, moves: readonly Move[], request: MoveRequest): SlotPlan {
  const { latencyMilliseconds = 20, keepEmptied = true, measurements } = request;
  refuseLatency(latencyMilliseconds);
  refuseTroubled(subject, moves);
  const owned = ownedAfter(moves);
  const emptied = emptiedBy(moves, owned);
  const moveCase = { subject, moves, emptied, keepEmptied, latencyMilliseconds, measurements };
  const { warnings, ...pictures } = picture(moveCase, owned);
  const found = warnOfMoves(moveCase);
  return {
    formatVersion: 1,
    stateId: subject.topology.stateId,
    steps: slotSteps(moveCase),
    ...pictures,
    warnings: [...found.warnings, ...warnings],
    risk: found.risk,
    estimateSeconds: estimateSeconds(moves, latencyMilliseconds),
  };
}

function refuseLatency(latencyMilliseconds: number): void {
  if (Number.isFinite(latencyMilliseconds) && latencyMilliseconds >= 0) return;
  throw new PlanError('latencyUnreadable', `${latencyMilliseconds} is no bound for the latency of clients.`, {
    remedy: 'Give it in milliseconds, or 0 for no bound.',
  });
}

function refuseTroubled(subject: MemberCase, moves: readonly Move[]): void {
  const sources = [...new Set(moves.map(({ source }) => source))];
  const targets = [...new Set(moves.map(({ target }) => target))];
  for (const source of sources) refuseUnfitSource(source, subject);
  for (const target of targets) refuseUnfitTarget(target, subject);
  const touched = [...new Set([...sources, ...targets])];
  refuseUnsafe(subject, touched);
  // Wherever they are: the atomic engines begin nothing beside them, and what is half done comes first.
  const open = openSlotsAmong(subject.members);
  if (!open.isEmpty) {
    const { text, remedy } = openSlotsTrouble(open);
    throw new PlanError('openSlots', `Slots cannot move now: ${text}.`, { remedy });
  }
  // A server that calls the cluster down refuses MIGRATE and what it brings (getNodeByQuery, 7.0).
  const down = touched.find(({ clusterState }) => clusterState === 'fail');
  if (down)
    throw new PlanError('clusterDown', `${down.address} calls the cluster down, and refuses keys meanwhile.`, {
      node: down.address,
      remedy: 'See to it that all slots are served again; after a restart or a failover this passes within seconds.',
    });
}

/** Of the masters that give or get slots. */
function ownedAfter(moves: readonly Move[]): Map<ClusterNode, SlotSet> {
  const [given, taken] = [groupBy(moves, ({ source }) => source), groupBy(moves, ({ target }) => target)];
  const after = new Map<ClusterNode, SlotSet>();
  for (const [node, theirs] of given) after.set(node, node.slots.difference(unionOf(theirs)));
  for (const [node, theirs] of taken) after.set(node, (after.get(node) ?? node.slots).union(unionOf(theirs)));
  return after;
}

function emptiedBy(moves: readonly Move[], after: ReadonlyMap<ClusterNode, SlotSet>): MoveCase['emptied'] {
  const last = new Map(moves.map(move => [move.source, move]));
  return [...last]
    .filter(([master]) => after.get(master)!.isEmpty)
    .map(([master, move]) => ({ master, move, heir: move.target }));
}

function picture(
  { subject, emptied, keepEmptied, measurements }: MoveCase,
  owned: ReadonlyMap<ClusterNode, SlotSet>,
): Omit<ReturnType<typeof picturesOf>, 'before' | 'after'> & { before: Picture; after: Picture } {
  const slotsOf = (node: ClusterNode): SlotSet => owned.get(node) ?? node.slots;
  const fates = new Map<string, Fate>();
  for (const [{ id }, slots] of owned) fates.set(id, { role: 'master', slots: slots.toString() });
  if (!keepEmptied)
    for (const { master, heir } of emptied)
      for (const { id } of [master, ...replicasOf(subject, master)]) fates.set(id, { role: 'replica', master: heir });

  const { before, after, placement, warnings } = picturesOf(subject, [], fates);
  const votersChange = subject.members.some(
    node => node.role === 'master' && node.slots.isEmpty !== slotsOf(node).isEmpty,
  );
  const known = new Map(subject.members.map(node => [node.id, node]));
  const counted = ({ nodes }: Picture, slots: (node: ClusterNode) => SlotSet): Picture => ({
    nodes: nodes.map(node => {
      if (node.role !== 'master' || !measurements) return node;
      return { ...node, ...measured(slots(known.get(node.id)!), measurements) };
    }),
  });
  return {
    before: counted(before, ({ slots }) => slots),
    after: counted(after, slotsOf),
    // Who votes, and so what the loss of a host costs, is as it was otherwise.
    ...(votersChange && placement ? { placement } : {}),
    warnings,
  };
}
