import { clockText } from '../topology/wording';
import type { SupervisorAct, SupervisorState } from './types';

/** Goes on after "Would " or "It was declined to "; no full stop. */
export function describeAct(act: SupervisorAct): string {
  switch (act.kind) {
    case 'failBack':
      return `give ${act.subject.address} its role back as the master of ${slotsText(act.subject.slots)}`;
    case 'replace':
      return `replace ${act.subject.address} by ${act.spare.address}`;
    case 'forget':
      return `make all nodes forget ${act.subject.address} again, which was replaced and is listed once more`;
    case 'balanceRoles':
      return 'balance the roles over the hosts';
  }
}

/** What the supervisor does now and why, whole sentences. */
export function describeState(state: SupervisorState): string {
  switch (state.kind) {
    case 'off':
      return 'The supervisor is off.';
    case 'observing':
      return `It looks anew before it may act; ${state.looksToGo} more ${state.looksToGo === 1 ? 'look' : 'looks'}.`;
    case 'healthy':
      return 'Nothing needs to be healed.';
    case 'suspect':
      return state.viewers === 0
        ? `${state.subject.address} does not answer here; no other node misses it yet.`
        : `${state.subject.address} is in doubt: ${state.viewers} of ${state.of} nodes cannot reach it. The cluster has not decided.`;
    case 'failed':
      return `${state.subject.address} failed, as the cluster agrees${state.subject.slots === '' ? '' : `; it served ${slotsText(state.subject.slots)}`}.`;
    case 'grace':
      return `${state.subject.address} failed; it has until ${clockText(state.untilMilliseconds)} to come back.`;
    case 'returned':
      return `${state.subject.address} is back: it waits until ${state.waitsFor}.`;
    case 'asking':
      return `It proposes to ${describeAct(state.act)} and waits for an answer.`;
    case 'acting':
      return `It is about to ${describeAct(state.act)}.`;
    case 'verifying':
      return `It was done to ${describeAct(state.act)}; it waits until all nodes agree.`;
    case 'coolDown':
      return `It rests until ${clockText(state.untilMilliseconds)} before it may act again.`;
    case 'blocked':
      return [state.reason, state.remedy].filter(Boolean).join(' ');
  }
}

/** Equal while a person would call it the same state. */
export function stateName(state: SupervisorState): string {
  const act = 'act' in state ? state.act : undefined;
  const subject = 'subject' in state ? state.subject : act && 'subject' in act ? act.subject : undefined;
  return [state.kind, act?.kind, subject?.id, state.kind === 'blocked' ? state.code : ''].join(' ');
}

function slotsText(slots: string): string {
  return slots === '' ? 'its shard' : `the slots ${slots}`;
}
