import type { NodeRef } from '../../plan/types';
import type { StepContext } from './types';

/** Until all handshakes are through and gossip has told everybody of everybody. */
export function meetTimeoutMilliseconds(nodes: number): number {
  return 10_000 + nodes * 200;
}

/** Until a node's own view knows the master it shall follow; if they never meet, `meet` is to be the one that says so. */
export function replicateTimeoutMilliseconds(nodes: number): number {
  return meetTimeoutMilliseconds(nodes) + 5000;
}

/**
 * Until all views agree. Where the node timeout could not be lowered, gossip carries roles only as fast as the node
 * timeout allows (half of it per link, 15 s by default), and a first synchronisation waits for its diskless delay.
 */
export function agreementTimeoutMilliseconds(nodes: number, { record }: StepContext): number {
  const isLowered = record.lowered().some(({ parameter }) => parameter === 'cluster-node-timeout');
  return (isLowered ? 20_000 : 90_000) + nodes * 300;
}

/** How often to look: often while that costs little. */
export function lookIntervalMilliseconds(nodes: number): number {
  return nodes <= 12 ? 20 : nodes <= 30 ? 40 : 100;
}

/**
 * Whom to ask next: in a small cluster everybody, so that a node that dies meanwhile shows at once; in a large one those
 * that still object, everybody when nobody does and now and then.
 */
export function nextLook(
  members: readonly NodeRef[],
  objecting: ReadonlySet<string>,
  looks: number,
): readonly NodeRef[] {
  if (members.length <= 30 || objecting.size === 0 || looks % 10 === 0) return members;
  return members.filter(({ id }) => objecting.has(id));
}
