import type { PageNode } from '../shared/pageProtocol';

/** It failed, or does not answer here. */
export function isDown({ state }: PageNode): boolean {
  return state === 'failed' || state === 'unreachable';
}
