import type { ClusterNode } from '../../core/index';
import { commandIds, type CommandId } from '../../shared/commandIds';
import { judgeDrop, type DropFacts, type DropRefusal, type DropTarget } from '../../shared/dropRules';
import type { ClusterState } from '../sessions/clusterState';
import { isRunning } from '../sessions/isRunning';
import { roleOf } from './contextWords';
import type { TreeElement } from './elements';

/** What letting a node fall on a row asks for; the command still shows its plan and asks. */
export interface Drop {
  command: CommandId;
  argument: { clusterId: string };
}

/** What dropping `node` on the row `target` means, or why it means nothing. */
export function dropOn(node: ClusterNode, target: TreeElement, state: ClusterState): Drop | { refusal: DropRefusal } {
  const { id: clusterId } = state.definition;
  const at = target.clusterId === clusterId ? targetOf(target) : undefined;
  if (!at) return { refusal: 'noShard' };
  const judged = judgeDrop({ nodeId: node.id }, at, factsFor(state));
  if ('refusal' in judged) return judged;
  const { command, ...argument } = judged.drop;
  return { command: commandIds[command], argument: { clusterId, ...argument } };
}

function targetOf(row: TreeElement): DropTarget | undefined {
  if (row.kind === 'shard') return { shardId: row.shardId };
  return row.kind === 'node' ? { nodeId: row.nodeId } : undefined;
}

function factsFor({ definition, topology, operation, operationElsewhere }: ClusterState): DropFacts {
  return {
    nodes: (topology?.nodes ?? []).map(node => ({
      id: node.id,
      role: roleOf(node),
      masterId: node.masterId,
      isDown: !node.reachable || node.status === 'failed' || node.status === 'unreachable',
      slots: node.slots.toString(),
    })),
    shards: topology?.shards ?? [],
    readOnly: definition.readOnly === true,
    operation: (operation !== undefined && isRunning(operation)) || operationElsewhere !== undefined,
  };
}
