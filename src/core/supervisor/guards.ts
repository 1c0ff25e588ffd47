import type { ClusterNode } from '../topology/types';
import { count, listNames, nodeName, slotsText } from '../topology/wording';
import { SlotSet } from '../topology/slotSet';
import { recentActs } from './acts';
import { whatIsMissing } from './candidate';
import { hasCome, type Memory, type Moment, type Trouble } from './memory';
import { healthyMaster, type Observation, type Sight } from './sight';
import { chooseSpare, type SpareChoice } from './spares';
import type { Guard, GuardCode, Subject, SupervisorAct, SupervisorSettings } from './types';

/** What is wanted of the guards: the act that is due, and about whom. */
export type Need =
  { kind: 'failBack' | 'replace'; trouble: Trouble } | { kind: 'forget'; subject: Subject } | { kind: 'balanceRoles' };

export interface Judged {
  memory: Memory;
  sight: Sight;
  seen: Observation;
  settings: SupervisorSettings;
  now: Moment;
  /** Absent when nothing is due. */
  need?: Need;
}

/** All conditions of acting, in the order of GuardCode, passed or not; also when nothing is due. */
export function judgeGuards(judged: Judged): Guard[] {
  return [
    oneSupervisor(judged),
    clockSteady(judged),
    majorityVisible(judged),
    twoViewersBesidesOwnPing(judged),
    oneFailureAtATime(judged),
    clusterCovered(judged),
    noOperationRunning(judged),
    noSlotsMoving(judged),
    rolesUnchangedByOthers(judged),
    notAnswering(judged),
    spareAvailable(judged),
    candidateInSync(judged),
    notFlapping(judged),
    actsPerHour(judged),
    coolDown(judged),
    notPaused(judged),
  ];
}

/** The guards an act has to pass; the others are only shown. */
export function isAskedFor(code: GuardCode, kind: SupervisorAct['kind']): boolean {
  return !NOT_ASKED[kind].includes(code);
}

const NOT_ASKED: Record<SupervisorAct['kind'], readonly GuardCode[]> = {
  failBack: ['twoViewersBesidesOwnPing', 'notAnswering', 'spareAvailable'],
  replace: ['candidateInSync'],
  // The cluster agreed that it failed when it was replaced.
  forget: ['twoViewersBesidesOwnPing', 'spareAvailable', 'candidateInSync', 'notFlapping'],
  // Part of the act before it, which passed them.
  balanceRoles: [
    'twoViewersBesidesOwnPing',
    'notAnswering',
    'spareAvailable',
    'candidateInSync',
    'notFlapping',
    'actsPerHour',
    'coolDown',
  ],
};

/** What to do about a guard that fails, whole sentences. */
export function remedyOf(code: GuardCode): string {
  return REMEDIES[code];
}

const REMEDIES: Record<GuardCode, string> = {
  oneSupervisor: 'Stop supervising there if it shall be done here.',
  clockSteady: 'Nothing needs to be done: it looks anew first.',
  majorityVisible:
    'Check the network between this machine and the nodes. If the masters are really down, start them: without a majority nothing can be elected, and nothing is done here. One that keeps nothing on disk comes back empty, and its replicas copy that: fail over to one of them first.',
  twoViewersBesidesOwnPing: 'Wait until more nodes have seen it, or see to the node by hand.',
  oneFailureAtATime: 'Start what can be started, or replace the nodes by hand, one after the other.',
  clusterCovered:
    'Start the failed node, or another one of its shard, so that its slots are served; a master that keeps nothing on disk comes back empty, and its replicas copy that. If its data is lost, promote a replica by force or let another master take the slots: that can lose data and is never done unattended.',
  noOperationRunning: 'Wait until it has ended; one that was interrupted has to be resumed or rolled back.',
  noSlotsMoving: 'Finish the move of slots or roll it back.',
  rolesUnchangedByOthers:
    'Wait: it goes on a few seconds after an operation, or when others have been quiet for the cool-down.',
  notAnswering: 'Check the network between the nodes, above all the cluster bus port, or restart the node.',
  spareAvailable:
    'Add a spare: an empty server of the same version, on a host without the master of that shard. One that was refused is tried again when the supervisor is let go on.',
  candidateInSync: 'Look at the log of the node; when it has caught up, its role can be given back by hand, too.',
  notFlapping: 'Find out why the node comes and goes, then let the supervisor go on.',
  actsPerHour: 'Look at what happened, then let the supervisor go on.',
  coolDown: 'Wait, or act by hand.',
  notPaused: 'Choose the mode "ask" or "act" if it shall do more than tell.',
};

