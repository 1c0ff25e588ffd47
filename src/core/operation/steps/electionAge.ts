import type { Reply } from '../../connection/types';
import type { NodeRef } from '../../plan/types';
import { parseClusterInfo } from '../../topology/parseInfo';
import { configValue } from './replies';
import type { ManagedNodes } from './types';

export interface ElectionAge {
  /** It stood for election at least so long ago; Infinity when it never did since it was started. */
  quietMilliseconds: number;
  /** Absent when CONFIG is not allowed. */
  nodeTimeoutMilliseconds?: number;
}

/**
 * How long ago a node last stood for election, from below. No server tells the time, so three proofs are used, the best one
 * counts: it never asked for votes (cluster_stats_messages_auth-req_sent, which CONFIG RESETSTAT clears on newer servers); it
 * has been linked to its master for so long (CLIENT LIST); nobody was elected since this client looks. Where none holds it
 * may have been just now. An attempt of this client counts in any case. Take a look just before. Throws a ConnectionError.
 */
export async function electionAge({ id, address }: NodeRef, nodes: ManagedNodes): Promise<ElectionAge> {
  const [timeout, clusterInfo, clients] = await nodes.node(address).pipeline([
    ['CONFIG', 'GET', 'cluster-node-timeout'],
    ['CLUSTER', 'INFO'],
    ['CLIENT', 'LIST', 'TYPE', 'master'],
  ]);
  const nodeTimeout = timeout instanceof Error ? undefined : configValue(timeout);
  const proven = Math.max(linkAgeMilliseconds(clients), nodes.elections.quietMilliseconds(id));
  const attempted = nodes.elections.attemptedMillisecondsAgo(id) ?? Infinity;
  return {
    quietMilliseconds: votesAsked(clusterInfo, address) === 0 ? Infinity : Math.min(proven, attempted),
    ...(nodeTimeout === undefined ? {} : { nodeTimeoutMilliseconds: Number(nodeTimeout) }),
  };
}

/** How many times a node has asked the others for votes since its start; undefined when it does not say. */
export function votesAsked(clusterInfo: Reply | Error | undefined, address: string): number | undefined {
  if (typeof clusterInfo !== 'string') return undefined;
  // The server leaves out what is 0.
  return Number(parseClusterInfo(clusterInfo, address).fields['cluster_stats_messages_auth-req_sent'] ?? 0);
}

// It has been a replica since. In whole seconds, of a clock that moves once a second.
function linkAgeMilliseconds(clients: Reply | Error | undefined): number {
  const age = typeof clients === 'string' ? /\bage=(\d+)/.exec(clients)?.[1] : undefined;
  return age === undefined ? 0 : Math.max(0, Number(age) - 1) * 1000;
}
