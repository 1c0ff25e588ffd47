import type { ClusterNode } from '../../topology/types';
import { count, joinSome } from '../phrases';
import { PlanError } from '../planError';
import { isAble, isMember, replicasOf, servesText, type MemberCase } from './memberCase';
import { rankReplicas } from '../failover/rankReplicas';

/** `alive`: it answers and nobody doubts it. `dead`: the cluster agrees that it failed, or nobody knows its address. */
export type Condition = 'alive' | 'dead';

/**
 * Whether a member is alive or dead. Throws a PlanError when it is neither or belongs to no cluster: `notInCluster`,
 * `nodeReturning` (it answers though the cluster calls it failed), `nodeInDoubt`.
 */
export function conditionOf(node: ClusterNode, subject: MemberCase): Condition {
  const { address, reachable, status, suspectedBy } = node;
  if (!isMember(subject, node))
    throw new PlanError('notInCluster', `No other node of the cluster lists ${address}.`, {
      node: address,
      remedy: 'To have it stand by, add it as a spare: that empties it where it has to be emptied.',
    });
  if (reachable) {
    if (status === 'failed')
      throw new PlanError(
        'nodeReturning',
        `${address} answers, though ${count(node.failedBy.length, 'node')} still ${node.failedBy.length === 1 ? 'calls' : 'call'} it failed: it may be coming back.`,
        {
          node: address,
          remedy:
            'Wait some seconds and plan again. If it stays so, the other nodes do not reach its bus port: mend that, or stop its server and plan then.',
        },
      );
    if (status !== 'suspect') return 'alive';
    throw inDoubt(
      address,
      `${count(suspectedBy.length, 'node')} ${suspectedBy.length === 1 ? 'does' : 'do'} not reach it`,
    );
  }
  const hasAddress = node.host !== '' && node.port !== 0;
  if (status === 'failed' || !hasAddress || subject.topology.ghosts.includes(node.id)) return 'dead';
  const reason = node.unreachableReason?.replace(`${address} `, '').replace(/\.$/, '');
  throw inDoubt(address, `it does not answer here${reason ? ` (${reason})` : ''}`);
}

/** Throws `replicaFollows` when any replica, dead or alive, follows the node. */
export function refuseFollowers(node: ClusterNode, subject: MemberCase): void {
  const followers = replicasOf(subject, node).map(({ address }) => address);
  if (followers.length === 0) return;
  throw new PlanError(
    'replicaFollows',
    `${joinSome(followers)} ${followers.length === 1 ? 'follows' : 'follow'} ${node.address}.`,
    {
      node: followers[0],
      remedy:
        'After a failover this passes within some seconds: plan again then. If it does not, let them follow another master, or remove them, first.',
    },
  );
}

/**
 * The replicas that follow a replica that goes, which shall follow its master then: after a failover one can be left behind
 * so. Throws `replicaFollows` when one of them cannot be told.
 */
export function chainedTo(leaver: ClusterNode, subject: MemberCase): ClusterNode[] {
  if (leaver.role !== 'replica') return [];
  const chained = replicasOf(subject, leaver);
  if (!chained.every(isAble)) refuseFollowers(leaver, subject);
  return chained;
}

/** Throws `slotsUncovered`: a dead master that nobody has replaced. Says what the choices are; none is made here. */
export function refuseUncovered(node: ClusterNode, { topology }: MemberCase): never {
  const replicas = rankReplicas(topology, node.id);
  const fit = replicas.find(({ isFit }) => isFit);
  const choices = [
    `Bring ${node.address} back: nothing is lost then.`,
    fit
      ? `If the cluster elects none of its replicas within seconds, fail over to ${fit.node.address} by force, which can lose the last writes.`
      : `It has no replica that could take over${replicas.length > 0 ? ` (${replicas.map(({ node: { address }, reasons }) => `${address}: ${reasons.join(', ')}`).join('; ')})` : ''}.`,
    'Only if its data is lost for good: give its slots to other masters, empty, and remove it then.',
  ];
  throw new PlanError(
    'slotsUncovered',
    `${node.address} has failed with ${servesText(node)}, and no node has taken over: putting an empty node in its place would make its data lost.`,
    { node: node.address, remedy: choices.join(' ') },
  );
}

function inDoubt(address: string, why: string): PlanError {
  return new PlanError('nodeInDoubt', `Whether ${address} is alive is not settled: ${why}.`, {
    node: address,
    remedy:
      'Wait until it answers or the cluster agrees that it failed (within 2 x cluster-node-timeout), and plan again. If it stays so, mend the network to it.',
  });
}
