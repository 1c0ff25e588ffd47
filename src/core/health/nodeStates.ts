import { groupBy } from '../topology/groupBy';
import type { ClusterNode } from '../topology/types';
import { count, listNames, nodeName } from '../topology/wording';
import { canDecide, ids, isMember, type ClusterPicture, type Finding } from './clusterPicture';
import { restartRisk } from './persistence';

/** Nodes that failed, are doubted, do not answer, join, load, or are not what they should be. */
export function nodeFindings(picture: ClusterPicture): Finding[] {
  return [
    ...failedFindings(picture),
    ...suspectFindings(picture),
    ...unreachableFindings(picture),
    ...loadingFinding(picture),
    ...joiningFinding(picture),
    ...keysOnSpareFindings(picture),
    ...versionFinding(picture),
  ];
}

/** Failed masters with slots are told with their slots. */
function failedFindings({ topology, shards, nodes }: ClusterPicture): Finding[] {
  const withSlots = new Set(shards.map(shard => shard.masterId));
  return topology.nodes
    .filter(node => node.status === 'failed' && !withSlots.has(node.id))
    .map(node => ({
      code: node.role === 'replica' ? 'replicaFailed' : 'nodeFailed',
      severity: 'warning',
      text: `${nodeName(node)} failed${agreement(node)}. ${consequence(node, nodes)}`,
      nodeIds: [node.id],
      remedy: `Start ${nodeName(node)}, or resume it if it is paused: it joins again by itself, as a replica.`,
    }));
}

// What it had acknowledged and not yet sent to the one that took over is lost: replication is asynchronous.
function consequence({ role, masterId }: ClusterNode, nodes: ClusterPicture['nodes']): string {
  if (role === 'master')
    return 'It serves no slots any more; writes it had not yet replicated when it failed are lost.';
  const master = nodes.get(masterId ?? '');
  return master?.status === 'ok' ? 'It was a replica; its master serves on.' : 'It was a replica.';
}

function agreement({ failedBy, seenBy }: ClusterNode): string {
  return failedBy.length === 0 ? '' : ` (${failedBy.length} of ${count(seenBy.length, 'node')} agree)`;
}

function suspectFindings(picture: ClusterPicture): Finding[] {
  return picture.topology.nodes
    .filter(node => node.status === 'suspect')
    .map(node => ({
      code: 'nodeSuspect',
      severity: 'warning',
      text: `${node.suspectedBy.length} of ${count(node.seenBy.length, 'node')} ${node.suspectedBy.length === 1 ? 'suspects' : 'suspect'} ${nodeName(node)}${node.reachable ? ', but it answers here' : ', and it does not answer here either'}.`,
      nodeIds: [node.id],
      remedy: suspectRemedy(node, picture),
    }));
}

function suspectRemedy(node: ClusterNode, picture: ClusterPicture): string {
  const name = nodeName(node);
  const start = restartRisk(node, picture.topology)?.text ?? 'If it is stopped, start it.';
  if (!canDecide(picture))
    return `Waiting does not help: no majority of the masters is left to decide whether ${name} failed, nor to elect a replica. ${node.reachable ? 'Check the cluster bus ports between the nodes.' : start}`;
  return node.reachable
    ? 'Wait: the nodes decide within the node timeout. If it stays, check the cluster bus port between these nodes.'
    : `Wait: the nodes decide within the node timeout whether ${name} failed. ${start}`;
}

/** Nodes the cluster does not miss, so perhaps it is only the way from here. That no member answers is told as one problem. */
export function unreachableFindings({ topology, isSilent }: ClusterPicture): Finding[] {
  const unreachable = topology.nodes.filter(node => node.status === 'unreachable' && !(isSilent && isMember(node)));
  return unreachable.map(node => ({
    code: 'nodeUnreachable',
    severity: 'warning',
    text: `${nodeName(node)} did not answer. ${node.unreachableReason ?? ''}${node.inCluster ? ' The cluster does not miss it: perhaps it is only the connection from here.' : ''}`,
    nodeIds: [node.id],
    remedy: node.inCluster
      ? `Check that ${nodeName(node)} can be reached from here; behind a tunnel or NAT, map its address.`
      : node.unreachableReason
        ? // The reason says what brings it back.
          `If it is not to come back, take ${nodeName(node)} off the list with "Remove Node…".`
        : `Start ${nodeName(node)}, or take it off the list with "Remove Node…".`,
  }));
}

function loadingFinding({ topology }: ClusterPicture): Finding[] {
  const loading = topology.nodes.filter(node => node.info?.loading);
  if (loading.length === 0) return [];
  return [
    {
      code: 'nodeLoading',
      severity: 'warning',
      text: `${listNames(loading.map(nodeName))} ${loading.length === 1 ? 'is' : 'are'} still loading data and ${loading.length === 1 ? 'serves' : 'serve'} nothing yet.`,
      nodeIds: ids(loading),
      remedy: 'Wait until the data is loaded.',
    },
  ];
}

function joiningFinding({ topology, shards }: ClusterPicture): Finding[] {
  const owners = new Set(shards.map(shard => shard.masterId));
  const ghosts = new Set(topology.ghosts);
  const joining = topology.nodes.filter(
    node => node.status === 'joining' && !owners.has(node.id) && !ghosts.has(node.id),
  );
  if (joining.length === 0) return [];
  return [
    {
      code: 'nodeJoining',
      severity: 'warning',
      text: `${listNames(joining.map(nodeName))} ${joining.length === 1 ? 'is' : 'are'} joining and not all nodes know ${joining.length === 1 ? 'it' : 'them'} yet.`,
      nodeIds: ids(joining),
      remedy:
        'Wait some seconds. If it stays, check that the nodes reach each other on the cluster bus port (the port plus 10000 unless it was set).',
    },
  ];
}

function keysOnSpareFindings({ members }: ClusterPicture): Finding[] {
  return members
    .filter(node => node.status === 'spare' && (node.info?.keys ?? 0) > 0)
    .map(node => ({
      code: 'keysOnSpare',
      severity: 'warning',
      text: `${nodeName(node)} serves no slots but holds ${count(node.info?.keys ?? 0, 'key')} that no client can reach.`,
      nodeIds: [node.id],
      remedy: `Look at the keys of ${nodeName(node)} before it is used as a replica: that would delete them.`,
    }));
}

function versionFinding({ members }: ClusterPicture): Finding[] {
  const running = members.flatMap(node => (node.info ? [{ node, version: versionOf(node.info) }] : []));
  const byVersion = [...groupBy(running, ({ version }) => version)].sort(([a], [b]) => (a < b ? -1 : 1));
  if (byVersion.length < 2) return [];
  return [
    {
      code: 'versionsDiffer',
      severity: 'warning',
      text: `The nodes run different versions: ${byVersion.map(([version, nodes]) => `${version} on ${listNames(nodes.map(({ node }) => nodeName(node)))}`).join('; ')}.`,
      nodeIds: byVersion.slice(1).flatMap(([, nodes]) => nodes.map(({ node }) => node.id)),
      remedy:
        'During an upgrade this is expected: finish it, replicas first, and leave slots where they are until then.',
    },
  ];
}

function versionOf({ flavour, version }: { flavour: string; version: string }): string {
  return `${flavour === 'valkey' ? 'Valkey' : 'Redis'} ${version}`;
}
