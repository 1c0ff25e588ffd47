import type { Plan } from '../plan/types';
import { elapsed, keyOf, later, pastAct, without, type Memory, type Moment } from './memory';
import { isSound, type Sight } from './sight';
import { describeAct } from './describe';
import type { SupervisorAct, SupervisorSettings } from './types';

/** Until all views agree after an act. */
const VERIFY_MILLISECONDS = 60_000;
/** The last views of an act may come after the others. */
const ECHO_MILLISECONDS = 10_000;
const TEN_MINUTES = 600_000;
const KEPT_ACTS = 100;
const KEPT_TOMBSTONES = 100;

export function propose(memory: Memory, act: SupervisorAct, plan: Plan): Memory {
  return { ...without(memory, 'refusal'), proposal: { key: keyOf(act, memory), act, plan } };
}

/** A fail-back that is declined leaves the roles as they are; a node that was not replaced stays in trouble. */
export function decline(memory: Memory): Memory {
  const { proposal } = memory;
  if (!proposal) return memory;
  const { act, key } = proposal;
  const rest = without(memory, 'proposal');
  if (act.kind === 'balanceRoles') return without(rest, 'balanceDue');
  if (act.kind === 'replace') return { ...rest, declined: [...rest.declined, key].slice(-20) };
  return { ...rest, troubles: withoutTrouble(rest, act.subject.id) };
}

export function begin(memory: Memory, act: SupervisorAct, operationId: string, now: Moment): Memory {
  return { ...without(memory, 'proposal'), running: { act, operationId, since: now } };
}

/** The act could not begin; nothing was changed, and it is tried again. */
export function refuse(
  memory: Memory,
  act: SupervisorAct,
  why: { code: string; reason: string; remedy: string },
  now: Moment,
): Memory {
  const key = keyOf(act, memory);
  const since = memory.refusal?.key === key ? memory.refusal.since : now;
  return { ...without(memory, 'running', 'proposal'), refusal: { key, since, triedAt: now, ...why } };
}

export function complete(
  memory: Memory,
  settings: Pick<SupervisorSettings, 'balanceRoles' | 'failBacksPerTenMinutes' | 'coolDownSeconds'>,
  now: Moment,
): Memory {
  const { running } = memory;
  if (!running) return memory;
  const { act, since } = running;
  const done: Memory = { ...ended(memory, settings, now), verifying: { act, since: now } };
  switch (act.kind) {
    case 'balanceRoles':
      return without(done, 'balanceDue');
    case 'failBack':
      return countFailBacks(done, act, settings, now);
    case 'replace': {
      const { subject, spare } = act;
      const tombstone = { id: subject.id, address: subject.address, replacedBy: spare, atMilliseconds: since.wall };
      return {
        ...done,
        tombstones: [...done.tombstones, tombstone].slice(-KEPT_TOMBSTONES),
        troubles: withoutTrouble(done, subject.id),
        ...(settings.balanceRoles ? { balanceDue: now } : {}),
      };
    }
  }
}

/** Nothing is left to balance, so nothing was done. */
export function skipBalancing(memory: Memory): Memory {
  return without(memory, 'balanceDue', 'refusal', 'proposal');
}

/** `isForgotten`: a replace that failed late, when most nodes had forgotten the node already. */
export function fail(
  memory: Memory,
  why: { code: string; reason: string; remedy: string; isForgotten: boolean },
  settings: Pick<SupervisorSettings, 'coolDownSeconds'>,
  now: Moment,
): Memory {
  const { running } = memory;
  if (!running) return memory;
  const { act, since } = running;
  const { code, reason, remedy } = why;
  const failed: Memory = { ...ended(memory, settings, now), failure: { act, code, reason, remedy } };
  if (act.kind === 'balanceRoles') return without(failed, 'balanceDue');
  if (act.kind !== 'replace' || !why.isForgotten) return failed;
  const { subject, spare } = act;
  const tombstone = { id: subject.id, address: subject.address, replacedBy: spare, atMilliseconds: since.wall };
  return {
    ...failed,
    tombstones: [...failed.tombstones, tombstone].slice(-KEPT_TOMBSTONES),
    troubles: withoutTrouble(failed, subject.id),
  };
}

/** A person has seen to it: limits count anew, what failed or was declined may be tried again. */
export function acknowledge(memory: Memory, now: Moment): Memory {
  return {
    ...without(memory, 'failure', 'flapping', 'refusal'),
    declined: [],
    acknowledgedAtMilliseconds: now.wall,
  };
}

/** What became of the last act, as this look shows it. */
export function followOutcome(
  memory: Memory,
  sight: Sight,
  settings: Pick<SupervisorSettings, 'coolDownSeconds'>,
  now: Moment,
): Memory {
  const { verifying, failure } = memory;
  if (failure && isSituationOver(failure.act, sight)) return without(memory, 'failure');
  if (!verifying) return memory;
  const missing = whatIsUnsettled(verifying.act, sight);
  if (missing === undefined)
    return {
      ...without(memory, 'verifying'),
      echoUntil: later(now, ECHO_MILLISECONDS),
      coolDownUntil: later(now, settings.coolDownSeconds * 1000),
    };
  if (elapsed(verifying.since, now) < VERIFY_MILLISECONDS) return memory;
  const failed = {
    act: verifying.act,
    code: 'notVerified',
    reason: `It was done to ${describeAct(verifying.act)}, but ${missing} after ${VERIFY_MILLISECONDS / 1000} s.`,
    remedy: 'Check the cluster, then acknowledge.',
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
  if (act.kind === 'balanceRoles') return undefined;
  const [ref, role] = act.kind === 'failBack' ? [act.subject, 'master' as const] : [act.spare, 'replica' as const];
  const node = nodes.get(ref.id) ?? topology.nodes.find(({ address }) => address === ref.address);
  return node && isSound(node) && node.role === role ? undefined : `${ref.address} is not seen as a sound ${role}`;
}

function isSituationOver(act: SupervisorAct, { nodes }: Sight): boolean {
  if (act.kind === 'balanceRoles') return false;
  const node = nodes.get(act.subject.id);
  if (act.kind === 'replace') return !node || isSound(node);
  return !node || (isSound(node) && node.role === 'master' && !node.slots.isEmpty);
}

function ended(memory: Memory, { coolDownSeconds }: Pick<SupervisorSettings, 'coolDownSeconds'>, now: Moment): Memory {
  return {
    ...without(memory, 'running', 'refusal', 'proposal'),
    acts: [...memory.acts, pastAct(memory.running!)].slice(-KEPT_ACTS),
    echoUntil: later(now, ECHO_MILLISECONDS),
    coolDownUntil: later(now, coolDownSeconds * 1000),
  };
}

function countFailBacks(
  memory: Memory,
  { subject }: Extract<SupervisorAct, { kind: 'failBack' }>,
  { failBacksPerTenMinutes }: Pick<SupervisorSettings, 'failBacksPerTenMinutes'>,
  now: Moment,
): Memory {
  const since = Math.max(now.wall - TEN_MINUTES, memory.acknowledgedAtMilliseconds);
  const recent = memory.acts.filter(
    ({ kind, nodeId, atMilliseconds }) => kind === 'failBack' && nodeId === subject.id && atMilliseconds > since,
  );
  return recent.length >= failBacksPerTenMinutes ? { ...memory, flapping: subject } : memory;
}

function withoutTrouble({ troubles }: Memory, id: string): Memory['troubles'] {
  return Object.fromEntries(Object.entries(troubles).filter(([other]) => other !== id));
}