function guard(code: GuardCode, passed: boolean, text: string): Guard {
  return { code, passed, text };
}

function oneSupervisor({ seen }: Judged): Guard {
  const { lease } = seen.circumstances;
  return guard('oneSupervisor', lease.held, lease.text);
}

function clockSteady({ memory }: Judged): Guard {
  const { looksToGo } = memory;
  const text =
    looksToGo === 0
      ? 'The clock runs steadily, and all was seen freshly.'
      : `It has just started, or the machine stood still: ${count(looksToGo, 'more look')} first.`;
  return guard('clockSteady', looksToGo === 0, text);
}

function majorityVisible({ sight, seen }: Judged): Guard {
  const { lookError } = seen.circumstances;
  const { voters, votersHeard, isMajoritySeen } = sight;
  if (lookError !== undefined)
    return guard('majorityVisible', false, `This machine cannot see a majority of the masters: ${lookError}`);
  if (voters.length === 0) return guard('majorityVisible', false, 'No cluster with slots is seen.');
  const heard = `${votersHeard.length} of ${count(voters.length, 'master')} ${votersHeard.length === 1 ? 'answers' : 'answer'} here`;
  return guard(
    'majorityVisible',
    isMajoritySeen,
    isMajoritySeen
      ? `${heard}, which is a majority.`
      : `This machine cannot see a majority: ${heard}. Perhaps it is this machine.`,
  );
}

function twoViewersBesidesOwnPing({ need, sight }: Judged): Guard {
  const code = 'twoViewersBesidesOwnPing';
  if (need?.kind !== 'replace') return guard(code, true, 'No node is to be replaced.');
  const { id, address } = need.trouble.subject;
  const viewers = sight.nodes.get(id)?.failedBy.filter(viewer => viewer !== id).length ?? 0;
  return guard(
    code,
    viewers >= 2,
    `${count(viewers, 'node')} besides this machine ${viewers === 1 ? 'says' : 'say'} that ${address} failed.`,
  );
}

function oneFailureAtATime({ sight, memory }: Judged): Guard {
  const { failed, members } = sight;
  const masters = failed.filter(({ id, slots }) => memory.troubles[id]?.wasMaster ?? !slots.isEmpty);
  const names = listNames(failed.map(nodeName));
  const tooMany = failed.length * 3 > members.length;
  if (masters.length > 1)
    return guard(
      'oneFailureAtATime',
      false,
      `${masters.length} masters failed at once: ${listNames(masters.map(nodeName))}.`,
    );
  const text =
    failed.length === 0 ? 'No node failed.' : `${failed.length} of ${count(members.length, 'node')} failed: ${names}.`;
  return guard('oneFailureAtATime', !tooMany, tooMany ? `More than a third of the nodes: ${text}` : text);
}

function clusterCovered({ sight, need }: Judged): Guard {
  const code = 'clusterCovered';
  const served = sight.voters
    .filter(({ status }) => status !== 'failed')
    .reduce((all, { slots }) => all.union(slots), SlotSet.empty);
  const lost = SlotSet.all.difference(served);
  if (!lost.isEmpty) {
    const verb = lost.count === 1 ? 'has' : 'have';
    return guard(
      code,
      false,
      `The ${slotsText(lost)} ${verb} no master that serves ${lost.count === 1 ? 'it' : 'them'}, and no replica was promoted.`,
    );
  }
  if (need && 'trouble' in need && !healthyMaster(sight, need.trouble.shardId))
    return guard(code, false, `The shard of ${need.trouble.subject.address} has no master that is well.`);
  return guard(code, true, 'Every slot has a master that serves it.');
}

function noOperationRunning({ seen }: Judged): Guard {
  const [first, ...more] = seen.circumstances.operations.map(operation => operation.text);
  const text =
    first === undefined ? 'No other operation works on these nodes.' : [first, ...more].slice(0, 3).join(' ');
  return guard('noOperationRunning', first === undefined, text);
}

