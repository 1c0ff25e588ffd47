import { count, joinSome } from '../plan/phrases';
import type { NodeOutcome } from './types';

/** Nodes that answered alike. */
export interface OutcomeGroup {
  state: NodeOutcome['state'];
  /** In the order given. */
  outcomes: readonly NodeOutcome[];
  /** `5 nodes: OK`, `127.0.0.1:7003: ERR ...`. */
  text: string;
}

/** Equal answers together, most nodes first. Refusals that differ in the address of their node only are equal. */
export function groupOutcomes(outcomes: readonly NodeOutcome[]): OutcomeGroup[] {
  const groups = new Map<string, NodeOutcome[]>();
  for (const outcome of outcomes) {
    const key = `${outcome.state} ${withoutAddress(outcome)}`;
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  return [...groups.values()]
    .sort((one, other) => other.length - one.length)
    .map(alike => ({ state: alike[0]!.state, outcomes: alike, text: textOf(alike) }));
}

function textOf(alike: readonly NodeOutcome[]): string {
  const [{ node, text }] = alike as [NodeOutcome];
  // An error names its node already.
  if (alike.length === 1) return text.startsWith(node.address) ? text : `${node.address}: ${text}`;
  const addresses = joinSome(alike.map(outcome => outcome.node.address));
  return `${count(alike.length, 'node')} (${addresses}): ${withoutAddress(alike[0]!)}`;
}

function withoutAddress({ node, state, text }: NodeOutcome): string {
  // Of a reply every byte counts.
  if (state === 'done') return text;
  return text.replaceAll(node.address, 'it').replace(/^it refused/, 'refused');
}
