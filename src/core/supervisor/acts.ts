import type { Plan } from '../plan/types';
import { withBan, withoutBan } from './bans';
import { keyOf, later, pastActs, without, type Memory, type Moment } from './memory';
import { echoFrom } from './others';
import type { Fault } from './fault';
import type { PastAct, SupervisorAct, SupervisorSettings } from './types';

const TEN_MINUTES = 600_000;
const HOUR = 3_600_000;
const KEPT_TOMBSTONES = 100;

export function propose(memory: Memory, act: SupervisorAct, plan: Plan): Memory {
  return { ...without(memory, 'refusal'), proposal: { key: keyOf(act, memory), act, plan } };
}

/**
 * A fail-back that is declined leaves the roles as they are; a node that was not replaced stays in trouble; one that was not
 * forgotten again stays listed.
 */
export function decline(memory: Memory): Memory {
  const { proposal } = memory;
  if (!proposal) return memory;
  const { act, key } = proposal;
  const rest = without(memory, 'proposal');
  if (act.kind === 'balanceRoles') return without(rest, 'balanceDue');
  if (act.kind === 'forget') return withoutBan(rest, act.subject.id);
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

/** `banMilliseconds`: for how long the servers cannot take up again what they have forgotten. */
export function complete(
  memory: Memory,
  settings: Pick<SupervisorSettings, 'balanceRoles' | 'failBacksPerTenMinutes' | 'coolDownSeconds'>,
  now: Moment,
  banMilliseconds = 60_000,
): Memory {
  const { running } = memory;
  if (!running) return memory;
  const { act } = running;
  const done: Memory = { ...ended(memory, settings, now), verifying: { act, since: now } };
  switch (act.kind) {
    case 'forget':
      // The operation itself has looked at every node.
      return withBan(without(done, 'verifying'), act.subject.id, banMilliseconds, now);
    case 'balanceRoles':
      return without(done, 'balanceDue');
    case 'failBack':
      return countFailBacks(done, act, settings, now);
    case 'replace': {
      const buried = bury(done, running, banMilliseconds, now);
      return settings.balanceRoles ? { ...buried, balanceDue: now } : buried;
    }
  }
}

/** Nothing is left to balance, so nothing was done. */
export function skipBalancing(memory: Memory): Memory {
  return without(memory, 'balanceDue', 'refusal', 'proposal');
}

/**
 * `isForgotten`: a replace that failed late, when most nodes had forgotten the node already. Where it failed because of its
 * spare, everything is as before: another one is tried, each only once.
 */
export function fail(
  memory: Memory,
  why: Fault & { isForgotten: boolean; banMilliseconds?: number },
  settings: Pick<SupervisorSettings, 'coolDownSeconds'>,
  now: Moment,
): Memory {
  const { running } = memory;
  if (!running) return memory;
  const { act } = running;
  const { code, reason, remedy, node, isForgotten, banMilliseconds = 60_000 } = why;
  const over = ended(memory, settings, now);
  const failed: Memory = { ...over, failure: { act, code, reason, remedy, ...(node !== undefined && { node }) } };
  switch (act.kind) {
    case 'failBack':
      return failed;
    case 'balanceRoles':
      return without(failed, 'balanceDue');
    case 'forget':
      // It hurts nobody meanwhile: told, and tried again when the ban of those who forgot it is over.
      return withBan(over, act.subject.id, banMilliseconds, now);
    case 'replace': {
      if (isForgotten) return bury(failed, running, banMilliseconds, now);
      if (node !== act.spare.address) return failed;
      const { coolDownUntil } = memory;
      const unfitSpares = [...memory.unfitSpares, { ...act.spare, why: reason }];
      return { ...without(over, 'coolDownUntil'), ...(coolDownUntil && { coolDownUntil }), unfitSpares };
    }
  }
}

/** The cluster has forgotten what was replaced. */
function bury(memory: Memory, { act, since }: Running, banMilliseconds: number, now: Moment): Memory {
  if (act.kind !== 'replace') return memory;
  const { subject, spare } = act;
  const tombstone = { id: subject.id, address: subject.address, replacedBy: spare, atMilliseconds: since.wall };
  const buried = {
    ...memory,
    tombstones: [...memory.tombstones, tombstone].slice(-KEPT_TOMBSTONES),
    troubles: withoutTrouble(memory, subject.id),
  };
  return withBan(buried, subject.id, banMilliseconds, now);
}

type Running = NonNullable<Memory['running']>;

/** A person has seen to it: limits count anew, and what failed may be tried again. */
export function acknowledge(memory: Memory): Memory {
  return { ...without(memory, 'failure', 'flapping', 'refusal'), acts: [], unfitSpares: [] };
}

/** What was declined is proposed again if it is still needed. */
export function askAgain(memory: Memory): Memory {
  return { ...memory, declined: [] };
}

/**
 * Acts of the last hour that count for the limits: all that began, whatever became of them. One that is dated later, the
 * clock was set back, counts until a person has seen to it.
 */
export function recentActs({ acts }: Pick<Memory, 'acts'>, now: Moment): readonly PastAct[] {
  return acts.filter(({ atMilliseconds }) => atMilliseconds > now.wall - HOUR);
}

function ended(memory: Memory, { coolDownSeconds }: Pick<SupervisorSettings, 'coolDownSeconds'>, now: Moment): Memory {
  const over = {
    ...without(memory, 'running', 'refusal', 'proposal'),
    acts: [...recentActs(memory, now), ...pastActs(memory)],
    echoUntil: echoFrom(now),
  };
  // A dead node that is forgotten once more must not keep a failure waiting.
  return memory.running?.act.kind === 'forget' ? over : { ...over, coolDownUntil: later(now, coolDownSeconds * 1000) };
}

function countFailBacks(
  memory: Memory,
  { subject }: Extract<SupervisorAct, { kind: 'failBack' }>,
  { failBacksPerTenMinutes }: Pick<SupervisorSettings, 'failBacksPerTenMinutes'>,
  now: Moment,
): Memory {
  const since = now.wall - TEN_MINUTES;
  const recent = memory.acts.filter(
    ({ kind, nodeId, atMilliseconds }) => kind === 'failBack' && nodeId === subject.id && atMilliseconds > since,
  );
  return recent.length >= failBacksPerTenMinutes ? { ...memory, flapping: subject } : memory;
}

function withoutTrouble({ troubles }: Memory, id: string): Memory['troubles'] {
  return Object.fromEntries(Object.entries(troubles).filter(([other]) => other !== id));
}
