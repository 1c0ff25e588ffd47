import { nodeName } from '../../topology/wording';
import { lasting, type Found } from './lasting';
import type { CheckEvidence, CheckLook } from './types';

/** Replicas that follow a replica: possible for a moment after a failover, and for ever in a ring of two takeovers. */
export function replicaChainFindings(evidence: CheckEvidence): Found[] {
  const nodes = new Map(evidence.latest.topology.nodes.map(node => [node.id, node]));
  return lasting(evidence, chainsOf, chain => chain.join()).map(([replicaId, followedId]) => {
    const [replica, followed] = [nodes.get(replicaId)!, nodes.get(followedId)!].map(nodeName);
    return {
      code: 'replicaOfReplica',
      severity: 'warning',
      text: `${replica} replicates ${followed}, which is a replica itself: it is further behind, and no vote counts on it.`,
      nodeIds: [replicaId, followedId],
      remedy: `Wait some seconds after a failover. If it stays, let ${replica} follow a master.`,
    };
  });
}

/** Ids: the replica, and the replica it follows. */
export function chainsOf({ topology }: Pick<CheckLook, 'topology'>): (readonly [string, string])[] {
  const replicas = new Set(topology.nodes.filter(({ role }) => role === 'replica').map(({ id }) => id));
  return topology.nodes.flatMap(({ id, masterId }) =>
    replicas.has(id) && masterId !== undefined && replicas.has(masterId) ? [[id, masterId] as const] : [],
  );
}
