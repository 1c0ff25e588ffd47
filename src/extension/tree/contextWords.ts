import type { ClusterNode, LocalServer, Topology } from '../../core/index';
import type { ClusterState } from '../sessions/clusterState';

/** Every word a row's contextValue can hold; the menus in package.json use no other. */
export const contextWords = [
  // What the row is.
  'cluster',
  'operation',
  'step',
  'failure',
  'supervisor',
  'problems',
  'problem',
  // A problem: "Fix" mends it.
  'fixable',
  'shard',
  'host',
  'spares',
  'failedNodes',
  'events',
  'event',
  'node',
  // A node: its role, whether it serves slots, its state.
  'master',
  'replica',
  'spare',
  'slots',
  'ok',
  'suspect',
  'failed',
  'unreachable',
  'joining',
  // Its cluster has forgotten it, or a person took it out of use: it can be made a spare.
  'returned',
  // Runs on this machine under the extension's care; then one of the three.
  'local',
  'running',
  'stopped',
  'paused',
  // The cluster offers no change.
  'readOnly',
  // A cluster that is reached with a client key of its own.
  'clientKey',
  'jumpHost',
  // A cluster: nodes that are in no cluster yet.
  'empty',
  // An operation: going on in this window (with running or paused), or left behind by an ended one.
  'active',
  'unfinished',
  'history',
  // A supervisor: proposes an act; waits until it is let go on, or ask again.
  'asking',
  'halted',
  'declined',
] as const;

export type ContextWord = (typeof contextWords)[number];

/** Of a node, for the tree's menus and the topology page's alike. */
export function nodeContextWords(
  node: ClusterNode,
  session: Pick<ClusterState, 'definition' | 'localServers' | 'topology' | 'supervisor'>,
): ContextWord[] {
  const words: ContextWord[] = ['node', roleOf(node)];
  if (!node.slots.isEmpty) words.push('slots');
  words.push(node.status === 'spare' ? 'ok' : node.status);
  if (session.topology?.forgotten.includes(node.id) || isRetired(node, session)) words.push('returned');
  const server = localServerOf(node, session);
  if (server) words.push('local', server.state);
  if (session.definition.readOnly) words.push('readOnly');
  return words;
}

/** Of a cluster. A local one is running while any of its servers is. */
export function clusterContextWords({ definition, topology, localServers }: ClusterState): ContextWord[] {
  const words: ContextWord[] = ['cluster'];
  if (definition.local) {
    words.push('local');
    const servers = localServers?.servers ?? [];
    if (servers.some(server => server.state !== 'stopped')) words.push('running');
    if (servers.length === 0 || servers.some(server => server.state === 'stopped')) words.push('stopped');
  }
  if (definition.tls?.keyFile !== undefined) words.push('clientKey');
  if (definition.ssh) words.push('jumpHost');
  if (topology?.clusterState === 'none') words.push('empty');
  if (definition.readOnly) words.push('readOnly');
  return words;
}

/** A node that never got slots and follows nobody stands by, whatever its state. */
export function roleOf(node: ClusterNode): 'master' | 'replica' | 'spare' {
  if (node.role === 'replica') return 'replica';
  return node.status === 'spare' || (!node.inCluster && node.slots.isEmpty) ? 'spare' : 'master';
}

/** As it counts in its cluster: one that was forgotten there plays no part, whatever it takes itself for. */
export function roleIn(node: ClusterNode, { forgotten }: Pick<Topology, 'forgotten'>): ReturnType<typeof roleOf> {
  return forgotten.includes(node.id) ? 'spare' : roleOf(node);
}

/** A spare that could step in now: it answers. One that was stopped or taken out of use is none. */
export function standsBy(node: ClusterNode, session: Pick<ClusterState, 'localServers' | 'supervisor'>): boolean {
  const isRunning = (localServerOf(node, session)?.state ?? 'running') === 'running';
  return node.status === 'spare' && isRunning && !isRetired(node, session);
}

/** An empty node that a person took out of use: the supervisor leaves it alone. */
export function isRetired(node: ClusterNode, { supervisor }: Pick<ClusterState, 'supervisor'>): boolean {
  return node.status === 'spare' && supervisor?.settings.retired.includes(node.address) === true;
}

/** The server behind a node, where it runs on this machine under the extension's care. */
export function localServerOf(
  node: Pick<ClusterNode, 'id' | 'address' | 'port'>,
  { localServers }: Pick<ClusterState, 'localServers'>,
): LocalServer | undefined {
  // The cluster loses the address of a node when another server answers there meanwhile.
  return localServers?.servers.find(({ address, nodeId }) =>
    node.port === 0 ? nodeId === node.id : address === node.address,
  );
}
