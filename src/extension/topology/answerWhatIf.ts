import { l10n } from 'vscode';
import { resilienceOf, type ClusterNode, type Mend, type ShardFate } from '../../core/index';
import type { PageFate, PageWhatIf, PageWhatIfAnswer, WhatIfSubject } from '../../shared/pageWhatIf';
import type { ClusterState } from '../sessions/clusterState';
import { localServerOf, roleOf } from '../tree/contextWords';

/** More buttons than that are a list nobody reads; the remedy names all. */
const mostStarts = 5;

/** What would be lost if it died now, by the last look, and what would mend it. Asks no node, changes nothing. */
export function answerWhatIf(state: ClusterState, subject: WhatIfSubject): PageWhatIfAnswer {
  const loss = state.topology && resilienceOf(state.topology, subject);
  if (!loss) return { type: 'whatIf', subject, reason: reasonAgainst(state, subject) };
  return {
    type: 'whatIf',
    subject,
    loss: {
      text: loss.text,
      ...(loss.remedy !== undefined && { remedy: loss.remedy }),
      mends: mendsOf(loss.mend, state),
      nodeIds: [...loss.subject.nodeIds],
      losesMajority: loss.quorumLost !== undefined,
      fates: loss.fates.map(pageFate),
      slotsDown: loss.slotsDown.toString(),
      slotsDownCount: loss.slotsDown.count,
    },
  };
}

function pageFate(fate: ShardFate): PageFate {
  const { shardId, kind, slots } = fate;
  return { shardId, kind, slots: slots.toString(), ...('replicaId' in fate && { replicaId: fate.replicaId }) };
}

function reasonAgainst({ topology }: ClusterState, subject: WhatIfSubject): string {
  const node = subject.kind === 'node' ? topology?.nodes.find(({ id }) => id === subject.nodeId) : undefined;
  if (node?.status === 'failed') return l10n.t('{0} is down already.', node.address);
  if (node) return l10n.t('The cluster loses nothing with {0}: it is not in it.', node.address);
  return l10n.t('What would be lost is not known: no cluster answers, or the node or host is gone.');
}

/** Only what can be begun right now: who is to join must stand by, a server that is to start must be one of this machine. */
function mendsOf(mend: Mend | undefined, state: ClusterState): PageWhatIf['mends'] {
  const { definition, topology } = state;
  if (!mend || !topology || definition.readOnly) return [];
  const hasSpare = topology.nodes.some(node => node.reachable && roleOf(node) === 'spare');
  switch (mend.kind) {
    case 'balanceRoles':
      return [{ title: l10n.t('Plan: Balance Roles'), request: { command: 'balanceRoles' } }];
    case 'addMasters':
      return hasSpare ? [{ title: l10n.t('Plan: Add a Master'), request: { command: 'addNode', as: 'master' } }] : [];
    case 'addReplica': {
      const master = topology.nodes.find(({ id }) => id === mend.masterId);
      if (!hasSpare || !master) return [];
      const title = l10n.t('Plan: Give {0} a Replica', master.address);
      return [{ title, request: { command: 'addNode', as: 'replica', master: master.id } }];
    }
    case 'startNodes':
      return topology.nodes
        .filter(({ id }) => mend.nodeIds.includes(id))
        .flatMap(node => startOf(node, state))
        .slice(0, mostStarts);
  }
}

function startOf(node: ClusterNode, state: ClusterState): PageWhatIf['mends'] {
  switch (localServerOf(node, state)?.state) {
    case 'stopped':
      return [{ title: l10n.t('Start {0}', node.address), request: { command: 'startNode', nodeId: node.id } }];
    case 'paused':
      return [{ title: l10n.t('Resume {0}', node.address), request: { command: 'resumeNode', nodeId: node.id } }];
    default:
      return [];
  }
}