function noSlotsMoving({ sight }: Judged): Guard {
  const moving = sight.members.filter(({ openSlots }) => openSlots.length > 0);
  const slots = new Set(moving.flatMap(({ openSlots }) => openSlots.map(({ slot }) => slot)));
  const text =
    moving.length === 0
      ? 'No slot is being moved.'
      : `${count(slots.size, 'slot')} ${slots.size === 1 ? 'is' : 'are'} being moved, as ${listNames(moving.map(nodeName))} ${moving.length === 1 ? 'says' : 'say'}.`;
  return guard('noSlotsMoving', moving.length === 0, text);
}

function rolesUnchangedByOthers({ memory, now }: Judged): Guard {
  const { standBack } = memory;
  const isQuiet = !standBack || hasCome(standBack.until, now);
  const text = isQuiet ? 'Nobody else changes roles or slots.' : standBack.text;
  return guard('rolesUnchangedByOthers', isQuiet, text);
}

function notAnswering({ need, sight }: Judged): Guard {
  const code = 'notAnswering';
  if (need?.kind === 'forget') return guard(code, true, `${need.subject.address} does not answer here.`);
  if (need?.kind !== 'replace') return guard(code, true, 'No node is to be replaced.');
  const { id, address } = need.trouble.subject;
  const node = sight.nodes.get(id);
  if (node?.reachable)
    return guard(code, false, `${address} answers here, though the others call it failed: it is not replaced.`);
  const isFailed = sight.failed.some(failed => failed.id === id);
  return guard(
    code,
    isFailed,
    isFailed ? `${address} does not answer here either.` : `The others no longer call ${address} failed.`,
  );
}

function spareAvailable(judged: Judged): Guard {
  const { spare, text } = spareFor(judged);
  return guard('spareAvailable', spare !== undefined, text);
}

/** The spare for what is due, or any when nothing is. */
export function spareFor({ need, sight, seen, memory, settings }: Judged): SpareChoice {
  const trouble = need && 'trouble' in need ? need.trouble : undefined;
  const master: ClusterNode | undefined = trouble && healthyMaster(sight, trouble.shardId);
  const failed = trouble && sight.nodes.get(trouble.subject.id);
  return chooseSpare(sight, seen.topology, memory, settings, master, failed);
}

function candidateInSync({ need, sight }: Judged): Guard {
  const code = 'candidateInSync';
  if (need?.kind !== 'failBack') return guard(code, true, 'No node is to get its role back.');
  const { subject, shardId } = need.trouble;
  const node = sight.nodes.get(subject.id);
  const missing = node
    ? whatIsMissing(node, healthyMaster(sight, shardId), sight)
    : `${subject.address} is listed again`;
  return guard(
    code,
    missing === undefined,
    missing === undefined ? `${subject.address} has caught up, and everybody knows it.` : `It waits until ${missing}.`,
  );
}

function notFlapping({ memory }: Judged): Guard {
  const { flapping } = memory;
  const text = flapping
    ? `${flapping.address} got its role back too often within ten minutes.`
    : 'No node comes and goes all the time.';
  return guard('notFlapping', !flapping, text);
}

function actsPerHour({ need, memory, settings, now }: Judged): Guard {
  // To forget a dead node once more must not use up what a failure needs.
  const isForgetting = need?.kind === 'forget';
  const recent = recentActs(memory, now).filter(
    ({ kind }) => kind !== 'balanceRoles' && (kind === 'forget') === isForgetting,
  );
  const text = `${count(recent.length, 'act')} within the last hour; after ${settings.actsPerHour} a person has to let it go on.`;
  return guard('actsPerHour', recent.length < settings.actsPerHour, text);
}

function coolDown({ memory, now }: Judged): Guard {
  const { coolDownUntil } = memory;
  const isOver = !coolDownUntil || hasCome(coolDownUntil, now);
  const text = isOver
    ? 'The last act was long enough ago.'
    : `${Math.ceil((coolDownUntil.monotonic - now.monotonic) / 1000)} s of the cool-down after the last act are left.`;
  return guard('coolDown', isOver, text);
}

function notPaused({ settings }: Judged): Guard {
  const texts = {
    observe: 'The mode is "observe": it only tells what it would do.',
    ask: 'The mode is "ask": it asks before each act.',
    act: 'The mode is "act".',
  };
  return guard('notPaused', settings.mode !== 'observe', texts[settings.mode]);
}
