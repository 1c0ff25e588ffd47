import type { CheckFinding, SlotInspection } from '../../core/index';

/** Slots without an owner in anybody's view, ascending; what else is wrong often waits for them. */
export function uncoveredIn({ slots }: SlotInspection): number[] {
  return slots
    .filter(({ claims, views }) => claims.length === 0 && views.every(({ owner }) => owner === null))
    .map(({ slot }) => slot);
}

/** A slot is sent by its owner to a master that answers: finishing that and rolling it back come to different ends. */
export function canGoEitherWay({ nodes, slots }: SlotInspection): boolean {
  const masters = new Set(nodes.filter(({ role }) => role === 'master').map(({ id }) => id));
  return slots.some(({ claims, open }) =>
    open.some(
      ({ node, direction, peer }) =>
        direction === 'migrating' && claims.includes(node) && masters.has(node) && masters.has(peer),
    ),
  );
}

/** The last check saw keys where they do not belong, which nothing shows but a search. */
export function foundStrayKeys(findings: readonly Pick<CheckFinding, 'code'>[] = []): boolean {
  return findings.some(({ code }) => code === 'strayKeys');
}
