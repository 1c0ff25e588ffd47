import { SlotSet } from '../../topology/slotSet';
import type { Disagreement } from '../../topology/types';
import { count, slotsText } from '../../topology/wording';
import { joinSome } from '../phrases';
import { refer } from '../plannedNode';
import type { CollisionChoice, NodeRef, PlanStep, SlotMove, StrayMove } from '../types';
import type { FixScene } from './fixScene';
import type { SlotVerdict } from './judgeSlot';
import { sayingsHash } from './sayings';
import { gather, pairsOf, shares, type Treated } from './treated';

/** The steps of a fix, in an order in which no key is without an owner that could lose it. Pure. */
export function fixSteps(
  treated: readonly Treated[],
  hidden: readonly StrayMove[],
  choices: readonly CollisionChoice[],
  scene: FixScene,
): PlanStep[] {
  const nodes = scene.nodes.filter(({ reachable }) => reachable).map(refer);
  const changed = treated.filter(({ verdict }) => verdict.claim || verdict.moveTo !== undefined);
  const owners = shares(changed, ({ moveTo, owner }) => moveTo ?? owner, scene);
  const steps = [
    checkFix(treated, nodes, hidden.length > 0),
    ...releaseSlots(treated, scene),
    ...claimSlots(treated, scene),
    ...settleCollisions(treated, choices),
    ...moveStrays(treated, hidden, choices, nodes, scene),
    ...closeSlots(treated, scene),
    ...finishMoves(treated, nodes, scene),
    ...separateEpochs(scene),
  ];
  if (owners.length === 0) return steps;
  const text = `Wait until all nodes see the new owners of ${count(changed.length, 'slot')}.`;
  return [...steps, { kind: 'awaitOwners', text, nodes, owners }];
}

function checkFix(treated: readonly Treated[], nodes: NodeRef[], opens: boolean): PlanStep {
  const slots = SlotSet.of(treated.map(({ slot }) => slot.slot));
  const what = slots.isEmpty ? 'the cluster is' : `${slotsText(slots)} ${slots.count === 1 ? 'is' : 'are'}`;
  return {
    kind: 'checkFix',
    text: `Look once more whether ${what} still as found${opens ? ', and no slots move' : ''}.`,
    nodes,
    slots: slots.toString(),
    sayings: sayingsHash(treated.map(({ slot }) => slot)),
  };
}

function releaseSlots(treated: readonly Treated[], scene: FixScene): PlanStep[] {
  const pairs = pairsOf(treated, ({ release }) => release, scene);
  if (pairs.length === 0) return [];
  const texts = pairs.map(({ node, owner, slots }) => `${node.address} ${slotsText(slots)} to ${owner.address}`);
  return [
    {
      kind: 'releaseSlots',
      text: `Let ${joinSome(texts)}: it gives up its claim and keeps its keys.`,
      releases: pairs.map(({ node, owner, slots }) => ({ node, owner, slots: slots.toString() })),
    },
  ];
}

function claimSlots(treated: readonly Treated[], scene: FixScene): PlanStep[] {
  const claimed = treated.filter(({ verdict }) => verdict.claim);
  if (claimed.length === 0) return [];
  const owners = shares(claimed, ({ owner }) => owner, scene);
  const texts = owners.map(({ node, slots }) => `${node.address} the owner of ${slotsText(SlotSet.parse(slots))}`);
  const text = `Make ${joinSome(texts)}, each with one new config epoch.`;
  const told = 'Tell every master that sees another owner (CLUSTER SETSLOT NODE).';
  const nodes = scene.nodes.filter(node => scene.canServe(node)).map(refer);
  return [
    { kind: 'claimSlots', text, claims: owners },
    { kind: 'tellOwners', text: told, nodes, owners },
  ];
}

function settleCollisions(treated: readonly Treated[], choices: readonly CollisionChoice[]): PlanStep[] {
  const moving = movingSlots(treated);
  const settled = choices.filter(({ slot }) => moving.has(slot));
  if (settled.length === 0) return [];
  const texts = settled.map(
    ({ name, keep, drop }) =>
      `${name} at ${joinSome(drop.map(({ address }) => address))} (that of ${keep.address} counts)`,
  );
  return [{ kind: 'settleCollisions', text: `Delete ${joinSome(texts, 20)}.`, choices: settled }];
}

