import { groupBy } from '../../topology/groupBy';
import { SlotSet } from '../../topology/slotSet';
import { count, sentenceStart, slotsText } from '../../topology/wording';
import { joinSome, joinWords } from '../phrases';
import type { FixScene } from './fixScene';
import type { InspectedSlot } from './inspection';
import type { Treated } from './treated';

/** What was found and what becomes of it: a sentence per group of slots that are alike. Pure. */
export function describeFindings(treated: readonly Treated[], scene: FixScene): string[] {
  const groups = groupBy(
    treated,
    ({ slot, verdict }) => `${stateOf(slot, verdict, scene, one)}\n${outcomeOf(slot, verdict, scene, one)}`,
  );
  return [...groups.values()].map(alike => {
    const [{ slot: first, verdict }] = alike as [Treated];
    const slots = alike.map(({ slot }) => slot.slot);
    const words = slots.length === 1 ? one : many;
    const [state, outcome] = [stateOf(first, verdict, scene, words), outcomeOf(first, verdict, scene, words)];
    const held = [...keysOf(alike)].map(([id, amount]) => `${count(amount, 'key')} at ${name(id, scene)}`);
    const where = held.length > 0 ? ` (${joinSome(held)})` : '';
    return `${sentenceStart(slotsText(SlotSet.of(slots)))}: ${state}${where}. ${sentenceStart(outcome)}.`;
  });
}

/** How a sentence goes on about one slot, or about several. */
type Words = typeof one | typeof many;

const one = {
  ...{ them: 'it', its: 'its', own: 'its owner' },
  ...{ is: 'it is', goes: 'it goes', stays: 'it stays', belongs: 'it belongs' },
} as const;
const many = {
  ...{ them: 'them', its: 'their', own: 'their owner' },
  ...{ is: 'they are', goes: 'they go', stays: 'they stay', belongs: 'they belong' },
} as const;

function stateOf(
  { claims, open, views }: InspectedSlot,
  verdict: Treated['verdict'],
  scene: FixScene,
  { them, own, belongs }: Words,
): string {
  const ends = open.map(({ node, direction, peer }) =>
    direction === 'migrating'
      ? `${name(node, scene)} sends ${them} to ${name(peer, scene)}`
      : `${name(node, scene)} takes ${them} from ${name(peer, scene)}`,
  );
  const owners = claims.map(id => name(id, scene));
  const { takenFrom, wasUncovered, owner } = verdict;
  const seen = views.filter(view => view.owner !== owner).flatMap(({ viewers }) => viewers);
  const parts = [
    ...(owners.length > 1
      ? [`${joinWords(owners)} ${owners.length === 2 ? 'both' : 'all'} call ${them} their own`]
      : []),
    ...(takenFrom !== undefined ? [`${belongs} to ${name(takenFrom, scene)}, which is gone`] : []),
    ...(wasUncovered ? [`${belongs} to nobody`] : []),
    ...(owners.length === 0 && !wasUncovered && takenFrom === undefined
      ? [`${name(owner, scene)} does not claim ${them} though others call it the owner`]
      : []),
    ...(owners.length === 1 && seen.length > 0
      ? [
          `${joinSome(
            seen.map(id => name(id, scene)),
            3,
          )} ${seen.length === 1 ? 'does' : 'do'} not see ${own} ${owners[0]}`,
        ]
      : []),
    ...ends,
    ...(owners.length === 1 && open.length === 0 && verdict.bring.length > 0
      ? [`${belongs} to ${owners[0]}, and others hold keys of ${them}`]
      : []),
  ];
  return joinSome(parts, 6);
}

function outcomeOf(
  { keys }: InspectedSlot,
  { owner, moveTo, bring, claim }: Treated['verdict'],
  scene: FixScene,
  { is, its: theirs, goes, stays }: Words,
): string {
  if (moveTo !== undefined) return `the move is finished: ${goes} to ${name(moveTo, scene)}`;
  const its = name(owner, scene);
  if (claim) return bring.length > 0 ? `${is} made ${its}'s, and all ${theirs} keys go there` : `${is} made ${its}'s`;
  if (bring.some(id => keys[id])) return `${stays} with ${its}, and the keys elsewhere go home to it`;
  const closed = `${stays} with ${its} and ${is === 'it is' ? 'is' : 'are'} closed`;
  return bring.length > 0 ? `${closed}; what is still written elsewhere goes home to it` : closed;
}

/** Node id -> keys it holds of these slots. */
function keysOf(treated: readonly Treated[]): Map<string, number> {
  const keys = new Map<string, number>();
  for (const { slot } of treated)
    for (const [id, amount] of Object.entries(slot.keys)) keys.set(id, (keys.get(id) ?? 0) + amount);
  return keys;
}

function name(id: string, { byId }: FixScene): string {
  return byId.get(id)?.address ?? `the unknown node ${id.slice(0, 8)}`;
}
