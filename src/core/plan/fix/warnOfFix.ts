import { groupBy } from '../../topology/groupBy';
import { SlotSet } from '../../topology/slotSet';
import { count, sentenceStart, slotsText } from '../../topology/wording';
import { joinSome } from '../phrases';
import type { PlanRisk, PlanWarning, StrayMove } from '../types';
import { describeCollision, type Choices } from './chooseCopies';
import type { FixScene } from './fixScene';
import type { LeftSlot, SlotVerdict } from './judgeSlot';
import { explainLeft, keysText } from './refusals';
import { gather, type Treated } from './treated';

/** What a fix does and leaves. */
export interface FixFacts {
  treated: readonly Treated[];
  left: readonly LeftSlot[];
  hidden: readonly StrayMove[];
  choices: Choices;
}

/** What has to be known before: whole sentences. Pure. */
export function warnOfFix(facts: FixFacts, scene: FixScene): PlanWarning[] {
  return [
    ...warnOfTaking(facts, scene),
    ...warnOfChoices(facts, scene),
    ...warnOfGonePeers(facts, scene),
    ...warnOfSilentMasters(facts, scene),
    ...warnOfHidden(facts, scene),
    ...warnOfLeft(facts, scene),
  ];
}

export function riskOf({ treated, hidden, choices }: FixFacts, scene: FixScene): PlanRisk {
  const loses =
    choices.chosen.length > 0 ||
    (typeof scene.request.collisions === 'string' && (choices.unread.length > 0 || hidden.length > 0)) ||
    treated.some(({ verdict }) => verdict.takenFrom !== undefined || isKnown(verdict.gonePeer, scene));
  if (loses) return 'losesData';
  return treated.some(({ verdict }) => verdict.bring.length > 0) ? 'interruptsWrites' : 'none';
}

function warnOfTaking({ treated }: FixFacts, scene: FixScene): PlanWarning[] {
  return [...slotsBy(treated, ({ takenFrom }) => takenFrom)].map(([id, slots]) => ({
    code: 'slotsTaken',
    text: `${sentenceStart(slotsText(slots))} ${slots.count === 1 ? 'is' : 'are'} taken from ${addressOf(id, scene)}, which does not answer: its keys${keysText(id, scene)} are lost to the cluster, and deleted there when it comes back.`,
  }));
}

function warnOfChoices({ treated, choices }: FixFacts, scene: FixScene): PlanWarning[] {
  const chosen = choices.chosen.map(({ name, slot, keep, drop }) => ({
    code: 'copyDropped',
    text: `The key ${name} in slot ${slot} keeps its value of ${keep.address}; that of ${joinSome(drop.map(({ address }) => address))} is deleted.`,
  }));
  if (choices.unread.length === 0) return chosen;
  const unread = new Set(choices.unread);
  const texts = treated.flatMap(({ slot }) =>
    slot.collisions
      .filter(collision => unread.has(collision))
      .map(collision => describeCollision(collision, slot.slot, scene)),
  );
  const text = `${count(texts.length, 'key')} ${texts.length === 1 ? 'is' : 'are'} at two nodes, and cannot be compared before the slot is open: ${joinSome(texts, 6)}. Equal copies are removed; where they differ both are kept, and the fix stops after the rest, for you to choose.`;
  return [...chosen, { code: 'collisionsUnread', text }];
}

function warnOfGonePeers({ treated }: FixFacts, scene: FixScene): PlanWarning[] {
  return [...slotsBy(treated, ({ gonePeer }) => gonePeer)].map(([id, slots]) => ({
    code: 'peerGone',
    text: `${sentenceStart(slotsText(slots))} ${slots.count === 1 ? 'was' : 'were'} on the way to ${addressOf(id, scene)}, which is gone: keys that had arrived there are missing${isKnown(id, scene) ? ' until it is back; then fix again, which brings them home' : ''}.`,
  }));
}

function warnOfSilentMasters({ treated }: FixFacts, { nodes }: FixScene): PlanWarning[] {
  const silent = nodes.filter(({ role, reachable }) => role === 'master' && !reachable).map(({ address }) => address);
  if (silent.length === 0 || !treated.some(({ verdict }) => verdict.wasUncovered)) return [];
  const text = `${joinSome(silent)} ${silent.length === 1 ? 'does' : 'do'} not answer and may hold keys of the slots that belong to nobody; if so, fix again when back.`;
  return [{ code: 'holderSilent', text }];
}

function warnOfHidden({ hidden }: FixFacts, scene: FixScene): PlanWarning[] {
  if (hidden.length === 0) return [];
  const holders = [...new Set(hidden.map(({ holder }) => holder.address))];
  const slots = hidden.reduce((all, stray) => all.union(SlotSet.parse(stray.slots)), SlotSet.empty);
  const keys = scene.request.inspection.nodes.reduce((sum, { hiddenKeys = 0 }) => sum + hiddenKeys, 0);
  const known = keys > 0 ? `${count(keys, 'key')} in no slot of their own` : 'keys of slots they do not own';
  const text = `${joinSome(holders)} ${holders.length === 1 ? 'shows' : 'show'} ${known} only while the slots are open: ${count(slots.count, 'slot')} ${slots.count === 1 ? 'is' : 'are'} opened there for a moment.`;
  return [{ code: 'slotsOpened', text }];
}

function warnOfLeft({ left }: FixFacts, scene: FixScene): PlanWarning[] {
  const groups = groupBy(left, ({ left: why, node = '' }) => `${why} ${node}`);
  return [...groups.values()].map(alike => {
    const { code, text, remedy } = explainLeft(alike, scene);
    return { code, text: `Not fixed: ${text} ${remedy}` };
  });
}

function slotsBy(
  treated: readonly Treated[],
  nodeOf: (verdict: SlotVerdict) => string | undefined,
): Map<string, SlotSet> {
  return gather(
    treated.flatMap(({ slot, verdict }) => {
      const id = nodeOf(verdict);
      return id === undefined ? [] : [[id, slot.slot] as const];
    }),
  );
}

function isKnown(id: string | undefined, { byId }: FixScene): boolean {
  return id !== undefined && byId.has(id);
}

function addressOf(id: string, { byId }: FixScene): string {
  return byId.get(id)?.address ?? `the unknown node ${id.slice(0, 8)}`;
}
