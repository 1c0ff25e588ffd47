import type { ClusterNode, Topology } from '../topology/types';
import type { NodeRef, PlannedNode } from './types';

/** A node as the topology shows it, for the picture of a plan. */
export function plannedNode(node: ClusterNode, { nodes }: Topology): PlannedNode {
  const common = commonFacts(node);
  if (node.role === 'replica') {
    const master = nodes.find(other => other.id === node.masterId)?.address;
    return { ...common, role: 'replica', ...(master ? { master } : {}), slots: '' };
  }
  return { ...common, role: node.status === 'spare' ? 'spare' : 'master', slots: node.slots.toString() };
}

/** What a node has whatever its role. */
export function commonFacts({
  id,
  address,
  hostLabel,
  reachable,
}: ClusterNode): Pick<PlannedNode, 'id' | 'address' | 'hostLabel' | 'reachable'> {
  return { id, address, hostLabel, ...(reachable ? {} : { reachable: false as const }) };
}

export function refer({ id, address }: NodeRef): NodeRef {
  return { id, address };
}
