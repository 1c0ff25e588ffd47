import type { ClusterNode, Topology } from '../topology/types';
import { count, joinSome, joinWords } from './phrases';
import { PlanError } from './planError';
import { sortByAddress } from './sortByAddress';

/**
 * The nodes that ids, `host:port` or `hostname:port` name, all of the topology without names; sorted by address.
 * Throws a PlanError `unknownNodes` or `duplicateNodes`.
 */
export function selectNodes(topology: Topology, names: readonly string[] | undefined): ClusterNode[] {
  if (names === undefined) return sortByAddress(topology.nodes);

  const index = indexByName(topology);
  const unknown = [...new Set(names)].filter(name => !index.has(name));
  if (unknown.length > 0)
    throw new PlanError(
      'unknownNodes',
      `${joinWords(unknown)} ${unknown.length === 1 ? 'is' : 'are'} not known here.`,
      {
        remedy: `Name nodes by id or host:port; known are ${joinSome(sortByAddress(topology.nodes).map(node => node.address)) || 'none'}.`,
      },
    );

  const namesOf = new Map<ClusterNode, string[]>();
  for (const name of names) {
    const node = index.get(name)!;
    namesOf.set(node, [...(namesOf.get(node) ?? []), name]);
  }
  const repeated = [...namesOf].filter(([, given]) => given.length > 1);
  if (repeated.length > 0)
    throw new PlanError(
      'duplicateNodes',
      `${count(repeated.length, 'node')} would be used more than once: ${joinWords(
        repeated.map(([node, given]) => `${node.address} (named as ${joinWords(given)})`),
      )}.`,
      { remedy: 'Name every node once.' },
    );
  return sortByAddress([...namesOf.keys()]);
}

/** Finds a node by its id, `host:port` or `hostname:port`; an id or address wins over another node's hostname. */
export function indexByName({ nodes }: Topology): Map<string, ClusterNode> {
  const byHostname = nodes.flatMap(node =>
    node.hostname === undefined ? [] : [[`${node.hostname}:${node.port}`, node] as const],
  );
  return new Map([
    ...byHostname,
    ...nodes.map(node => [node.address, node] as const),
    ...nodes.map(node => [node.id, node] as const),
  ]);
}
