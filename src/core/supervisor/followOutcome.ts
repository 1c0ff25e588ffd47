import { describeAct } from './describe';
import { elapsed, later, without, type Memory, type Moment } from './memory';
import { echoFrom } from './others';
import { isSound, type Sight } from './sight';
import type { SupervisorAct, SupervisorSettings } from './types';

/** Until all views agree after an act. */
const VERIFY_MILLISECONDS = 60_000;

/** What became of the last act, as this look shows it. */
export function followOutcome(
  memory: Memory,
  sight: Sight,
  settings: Pick<SupervisorSettings, 'coolDownSeconds'>,
  now: Moment,
): Memory {
  const { verifying, failure } = memory;
  if (failure && isSituationOver(failure.act, sight)) return without(memory, 'failure');
  if (failure) return followLoss(memory, failure, sight);
  if (!verifying) return memory;
  const missing = whatIsUnsettled(verifying.act, sight);
  if (missing === undefined)
    return {
      ...without(memory, 'verifying'),
      echoUntil: echoFrom(now),
      coolDownUntil: later(now, settings.coolDownSeconds * 1000),
    };
  if (elapsed(verifying.since, now) < VERIFY_MILLISECONDS) return memory;
  const failed = {
    act: verifying.act,
    code: 'notVerified',
    reason: `It was done to ${describeAct(verifying.act)}, but ${missing} after ${VERIFY_MILLISECONDS / 1000} s.`,
    remedy: 'Check the cluster, then let the supervisor go on.',
  };
  return { ...without(memory, 'verifying', 'balanceDue'), failure: failed };
}

function whatIsUnsettled(act: SupervisorAct, sight: Sight): string | undefined {
  const { topology, members, nodes } = sight;
  const ids = new Set(members.map(({ id }) => id));
  const dispute = topology.disagreements.find(
    ({ kind, nodeIds }) => (kind === 'role' || kind === 'slotOwner') && nodeIds.every(id => ids.has(id)),
  );
  if (dispute) return `the nodes do not agree (${dispute.text.replace(/\.$/, '')})`;
  const unwell = members.find(({ reachable, clusterState }) => reachable && clusterState !== 'ok');
  if (unwell) return `${unwell.address} calls the cluster not ok`;
  if (act.kind === 'balanceRoles' || act.kind === 'forget') return undefined;
  const [ref, role] = act.kind === 'failBack' ? [act.subject, 'master' as const] : [act.spare, 'replica' as const];
  const node = nodes.get(ref.id) ?? topology.nodes.find(({ address }) => address === ref.address);
  // The spare may have been elected since: then its shard has lost another master, and that is a new case.
  const isElected = act.kind === 'replace' && node?.slots.isEmpty === false;
  return node && isSound(node) && (node.role === role || isElected)
    ? undefined
    : `${ref.address} is not seen as a sound ${role}`;
}

/** What failed because another node was lost meanwhile may be tried again when that node is back. */
function followLoss(memory: Memory, failure: NonNullable<Memory['failure']>, { members }: Sight): Memory {
  const { act, node: address, wasLost } = failure;
  const node = members.find(member => member.address === address);
  if (act.kind !== 'replace' || !node || node.id === act.subject.id || node.id === act.spare.id) return memory;
  if (!isSound(node)) return { ...memory, failure: { ...failure, wasLost: true } };
  return wasLost ? without(memory, 'failure') : memory;
}

function isSituationOver(act: SupervisorAct, { nodes }: Sight): boolean {
  if (act.kind === 'balanceRoles' || act.kind === 'forget') return false;
  const node = nodes.get(act.subject.id);
  if (act.kind === 'replace') return !node || isSound(node);
  return !node || (isSound(node) && node.role === 'master' && !node.slots.isEmpty);
}
