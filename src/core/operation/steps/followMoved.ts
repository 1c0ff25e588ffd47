import { announcedAddress } from '../../connection/answers';
import { refer } from '../../plan/plannedNode';
import type { NodeRef } from '../../plan/types';
import type { NodeLine } from '../../topology/types';
import { eachNode } from './eachNode';
import { lookAt } from './nodeSight';
import type { ManagedNodes } from './types';

/**
 * Looks for nodes that do not answer where they did: where others list them by now. Who is found answers there from now on
 * under the name it had. Resolves with those. Never throws.
 */
export async function followMoved<Node extends NodeRef>(
  missing: readonly Node[],
  lines: readonly NodeLine[],
  nodes: ManagedNodes,
): Promise<Set<Node>> {
  const found = new Set<Node>();
  if (!nodes.moved || missing.length === 0) return found;
  await eachNode(missing, async node => {
    const places = lines.filter(({ id }) => id === node.id).map(announcedAddress);
    for (const place of new Set(places)) {
      if (place === undefined || place === node.address || !(await answersAt(place, node, nodes))) continue;
      nodes.moved!(refer(node), place);
      found.add(node);
      return;
    }
  });
  return found;
}

async function answersAt(address: string, { id }: NodeRef, nodes: ManagedNodes): Promise<boolean> {
  return lookAt({ id, address }, nodes).then(
    () => true,
    () => false,
  );
}
