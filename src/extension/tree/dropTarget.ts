import type { ClusterNode } from '../../core/index';
import { commandIds, type CommandId } from '../../shared/commandIds';
import type { ClusterState } from '../sessions/clusterState';
import { roleOf } from './contextWords';
import type { TreeElement } from './elements';

/** What letting a node fall on a row asks for; the command still shows its plan and asks. */
export interface Drop {
  command: CommandId;
  argument: { clusterId: string; node: string; master?: string; spare?: string; as?: 'replica' };
}

/**
 * What dropping `node` on `target` means, undefined where it means nothing: a replica on another shard follows its master, a
 * spare on a shard joins as its replica, a spare on a failed node takes its place.
 */
export function dropOn(node: ClusterNode, target: TreeElement, state: ClusterState): Drop | undefined {
  const { definition, topology } = state;
  const clusterId = definition.id;
  if (definition.readOnly || target.clusterId !== clusterId || !topology) return undefined;
  const role = roleOf(node);
  if (role === 'master' || !node.reachable) return undefined;
  const onto = topology.nodes.find(({ id }) => id === target.nodeId);
  if (role === 'spare' && target.kind === 'node' && onto && (onto.status === 'failed' || onto.status === 'unreachable'))
    return { command: commandIds.replaceNode, argument: { clusterId, node: onto.id, spare: node.id } };
  const master = masterOf(target, state);
  if (master === undefined || master === node.id || master === node.masterId) return undefined;
  if (role === 'spare')
    return { command: commandIds.addNode, argument: { clusterId, node: node.id, as: 'replica', master } };
  return { command: commandIds.moveReplica, argument: { clusterId, node: node.id, master } };
}

/** Of the shard that a row stands for, or belongs to. */
function masterOf(target: TreeElement, { topology }: ClusterState): string | undefined {
  const shard = topology?.shards.find(({ id, masterId, replicaIds }) =>
    target.kind === 'shard'
      ? id === target.shardId
      : target.kind === 'node' && (masterId === target.nodeId || replicaIds.includes(target.nodeId)),
  );
  return shard?.masterId;
}
