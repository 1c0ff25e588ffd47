import { l10n } from 'vscode';
import { restartRisk, type CheckFinding, type Topology } from '../../core/index';
import { commandIds } from '../../shared/commandIds';
import type { ReportAction } from '../report';
import type { ClusterState } from '../sessions/clusterState';
import { localServerOf } from '../tree/contextWords';

/** What an action in a report needs of the cluster. */
export type ActionContext = Pick<ClusterState, 'definition' | 'localServers'> & { topology: Topology };

const nodesShown = 3;

/**
 * What can be done about a finding: mend it, where a command can and the cluster is not read-only, and look at its first nodes
 * in the topology.
 */
export function findingActions(finding: CheckFinding, context: ActionContext): ReportAction[] {
  const { definition, topology } = context;
  const nodes = finding.nodeIds.flatMap(nodeId => topology.nodes.find(({ id }) => id === nodeId) ?? []);
  return [
    ...(definition.readOnly ? [] : mendingActions(finding, context)),
    ...nodes.slice(0, nodesShown).map(({ id: nodeId, address }): ReportAction => ({
      title: l10n.t('Show {0}', address),
      command: commandIds.showTopology,
      argument: { clusterId: definition.id, nodeId },
    })),
  ];
}

function mendingActions(finding: CheckFinding, context: ActionContext): ReportAction[] {
  const clusterId = context.definition.id;
  const [nodeId] = finding.nodeIds;
  if (finding.mend?.kind === 'balanceRoles' || finding.code === 'replicaOnMastersHost')
    return [{ title: l10n.t('Balance Roles…'), command: commandIds.balanceRoles, argument: { clusterId } }];
  if (finding.fix !== undefined) {
    const argument = { clusterId, strayKeys: finding.fix === 'strayKeys' };
    return [{ title: l10n.t('Fix…'), command: commandIds.fix, argument }];
  }
  switch (finding.code) {
    case 'nodeForgotten':
      return [{ title: l10n.t('Add as Spare…'), command: commandIds.makeSpare, argument: { clusterId, nodeId } }];
    case 'masterWithoutReplica':
    case 'noReplicas':
      return [{ title: l10n.t('Add Node…'), command: commandIds.addNode, argument: { clusterId } }];
    case 'emptyMasterWithReplicas':
    case 'replicaOfReplica':
      return [{ title: l10n.t('Move Replica…'), command: commandIds.moveReplica, argument: { clusterId } }];
    case 'replicaDataTooOld':
    case 'noMajority':
    case 'nodeSuspect':
    case 'masterFailed':
    case 'masterFailedWithoutReplica':
    case 'replicaFailed':
    case 'nodeFailed':
    case 'nodeUnreachable':
      return startActions(finding, context);
    default:
      return [];
  }
}

/**
 * Servers on this machine can be started from here, masters whose replicas hold more than they would come back with after a
 * failover; a dead replica can be replaced.
 */
function startActions(finding: CheckFinding, { definition, localServers, topology }: ActionContext): ReportAction[] {
  const clusterId = definition.id;
  const nodes = topology.nodes.filter(({ id, reachable }) => finding.nodeIds.includes(id) && !reachable);
  const risky = nodes.flatMap(node => restartRisk(node, topology) ?? []);
  const starts = nodes.filter(
    node =>
      localServerOf(node, { localServers })?.state === 'stopped' && restartRisk(node, topology)?.keeps !== 'nothing',
  );
  const replaced = finding.code === 'replicaFailed' || finding.code === 'nodeFailed' ? nodes : [];
  return [
    ...risky.map(({ holders: [holder] }) => ({
      title: l10n.t('Fail Over to {0}…', holder!.address),
      command: commandIds.failover,
      argument: { clusterId, nodeId: holder!.id },
    })),
    ...starts.map(({ id: nodeId, address }) => ({
      title: l10n.t('Start {0}', address),
      command: commandIds.startNode,
      argument: { clusterId, nodeId },
    })),
    ...replaced.map(({ id: nodeId, address }) => ({
      title: l10n.t('Replace {0}…', address),
      command: commandIds.replaceNode,
      argument: { clusterId, nodeId },
    })),
  ];
}
