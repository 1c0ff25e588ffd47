import type { ClusterNode } from '../topology/types';
import { count, nodeName } from '../topology/wording';
import type { Sight } from './sight';

/** While writes go on, a replica is never seen quite level with its master: the two are not asked in the same instant. */
const LEVEL_BYTES = 1024 * 1024;

/**
 * What a node that is back still lacks to get its role back, as it goes on after "waits until "; undefined when it could
 * have it now: link up, data whole, level with the new master, known as its replica by that master and a majority.
 */
export function whatIsMissing(node: ClusterNode, master: ClusterNode | undefined, sight: Sight): string | undefined {
  const name = nodeName(node);
  const { info, failedBy, suspectedBy } = node;
  if (!node.reachable || !info) return `${name} answers`;
  if (failedBy.length > 0)
    return `the others see ${name} again (${count(failedBy.length, 'node')} still call it failed)`;
  if (suspectedBy.length > 0)
    return `the others see ${name} again (${count(suspectedBy.length, 'node')} cannot reach it)`;
  if (!master) return `its shard has a healthy master`;
  const masterName = nodeName(master);
  if (info.loading) return `${name} has loaded its data`;
  if (node.role !== 'replica' || node.masterId !== master.id || info.role !== 'replica')
    return `${name} follows ${masterName}`;
  if (info.syncing) return `${name} has copied the data of ${masterName}`;
  if (info.masterLink !== 'up') return `the link of ${name} to ${masterName} is up`;
  // Where nothing was ever written, the master is at 0 itself.
  const isBlank = info.replicationOffset <= 0 && (master.info?.replicationOffset ?? 1) > 0;
  if (isBlank || node.lagBytes === undefined || node.lagBytes > LEVEL_BYTES)
    return `${name} has caught up with ${masterName}`;
  // It was started empty, and its master holds what it held: whatever the offsets say, it has not copied that.
  if (info.keys === 0 && (master.info?.keys ?? 0) > 0) return `${name} holds the keys of ${masterName}`;
  if (!isKnown(node, master, sight)) return `${masterName} and a majority know that ${name} follows it`;
  return undefined;
}

function isKnown(node: ClusterNode, master: ClusterNode, { voters, topology }: Sight): boolean {
  const seenBy = new Set(node.seenBy);
  const knowing = voters.filter(({ id }) => seenBy.has(id));
  const disputed = topology.disagreements.some(
    ({ kind, nodeIds }) => kind === 'role' && (nodeIds.includes(node.id) || nodeIds.includes(master.id)),
  );
  return seenBy.has(master.id) && knowing.length * 2 > voters.length && !disputed;
}
