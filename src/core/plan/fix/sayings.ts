import { createHash } from 'node:crypto';
import type { InspectedSlot } from './inspection';

/** What a fix stands on, of all its slots: who claims them and where they are open. Equal sayings have equal hashes. */
export function sayingsHash(slots: readonly Pick<InspectedSlot, 'slot' | 'claims' | 'open'>[]): string {
  const hash = createHash('sha256');
  for (const { slot, claims, open } of slots) {
    const brackets = open.map(({ node, direction, peer }) => `${node} ${direction} ${peer}`);
    hash.update(`${slot}; ${[...claims].sort().join(' ')}; ${brackets.sort().join('; ')}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}
