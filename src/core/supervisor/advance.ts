import type { ClusterNode } from '../topology/types';
import { followBans, takenUpAgain } from './bans';
import { whatIsMissing } from './candidate';
import { describeAct } from './describe';
import { followOutcome } from './followOutcome';
import { isAskedFor, judgeGuards, remedyOf, spareFor, type Judged, type Need } from './guards';
import { elapsed, hasCome, keyOf, startAfresh, without, type Memory, type Moment, type Trouble } from './memory';
import { noteOthers } from './others';
import { healthyMaster, isSound, sightOf, type Observation, type Sight } from './sight';
import { followTombstones, replacedIds } from './tombstones';
import { followTroubles } from './troubles';
import type { Guard, SupervisorAct, SupervisorEvent, SupervisorSettings, SupervisorState } from './types';

export interface Advance {
  memory: Memory;
  state: SupervisorState;
  guards: readonly Guard[];
  events: readonly SupervisorEvent[];
  /** To be done now: all guards passed. In mode `ask`: to be proposed. */
  wants?: SupervisorAct;
  /** A look is wanted so soon, whatever the monitor's pace. */
  lookInMilliseconds?: number;
}

/** Shorter blindness is a look that failed; what happened during a longer one was not seen. */
const LONGEST_BLINDNESS_MILLISECONDS = 3000;
/** Until a node that is back has caught up; longer while it loads or copies data. */
const RETURN_MILLISECONDS = 120_000;
const RETURN_WITH_DATA_MILLISECONDS = 1_800_000;
/** What keeps a plan from being made or begun mostly passes within seconds after a failover. */
const REFUSAL_MILLISECONDS = 60_000;
/** Roles that could not be balanced after a replace in that time are left as they are. */
const BALANCE_MILLISECONDS = 600_000;
const BUSY_LOOK_MILLISECONDS = 500;

/** One step of the supervisor: what it knew and what is seen now make what it knows, shows and wants. Pure. */
export function advance(before: Memory, seen: Observation, settings: SupervisorSettings, now: Moment): Advance {
  const sight = sightOf(seen.topology, replacedIds(before));
  const isBlind = !sight.isMajoritySeen || sight.voters.length === 0 || seen.circumstances.lookError !== undefined;
  const looked = look(before, seen, isBlind, now);
  const told = followTombstones(looked, seen, now);
  let { memory, events } = told;
  if (!isBlind && seen.isNewLook) {
    // What is different from the looks before these happened at any time, and nobody here saw how.
    const isFresh = before.looksToGo > 0 || looked.looksToGo > 0;
    const comparable = { ...seen, afterPause: seen.afterPause || isFresh };
    memory = followTroubles(memory, sight, comparable, settings, now);
    memory = noteOthers(memory, comparable, settings, now);
    memory = followOutcome(memory, sight, settings, now);
    const bans = followBans(memory, sight, seen, now);
    memory = bans.memory;
    events = [...events, ...bans.events];
  }
  const situation = { memory, sight, seen, settings, now };
  const need = needOf(situation);
  const judged: Judged = { ...situation, ...(need ? { need } : {}) };
  const guards = judgeGuards(judged);
  return conclude(judged, guards, isBlind, events);
}

function look(before: Memory, { afterPause, isNewLook }: Observation, isBlind: boolean, now: Moment): Memory {
  if (isBlind) return { ...before, blindSince: before.blindSince ?? now };
  const wasBlind = before.blindSince && elapsed(before.blindSince, now) > LONGEST_BLINDNESS_MILLISECONDS;
  const memory = wasBlind || afterPause ? startAfresh(before) : without(before, 'blindSince');
  return isNewLook ? { ...memory, looksToGo: Math.max(0, memory.looksToGo - 1) } : memory;
}

type Situation = Omit<Judged, 'need'>;

/** What is due, as far as time and the node itself decide it. */
function needOf({ memory, sight, seen, now }: Situation): Need | undefined {
  if (memory.running || memory.verifying) return undefined;
  for (const trouble of byUrgency(memory)) {
    const need = needOfTrouble(trouble, sight);
    if (need) return need;
  }
  const { balanceDue } = memory;
  // What can be done at leisure must not come before, nor make rest, what is needed.
  const isCalm = Object.keys(memory.troubles).length === 0 && sight.members.every(isUndoubted);
  if (!isCalm) return undefined;
  if (balanceDue && elapsed(balanceDue, now) < BALANCE_MILLISECONDS) return { kind: 'balanceRoles' };
  const subject = takenUpAgain(memory, sight, seen, now);
  return subject && { kind: 'forget', subject };
}

