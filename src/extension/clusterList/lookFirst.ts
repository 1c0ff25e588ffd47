import { l10n } from 'vscode';
import type { Topology } from '../../core/index';
import { lookOnce, type ConnectionDraft } from '../commands/askConnection';
import { isSameCluster } from '../sessions/twins';
import type { ClusterSession } from '../sessions/types';

/** Looks before anything is saved. Throws the first reason when no node answers. */
export async function lookFirst(draft: ConnectionDraft): Promise<Topology> {
  const topology = await lookOnce(draft);
  if (topology.answered > 0) return topology;
  const reasons = topology.nodes.flatMap(node => node.unreachableReason ?? []);
  throw new Error(reasons[0] ?? l10n.t('No node answered.'));
}

/** Who lists these nodes already, by their ids: the same cluster may be named by any of its nodes. */
export function sessionOfNodes(
  sessions: readonly ClusterSession[],
  topology: Topology,
  exceptId?: string,
): ClusterSession | undefined {
  return sessions.find(session => session.definition.id !== exceptId && isSameCluster(session.topology, topology));
}
