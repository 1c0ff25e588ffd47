import type { CheckFinding, Topology } from '../../core/index';
import { commandIds, type CommandId } from '../../shared/commandIds';
import { localServerOf } from '../tree/contextWords';
import type { ClusterState } from '../sessions/clusterState';

/** What a link in a report needs of the cluster. */
export type LinkContext = Pick<ClusterState, 'definition' | 'localServers'> & { topology: Topology };

/** A Markdown link to a command of this extension with its argument. */
export function commandLink(title: string, command: CommandId, argument: object): string {
  const words = encodeURIComponent(JSON.stringify([argument])).replace(
    /[()]/g,
    sign => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return `[${title}](command:${command}?${words})`;
}

/** Links to the commands that mend what was found; none where only a person or the servers can, or the cluster is read-only. */
export function mendingLinks(finding: CheckFinding, context: LinkContext): string[] {
  const { definition } = context;
  if (definition.readOnly) return [];
  const clusterId = definition.id;
  const [nodeId] = finding.nodeIds;
  if (finding.mend?.kind === 'balanceRoles' || finding.code === 'replicaOnMastersHost')
    return [commandLink('Balance Roles', commandIds.balanceRoles, { clusterId })];
  if (finding.fix !== undefined)
    return [commandLink('Fix', commandIds.fix, { clusterId, strayKeys: finding.fix === 'strayKeys' })];
  switch (finding.code) {
    case 'nodeForgotten':
      return [commandLink('Add as Spare', commandIds.makeSpare, { clusterId, nodeId })];
    case 'masterWithoutReplica':
    case 'noReplicas':
      return [commandLink('Add Node', commandIds.addNode, { clusterId })];
    case 'emptyMasterWithReplicas':
    case 'replicaOfReplica':
      return [commandLink('Move Replica', commandIds.moveReplica, { clusterId })];
    case 'masterFailed':
    case 'masterFailedWithoutReplica':
    case 'replicaFailed':
    case 'nodeFailed':
    case 'nodeUnreachable':
      return startLinks(finding, context);
    default:
      return [];
  }
}

/** Servers on this machine can be started from here; a dead replica can be replaced. */
function startLinks(finding: CheckFinding, { definition, localServers, topology }: LinkContext): string[] {
  const clusterId = definition.id;
  const nodes = topology.nodes.filter(({ id, reachable }) => finding.nodeIds.includes(id) && !reachable);
  const starts = nodes
    .filter(node => localServerOf(node, { localServers })?.state === 'stopped')
    .map(({ id, address }) => commandLink(`Start ${address}`, commandIds.startNode, { clusterId, nodeId: id }));
  const replaced = finding.code === 'replicaFailed' || finding.code === 'nodeFailed' ? nodes : [];
  return [
    ...starts,
    ...replaced.map(({ id, address }) =>
      commandLink(`Replace ${address}`, commandIds.replaceNode, { clusterId, nodeId: id }),
    ),
  ];
}