function isUndoubted({ status }: ClusterNode): boolean {
  return status === 'ok' || status === 'spare';
}

function needOfTrouble(trouble: Trouble, sight: Sight): Need | undefined {
  const node = sight.nodes.get(trouble.subject.id);
  if (!node) return undefined;
  if (node.reachable) {
    const isReady =
      trouble.getsRoleBack && whatIsMissing(node, healthyMaster(sight, trouble.shardId), sight) === undefined;
    return isReady ? { kind: 'failBack', trouble } : undefined;
  }
  return trouble.graceOver ? { kind: 'replace', trouble } : undefined;
}

function byUrgency({ troubles }: Memory): Trouble[] {
  return Object.values(troubles).sort(
    (a, b) => Number(b.wasMaster) - Number(a.wasMaster) || a.failedAt.monotonic - b.failedAt.monotonic,
  );
}

function conclude(judged: Judged, guards: readonly Guard[], isBlind: boolean, events: SupervisorEvent[]): Advance {
  const { memory, now } = judged;
  const held = whatHolds(judged, guards, isBlind);
  if (held) return { memory, guards, events, ...held };
  if (!judged.need) return { memory, guards, events, ...withoutNeed(judged) };

  const asked = guards.filter(({ code, passed }) => !passed && isAskedFor(code, judged.need!.kind));
  const act = actOf(judged);
  const key = act && keyOf(act, memory);
  const [fault] = asked;
  if (fault?.code === 'notPaused' && act && key !== undefined) {
    const said = memory.said.includes(key);
    const text = `Would ${describeAct(act)}.`;
    return {
      memory: said ? memory : { ...memory, said: [...memory.said, key].slice(-20) },
      guards,
      events: said ? events : [...events, { atMilliseconds: now.wall, kind: 'wouldAct', text }],
      state: { kind: 'blocked', code: 'notPaused', reason: `${text} ${fault.text}`, remedy: remedyOf('notPaused') },
    };
  }
  if (fault || !act || key === undefined) return { memory, guards, events, ...blockedBy(fault, memory) };
  if (memory.declined.includes(key)) {
    const reason = `It was declined to ${describeAct(act)}.`;
    const state = blocked('declined', reason, 'Let it ask again, or see to the node by hand.');
    return { memory, guards, events, state };
  }
  return { memory, guards, events, wants: act, ...wanting(judged, act, key) };
}

type Shown = Pick<Advance, 'state' | 'lookInMilliseconds'>;

/** What comes before any trouble. */
function whatHolds({ memory, seen }: Judged, guards: readonly Guard[], isBlind: boolean): Shown | undefined {
  const { running, verifying, failure, flapping, looksToGo } = memory;
  const stop = (code: Guard['code']): Shown => {
    const { text } = guards.find(guard => guard.code === code)!;
    return { state: blocked(code, text, remedyOf(code)) };
  };
  if (running) return { state: { kind: 'acting', act: running.act, operationId: running.operationId } };
  if (isBlind) return stop('majorityVisible');
  if (!seen.circumstances.lease.held) return stop('oneSupervisor');
  if (looksToGo > 0) return { state: { kind: 'observing', looksToGo }, lookInMilliseconds: BUSY_LOOK_MILLISECONDS };
  if (verifying)
    return { state: { kind: 'verifying', act: verifying.act }, lookInMilliseconds: BUSY_LOOK_MILLISECONDS };
  if (failure) return { state: blocked(failure.code, failure.reason, failure.remedy) };
  if (flapping) return stop('notFlapping');
  if (!guards.find(({ code }) => code === 'oneFailureAtATime')!.passed) return stop('oneFailureAtATime');
  return undefined;
}

/** Nothing is due: somebody is waited for, or all is well. */
function withoutNeed(judged: Judged): Shown {
  const { memory, sight, now } = judged;
  const [trouble] = byUrgency(memory);
  if (trouble) return waiting(trouble, judged);
  const doubted = sight.members.find(node => !isSound(node));
  if (doubted) {
    const { id, address, slots, suspectedBy, seenBy } = doubted;
    const subject = { id, address, slots: slots.toString() };
    return {
      state: { kind: 'suspect', subject, viewers: suspectedBy.length, of: seenBy.length },
      lookInMilliseconds: BUSY_LOOK_MILLISECONDS,
    };
  }
  const { coolDownUntil } = memory;
  if (coolDownUntil && !hasCome(coolDownUntil, now))
    return {
      state: { kind: 'coolDown', untilMilliseconds: coolDownUntil.wall },
      lookInMilliseconds: coolDownUntil.monotonic - now.monotonic,
    };
  return { state: { kind: 'healthy' } };
}

