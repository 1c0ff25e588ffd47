import { SlotSet } from '../../topology/slotSet';
import { count, sentenceStart, slotsText } from '../../topology/wording';
import { joinSome, joinWords } from '../phrases';
import type { FixScene } from './fixScene';
import type { InspectedSlot } from './inspection';
import type { SlotVerdict } from './judgeSlot';

/** What was found and what becomes of it: a sentence per group of slots that are alike. Pure. */
export function describeFindings(
  treated: readonly { slot: InspectedSlot; verdict: SlotVerdict }[],
  scene: FixScene,
): string[] {
  const groups = new Map<string, { slots: number[]; keys: Map<string, number> }>();
  for (const { slot, verdict } of treated) {
    const text = `${stateOf(slot, verdict, scene)}\n${outcomeOf(verdict, scene)}`;
    const group = groups.get(text) ?? { slots: [], keys: new Map<string, number>() };
    group.slots.push(slot.slot);
    for (const [id, keys] of Object.entries(slot.keys)) group.keys.set(id, (group.keys.get(id) ?? 0) + keys);
    groups.set(text, group);
  }
  return [...groups].map(([text, { slots, keys }]) => {
    const [state, outcome] = text.split('\n') as [string, string];
    const held = [...keys].map(([id, amount]) => `${count(amount, 'key')} at ${name(id, scene)}`);
    const where = held.length > 0 ? ` (${joinSome(held)})` : '';
    return `${sentenceStart(slotsText(SlotSet.of(slots)))}: ${state}${where}. ${sentenceStart(outcome)}.`;
  });
}

function stateOf({ claims, open, views }: InspectedSlot, verdict: SlotVerdict, scene: FixScene): string {
  const ends = open.map(({ node, direction, peer }) =>
    direction === 'migrating'
      ? `${name(node, scene)} sends it to ${name(peer, scene)}`
      : `${name(node, scene)} takes it from ${name(peer, scene)}`,
  );
  const owners = claims.map(id => name(id, scene));
  const { takenFrom, wasUncovered, owner } = verdict;
  const seen = views.filter(view => view.owner !== (owner ?? null)).flatMap(({ viewers }) => viewers);
  const parts = [
    ...(owners.length > 1 ? [`${joinWords(owners)} both call it their own`] : []),
    ...(takenFrom !== undefined ? [`it belongs to ${name(takenFrom, scene)}, which is gone`] : []),
    ...(wasUncovered ? ['it belongs to nobody'] : []),
    ...(owners.length === 0 && !wasUncovered && takenFrom === undefined && owner !== undefined
      ? [`${name(owner, scene)} does not claim it though others call it the owner`]
      : []),
    ...(owners.length === 1 && seen.length > 0
      ? [
          `${joinSome(
            seen.map(id => name(id, scene)),
            3,
          )} ${seen.length === 1 ? 'does' : 'do'} not see its owner ${owners[0]}`,
        ]
      : []),
    ...ends,
    ...(owners.length === 1 && open.length === 0 && verdict.bring.length > 0
      ? [`it belongs to ${owners[0]}, and others hold keys of it`]
      : []),
  ];
  return joinSome(parts, 6);
}

function outcomeOf({ owner, moveTo, bring, claim, close }: SlotVerdict, scene: FixScene): string {
  if (moveTo !== undefined) return `the move is finished: it goes to ${name(moveTo, scene)}`;
  if (owner === undefined) return 'it is given to one of the masters';
  const its = name(owner, scene);
  if (claim) return bring.length > 0 ? `it is made ${its}'s, and all its keys go there` : `it is made ${its}'s`;
  if (bring.length > 0) return `it stays with ${its}, and the keys elsewhere go home to it`;
  return close.length > 0 ? `it stays with ${its} and is closed` : `it stays with ${its}`;
}

function name(id: string, { byId }: FixScene): string {
  return byId.get(id)?.address ?? `the unknown node ${id.slice(0, 8)}`;
}
