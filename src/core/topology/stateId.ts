import { createHash } from 'node:crypto';
import type { ClusterNode } from './types';

/**
 * A hash of what a plan stands on: ids, roles, masters, slots, the masters' epochs, who is agreed to have failed, and for a
 * node outside any cluster whether it holds keys. A missed answer, a suspicion, an amount or an age does not change it, nor
 * does a handshake, whose id is a temporary.
 */
export function stateIdOf(nodes: readonly ClusterNode[]): string {
  const hash = createHash('sha256');
  const lasting = nodes.filter(node => node.status !== 'joining' || !node.id.startsWith('?'));
  for (const text of lasting.map(stateOf).sort()) hash.update(`${text}\n`);
  return hash.digest('hex').slice(0, 16);
}

function stateOf(node: ClusterNode): string {
  const failed = node.status === 'failed' ? 'failed' : '';
  if (!node.inCluster)
    return [node.id, 'outside', (node.info?.keys ?? 0) > 0 ? 'keys' : '', node.slots, failed].join(' ');
  // A replica shows the epoch it last heard of its master, which lags.
  const epoch = node.role === 'master' ? node.configEpoch : '';
  return [node.id, node.role, node.masterId, node.slots, epoch, failed].join(' ');
}
