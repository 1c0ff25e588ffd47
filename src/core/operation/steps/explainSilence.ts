import { failoverCase } from '../../plan/failover/failoverCase';
import { findObstacles } from '../../plan/failover/findObstacles';
import { joinWords } from '../../plan/phrases';
import type { FailoverRoles } from '../../plan/types';
import { planNodesOf } from '../planNodes';
import { lookAtMembers } from './lookAtMembers';
import type { StepContext } from './types';

/** Why a failover that was accepted did not happen, as far as looking again tells. Never throws. */
export async function explainSilence(
  roles: FailoverRoles,
  votesAskedBefore: number | undefined,
  context: StepContext,
): Promise<{ likely: string; remedy: string }> {
  const { replica, master, mode } = roles;
  const log = `The log of ${replica.address} may tell more ("Manual failover timed out").`;
  try {
    const { topology, views } = await lookAtMembers(planNodesOf(context.plan), context);
    const [replicaNow, masterNow] = [replica, master].map(({ id }) => topology.nodes.find(node => node.id === id));
    const obstacles = replicaNow && masterNow ? findObstacles(failoverCase(topology, replicaNow, masterNow, mode)) : [];
    if (obstacles.length > 0)
      return {
        likely: `The likely cause: ${joinWords(obstacles.map(({ text }) => text))}.`,
        remedy: [...new Set(obstacles.map(({ remedy }) => remedy))].join(' '),
      };
    const now = Number(views.get(replica.id)?.clusterInfo.fields['cluster_stats_messages_auth-req_sent'] ?? 0);
    if (votesAskedBefore !== undefined && now > votesAskedBefore)
      return {
        likely: `It asked for votes and was not elected: the masters voted for this shard lately, or some did not get its question.`,
        remedy: `Try again after 4 x cluster-node-timeout. ${log}`,
      };
    if (mode === 'force')
      return {
        likely: 'It did not ask for votes: it may still remember an earlier election of its own.',
        remedy: `Try again after 4 x cluster-node-timeout. ${log}`,
      };
    return {
      likely: `It never asked for votes: either ${master.address} did not answer it in time or it did not catch up, or it still remembers an earlier election of its own.`,
      remedy: `Look at the load of both, and try again after 4 x cluster-node-timeout. ${log}`,
    };
  } catch {
    return { likely: 'The nodes could not be looked at again to find out why.', remedy: log };
  }
}
