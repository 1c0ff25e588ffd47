import type { ClusterNode, Topology } from '../topology/types';
import { memberCase } from './members/memberCase';
import { count } from './phrases';
import { PlanError } from './planError';
import { balanceAim, type BalanceSlotsRequest, type SlotAim } from './slots/balanceAim';
import { balanceOf, evenOut } from './slots/evenOut';
import { listMoves } from './slots/listMoves';
import { ownersOf, type Owners } from './slots/owners';
import { slotPlan } from './slots/slotPlan';
import type { Plan } from './types';

/**
 * Plans that every master has its share of the slots, or of what they hold. By slots each is less than 1 from its exact
 * share and no fewer slots could move; by keys, memory or load each is within the measure of the largest slot. A master only
 * gives what it has too much, to at most as many pairs (by slots) as there are masters less one, with ranges kept
 * together as far as that goes.
 *
 * Throws a PlanError, which says what would make it possible: `alreadyBalanced`, `measurementsNeeded`, `unknownNodes`,
 * `ambiguousName`, `duplicateNodes`, `weightUnreadable`, `thresholdUnreadable`, `notMaster`, `notInCluster`, `noCluster`,
 * `noTarget`, `engineUnavailable`, and what `slotPlan` throws.
 */
export function planBalanceSlots(topology: Topology, request: BalanceSlotsRequest = {}): Plan {
  const subject = memberCase(topology);
  const masters = subject.members.filter(({ role }) => role === 'master');
  const aim = balanceAim(subject, masters, request);
  const before = ownersOf(masters);
  const after = evenOut(before, aim);
  if (!after) throw alreadyBalanced(before, aim, masters);

  const moves = listMoves(masters, before, after, request);
  const slots = moves.reduce((sum, move) => sum + move.slots.count, 0);
  const plan = slotPlan(subject, moves, request);
  return {
    kind: 'balanceSlots',
    title: `Balance ${aim.what} over ${count(aim.weights.filter(weight => weight).length, 'master')}: move ${count(slots, 'slot')}`,
    ...plan,
    warnings: [...aim.warnings, ...plan.warnings],
  };
}

function alreadyBalanced(owners: Owners, aim: SlotAim, masters: readonly ClusterNode[]): PlanError {
  const balances = balanceOf(owners, aim);
  const off = balances
    .map(({ share, held }, index) => ({ part: share > 0 ? Math.abs(held - share) / share : 0, node: masters[index]! }))
    .reduce((worst, each) => (each.part > worst.part ? each : worst));
  const how = `${off.node.address} is farthest from its share, by ${(off.part * 100).toFixed(1)} %`;
  const hasSpares = masters.some((_, index) => aim.weights[index] === undefined);
  return new PlanError(
    'alreadyBalanced',
    off.part === 0
      ? `The masters have exactly their shares of ${aim.what} already.`
      : `The masters are as even by ${aim.what} as was asked for, or as whole slots allow: ${how}.`,
    {
      remedy: hasSpares
        ? 'There is nothing to do. Masters without slots take part when they are included.'
        : 'There is nothing to do. A smaller threshold asks for more.',
    },
  );
}
