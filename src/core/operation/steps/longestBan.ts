import type { NodeConnection } from '../../connection/types';
import type { NodeRef } from '../../plan/types';
import { settleEach } from './eachNode';
import { configValue, isNotAvailable } from './replies';

/** For how long Redis bans a forgotten id; Valkey 8.0 and newer: cluster-blacklist-ttl, this by default (cluster_legacy.c). */
const defaultBanMilliseconds = 60_000;
const timeoutMilliseconds = 2000;

/**
 * For how long one of these nodes at most does not take up again a node that it was told to forget. Who does not answer was
 * told nothing. Never rejects.
 */
export async function longestBan(
  members: readonly NodeRef[],
  nodes: { node(address: string): Pick<NodeConnection, 'command'> },
): Promise<number> {
  const replies = await settleEach(members, async ({ address }) =>
    configValue(await nodes.node(address).command(['CONFIG', 'GET', 'cluster-blacklist-ttl'], { timeoutMilliseconds })),
  );
  const bans = replies.flatMap(reply => {
    if (reply.status === 'rejected') return isNotAvailable(reply.reason) ? [defaultBanMilliseconds] : [];
    return [reply.value === undefined ? defaultBanMilliseconds : Number(reply.value) * 1000];
  });
  return bans.length === 0 ? defaultBanMilliseconds : Math.max(...bans);
}