function moveStrays(
  treated: readonly Treated[],
  hidden: readonly StrayMove[],
  choices: readonly CollisionChoice[],
  nodes: NodeRef[],
  scene: FixScene,
): PlanStep[] {
  const known = pairsOf(treated, ({ bring }) => bring, scene).map(({ node: holder, owner, slots }): StrayMove => {
    return { holder, owner, slots: slots.toString(), keys: keysAt(holder, slots, treated) };
  });
  const strays = [...known, ...hidden];
  if (strays.length === 0) return [];
  const moving = movingSlots(treated);
  const { collisions } = scene.request;
  const texts = strays.map(({ holder, owner, slots, keys }) => {
    const what = keys === undefined ? 'what shows when they are open' : count(keys, 'key');
    return `${what} of ${slotsText(SlotSet.parse(slots))} from ${holder.address} to ${owner.address}`;
  });
  return [
    {
      kind: 'moveStrays',
      text: `Bring home ${joinSome(texts)}. Keys both have, equal, are removed from where they are stray. Clients miss the keys on their way, some at a time.`,
      nodes,
      strays,
      choices: choices.filter(({ slot }) => !moving.has(slot)),
      ...(typeof collisions === 'string' && { rule: collisions }),
    },
  ];
}

function closeSlots(treated: readonly Treated[], scene: FixScene): PlanStep[] {
  const slotsOf = gather(treated.flatMap(({ slot, verdict }) => verdict.close.map(id => [id, slot.slot] as const)));
  if (slotsOf.size === 0) return [];
  const closings = [...slotsOf].map(([id, slots]) => {
    const node = scene.byId.get(id)!;
    const master = node.role === 'replica' ? scene.byId.get(node.masterId ?? '') : undefined;
    return { node: refer(node), ...(master && { via: refer(master) }), slots: slots.toString() };
  });
  const texts = closings.map(
    ({ node, slots, via }) =>
      `${slotsText(SlotSet.parse(slots))} at ${node.address}${via ? ` through its master ${via.address}` : ''}`,
  );
  return [{ kind: 'closeSlots', text: `Close ${joinSome(texts)} (CLUSTER SETSLOT STABLE).`, closings }];
}

function finishMoves(treated: readonly Treated[], nodes: NodeRef[], scene: FixScene): PlanStep[] {
  const targetOf = ({ moveTo }: SlotVerdict): readonly string[] => (moveTo === undefined ? [] : [moveTo]);
  const moves = pairsOf(treated, targetOf, scene).map(({ node: target, owner: source, slots }): SlotMove => {
    return { source, target, slots: slots.toString(), engine: 'classic', keys: keysAt(source, slots, treated) };
  });
  if (moves.length === 0) return [];
  const texts = moves.map(
    ({ source, target, slots, keys = 0 }) =>
      `${slotsText(SlotSet.parse(slots))} with ${count(keys, 'key')} from ${source.address} to ${target.address}`,
  );
  return [{ kind: 'moveSlots', text: `Move on ${joinSome(texts)}.`, nodes, moves, latencyMilliseconds: 0 }];
}

function movingSlots(treated: readonly Treated[]): SlotSet {
  return SlotSet.of(treated.filter(({ verdict }) => verdict.moveTo !== undefined).map(({ slot }) => slot.slot));
}

/** How many keys of these slots it holds. */
function keysAt({ id }: NodeRef, slots: SlotSet, treated: readonly Treated[]): number {
  return treated.reduce((sum, { slot }) => sum + (slots.has(slot.slot) ? (slot.keys[id] ?? 0) : 0), 0);
}

function separateEpochs(scene: FixScene): PlanStep[] {
  const collided = collisionsOf(scene).map(({ nodeIds }) => nodeIds.map(id => refer(scene.byId.get(id)!)));
  if (collided.length === 0) return [];
  const texts = collided.map(nodes => joinSome(nodes.map(({ address }) => address)));
  return [
    {
      kind: 'separateEpochs',
      text: `Give ${joinSome(texts)} different config epochs (CLUSTER BUMPEPOCH).`,
      nodes: scene.nodes.filter(node => scene.canServe(node)).map(refer),
      collided,
    },
  ];
}

/** Masters with the same config epoch, all of which answer. Not where only some slots are fixed. */
export function collisionsOf({ topology, only, canServe, byId }: FixScene): Disagreement[] {
  if (only) return [];
  return topology.disagreements.filter(
    ({ kind, nodeIds }) => kind === 'epochCollision' && nodeIds.every(id => canServe(byId.get(id))),
  );
}
