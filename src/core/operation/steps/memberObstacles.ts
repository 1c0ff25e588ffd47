import type { FailoverObstacle } from '../../plan/failover/findObstacles';
import { joinSome, joinWords } from '../../plan/phrases';
import type { NodeRef } from '../../plan/types';
import { OperationError } from '../operationError';
import type { MembersSight } from './lookAtMembers';

/** Of those of `members` that are masters with slots, no majority answers here without being in doubt; undefined when one does. */
export function majorityObstacle(
  { topology }: MembersSight,
  members: readonly NodeRef[],
): FailoverObstacle | undefined {
  const known = new Set(members.map(({ id }) => id));
  const voters = topology.nodes.filter(({ id, role, slots }) => known.has(id) && role === 'master' && !slots.isEmpty);
  const able = voters.filter(({ reachable, status }) => reachable && status === 'ok');
  if (able.length * 2 > voters.length) return undefined;
  const missing = voters.filter(voter => !able.includes(voter)).map(({ address }) => address);
  return passing(
    'noMajority',
    `only ${able.length} of ${voters.length} masters answer and are in no doubt, which is no majority (${joinSome(missing)})`,
    'Bring masters back until a majority answers.',
  );
}

/** One that can be over in a few seconds by itself. `text` without a full stop, `remedy` a whole sentence. */
export function passing(code: string, text: string, remedy: string): FailoverObstacle {
  return { code, text, remedy, passes: true };
}

/** The error that names them all, with the code of the first. */
export function refuseChange(obstacles: readonly FailoverObstacle[]): OperationError {
  const what = joinWords(obstacles.map(({ text }) => text));
  return new OperationError(obstacles[0]!.code, `The members cannot change now: ${what}.`, {
    remedy: [...new Set(obstacles.map(({ remedy }) => remedy))].join(' '),
  });
}
