import type { ClusterNode, Topology } from './types';

/** It answers, and most of the answering nodes it lists do not list it: most often it was replaced while it was down. */
export function isForgotten(node: ClusterNode, { nodes, answered }: Topology): boolean {
  // Whom nearly all list is worth no closer look.
  if (!node.reachable || !node.inCluster || node.seenBy.length * 2 > answered) return false;
  const knows = new Set(node.seenBy);
  const listed = nodes.filter(other => other.id !== node.id && other.reachable && other.seenBy.includes(node.id));
  return listed.length > 0 && listed.filter(({ id }) => knows.has(id)).length * 2 < listed.length;
}
