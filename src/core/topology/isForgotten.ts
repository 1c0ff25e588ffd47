import type { ClusterNode, Topology } from './types';

/** It answers and lists others that answer, none of whom lists it: most often it was replaced while it was down. */
export function isForgotten(node: ClusterNode, { nodes }: Topology): boolean {
  // Only who is listed by nobody else is worth the closer look: there are few.
  if (!node.reachable || !node.inCluster || node.seenBy.some(id => id !== node.id)) return false;
  return nodes.some(other => other.id !== node.id && other.reachable && other.seenBy.includes(node.id));
}