function waiting(trouble: Trouble, { sight, now }: Judged): Shown {
  const { subject, shardId, graceUntil, answeredAt } = trouble;
  const lookInMilliseconds = Math.max(0, Math.min(BUSY_LOOK_MILLISECONDS, graceUntil.monotonic - now.monotonic));
  const node = sight.nodes.get(subject.id);
  const master = healthyMaster(sight, shardId);
  if (!node?.reachable) {
    if (!master) return { state: { kind: 'failed', subject }, lookInMilliseconds };
    if (!hasCome(graceUntil, now))
      return { state: { kind: 'grace', subject, untilMilliseconds: graceUntil.wall }, lookInMilliseconds };
  }
  const waitsFor = (node && whatIsMissing(node, master, sight)) ?? `${subject.address} is settled`;
  const limit = node?.info?.loading || node?.info?.syncing ? RETURN_WITH_DATA_MILLISECONDS : RETURN_MILLISECONDS;
  const since = answeredAt ?? graceUntil;
  if (elapsed(since, now) < limit)
    return { state: { kind: 'returned', subject, waitsFor }, lookInMilliseconds: BUSY_LOOK_MILLISECONDS };
  const reason = `${subject.address} has been back for ${Math.round(elapsed(since, now) / 60_000)} min, and it still waits until ${waitsFor}.`;
  return { state: blocked('candidateInSync', reason, remedyOf('candidateInSync')) };
}

function actOf(judged: Judged): SupervisorAct | undefined {
  const { need } = judged;
  if (!need) return undefined;
  if (need.kind === 'balanceRoles') return { kind: 'balanceRoles' };
  if (need.kind === 'forget') return need;
  const { subject } = need.trouble;
  if (need.kind === 'failBack') return { kind: 'failBack', subject };
  const { spare } = spareFor(judged);
  return spare && { kind: 'replace', subject, spare };
}

function blockedBy(fault: Guard | undefined, { coolDownUntil }: Memory): Shown {
  if (fault?.code === 'coolDown' && coolDownUntil)
    return {
      state: { kind: 'coolDown', untilMilliseconds: coolDownUntil.wall },
      lookInMilliseconds: BUSY_LOOK_MILLISECONDS,
    };
  const { code, text } = fault ?? { code: 'spareAvailable' as const, text: 'There is no spare.' };
  return { state: blocked(code, text, remedyOf(code)) };
}

/** All guards passed; until the operation runs, or a person has decided. */
function wanting({ memory, now }: Judged, act: SupervisorAct, key: string): Shown {
  const { refusal, proposal } = memory;
  const lookInMilliseconds = 2 * BUSY_LOOK_MILLISECONDS;
  if (refusal?.key === key) {
    const mayPass = act.kind === 'failBack' && elapsed(refusal.since, now) < REFUSAL_MILLISECONDS;
    return {
      state: mayPass
        ? { kind: 'returned', subject: act.subject, waitsFor: `this is over: ${refusal.reason}` }
        : blocked(refusal.code, refusal.reason, refusal.remedy),
      lookInMilliseconds,
    };
  }
  if (proposal?.key === key) return { state: { kind: 'asking', act: proposal.act, plan: proposal.plan } };
  switch (act.kind) {
    case 'failBack':
      return {
        state: { kind: 'returned', subject: act.subject, waitsFor: 'the failover back is planned' },
        lookInMilliseconds,
      };
    case 'replace': {
      const untilMilliseconds = memory.troubles[act.subject.id]?.graceUntil.wall ?? now.wall;
      return { state: { kind: 'grace', subject: act.subject, untilMilliseconds }, lookInMilliseconds };
    }
    case 'forget':
      return { state: { kind: 'healthy' }, lookInMilliseconds };
    case 'balanceRoles':
      return {
        state: { kind: 'coolDown', untilMilliseconds: memory.coolDownUntil?.wall ?? now.wall },
        lookInMilliseconds,
      };
  }
}

function blocked(code: string, reason: string, remedy: string): SupervisorState {
  return { kind: 'blocked', code, reason, remedy };
}
