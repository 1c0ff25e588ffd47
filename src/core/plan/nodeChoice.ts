import type { ClusterNode, Topology } from '../topology/types';
import { PlanError } from './planError';
import { selectNodes } from './selectNodes';
import { sortByAddress } from './sortByAddress';

/**
 * Which nodes something is done to: those named by id, `host:port` or `hostname:port`; or `all` members of the cluster, all its
 * `masters` (no spares), all its `replicas`. Nodes that do not answer are among them. Where there is no cluster: of all nodes.
 */
export type NodeChoice = 'all' | 'masters' | 'replicas' | readonly string[];

/** Sorted by address, one at least. Throws a PlanError `noNodes`, `unknownNodes` or `duplicateNodes`. */
export function chooseNodes(topology: Topology, choice: NodeChoice = 'all'): ClusterNode[] {
  const nodes = typeof choice === 'string' ? groupOf(topology, choice) : selectNodes(topology, choice);
  if (nodes.length > 0) return nodes;
  throw new PlanError('noNodes', `There are no ${typeof choice === 'string' && choice !== 'all' ? choice : 'nodes'}.`, {
    remedy: 'Choose other nodes.',
  });
}

/** `all 6 nodes`, `3 masters`, `127.0.0.1:7001`. */
export function choiceText(choice: NodeChoice, nodes: readonly { address: string }[]): string {
  if (nodes.length === 1) return nodes[0]!.address;
  return choice === 'all'
    ? `all ${nodes.length} nodes`
    : `${nodes.length} ${typeof choice === 'string' ? choice : 'nodes'}`;
}

function groupOf({ nodes, forgotten }: Topology, group: 'all' | 'masters' | 'replicas'): ClusterNode[] {
  const listed = nodes.filter(({ inCluster, id, host, port }) => inCluster && !forgotten.includes(id) && host && port);
  const members = listed.length > 0 ? listed : nodes.filter(({ host, port }) => host && port);
  return sortByAddress(
    members.filter(({ role, status }) =>
      group === 'all' ? true : group === 'masters' ? role === 'master' && status !== 'spare' : role === 'replica',
    ),
  );
}
