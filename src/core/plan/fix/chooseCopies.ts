import { joinSome } from '../phrases';
import { PlanError } from '../planError';
import { refer } from '../plannedNode';
import type { CollisionChoice } from '../types';
import type { InspectedSlot, KeyCollision } from './inspection';
import type { FixScene } from './fixScene';
import type { SlotVerdict } from './judgeSlot';

/** A collision that was decided, or one whose copies cannot be read before the slot is open. */
export interface Choices {
  chosen: CollisionChoice[];
  unread: KeyCollision[];
}

/**
 * Which copy counts, for every key that two nodes hold with other contents. Throws a PlanError `collisionsUndecided` that lists
 * them, or `unknownNodes`.
 */
export function chooseCopies(
  treated: readonly { slot: InspectedSlot; verdict: SlotVerdict }[],
  scene: FixScene,
): Choices {
  const choices: Choices = { chosen: [], unread: [] };
  const undecided: string[] = [];
  for (const { slot, verdict } of treated)
    for (const collision of slot.collisions) {
      if (collision.compared === 'equal') continue;
      const keep = keeperOf(collision, slot, verdict, scene);
      if (keep !== undefined) choices.chosen.push(choiceOf(collision, slot.slot, keep, scene));
      else if (collision.compared === 'unread') choices.unread.push(collision);
      else undecided.push(describeCollision(collision, slot.slot, scene));
    }
  if (undecided.length === 0) return choices;
  throw new PlanError(
    'collisionsUndecided',
    `${undecided.length === 1 ? 'A key is' : `${undecided.length} keys are`} at two nodes with other contents, and only you can say which copy counts: ${joinSome(undecided, 20)}.`,
    {
      remedy:
        "Choose per key, or by a rule: the owner's copy, which clients see now, or the other one. The copy that is not chosen is deleted.",
    },
  );
}

function keeperOf(
  { key, name, copies }: KeyCollision,
  { keys }: InspectedSlot,
  { owner }: SlotVerdict,
  { request }: FixScene,
): string | undefined {
  const { collisions } = request;
  if (collisions === undefined) return undefined;
  const ids = copies.map(({ node }) => node).sort((a, b) => (keys[b] ?? 0) - (keys[a] ?? 0));
  if (collisions === 'owner') return ids.find(id => id === owner) ?? ids[0];
  if (collisions === 'other') return ids.find(id => id !== owner);
  const named = collisions[key];
  if (named !== undefined && !ids.includes(named))
    throw new PlanError('unknownNodes', `Node ${named.slice(0, 8)} holds no copy of the key ${name}.`, {
      remedy: 'Name one of the nodes that hold it, by its id.',
    });
  return named;
}

function choiceOf(collision: KeyCollision, slot: number, keep: string, { byId }: FixScene): CollisionChoice {
  const { key, name, database, copies } = collision;
  return {
    slot,
    database,
    key,
    name,
    keep: refer(byId.get(keep)!),
    drop: copies.filter(({ node }) => node !== keep).map(({ node }) => refer(byId.get(node)!)),
    digests: copies.flatMap(({ digest }) => digest ?? []),
  };
}

/** `user:1 in slot 609 (127.0.0.1:7001: string, 17 bytes, "x"; ...)` */
export function describeCollision({ name, copies, compared }: KeyCollision, slot: number, { byId }: FixScene): string {
  const parts = copies.map(({ node, type, bytes, preview }) => {
    const facts = [
      type,
      bytes === undefined ? undefined : `${bytes} bytes`,
      preview === undefined ? undefined : `"${preview}"`,
    ];
    const known = facts.filter(fact => fact !== undefined);
    return `${byId.get(node)?.address ?? node.slice(0, 8)}: ${known.length > 0 ? known.join(', ') : 'not readable yet'}`;
  });
  const why = compared === 'otherVersions' ? '; servers of other versions, so equal values can look different' : '';
  return `${name} in slot ${slot} (${parts.join('; ')}${why})`;
}
