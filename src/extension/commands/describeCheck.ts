import type { ClusterNode, Health, Topology } from '../../core/index';
import { roleOf } from '../tree/contextWords';
import { slotServiceText } from '../tree/slotService';
import { factsOf, servingShards } from '../tree/topologyFacts';

/** The report as plain text: the verdict first, then what is wrong and what mends it, then what was looked at, every node. */
export function describeCheck(name: string, topology: Topology, { status, problems }: Health): string {
  const verdicts = {
    ok: 'No problem was found.',
    degraded: 'It works, with problems.',
    failing: 'It does not work as it should.',
  };
  const { nodesById, shards } = factsOf(topology);
  const members = topology.nodes.filter(node => node.inCluster);
  const sections = shards.map((shard, index) => ({
    title: `Shard ${index + 1}  slots ${shard.slots.isEmpty ? 'none' : shard.slots.toString()}`,
    nodes: [...(shard.masterId === undefined ? [] : [shard.masterId]), ...shard.replicaIds].flatMap(
      id => nodesById.get(id) ?? [],
    ),
  }));
  const inShard = new Set(sections.flatMap(({ nodes }) => nodes));
  const others = topology.nodes.filter(node => !inShard.has(node));
  const lines = [
    `${name}: ${topology.clusterState === 'none' ? 'these nodes are not a cluster yet.' : verdicts[status]}`,
    `Looked at ${new Date(topology.observedAtMilliseconds).toISOString()}: ${topology.answered} of ${topology.asked} nodes answered.`,
    '',
    ...problems.flatMap((problem, index) => [
      `${index + 1}. ${problem.severity === 'error' ? 'ERROR' : 'Warning'}: ${problem.text}`,
      `   ${problem.remedy}`,
      '',
    ]),
    `Slots: ${slotServiceText(topology)}.`,
    `Nodes in the cluster: ${members.length}. Shards: ${servingShards(topology)}.`,
    `Views that disagree: ${topology.disagreements.length === 0 ? 'none' : topology.disagreements.map(({ text }) => text).join(' ')}`,
    '',
    ...sections.flatMap(({ title, nodes }) => [title, ...nodes.map(nodeLine)]),
    ...section(
      topology.clusterState === 'none' ? 'Nodes in no cluster yet' : 'Spares',
      others.filter(({ status }) => status === 'spare'),
    ),
    ...section(
      'Spares that do not answer',
      others.filter(node => roleOf(node) === 'spare' && node.status !== 'spare'),
    ),
    ...section(
      'Nodes in no shard',
      others.filter(node => roleOf(node) !== 'spare'),
    ),
  ];
  return `${lines.join('\n')}\n`;

  function section(title: string, nodes: readonly ClusterNode[]): string[] {
    return nodes.length === 0 ? [] : [`${title}  ${nodes.length}`, ...nodes.map(nodeLine)];
  }

  function nodeLine(node: ClusterNode): string {
    const lag = node.lagBytes === undefined ? '' : `  ${node.lagBytes} bytes behind`;
    const role = inShard.has(node) || roleOf(node) === 'spare' ? roleOf(node) : '-';
    return `  ${role.padEnd(7)}  ${node.address.padEnd(21)}  ${node.hostLabel.padEnd(12)}  ${node.status === 'spare' ? 'ok' : node.status}${lag}${formerly(node)}`;
  }

  function formerly({ formerShardId }: ClusterNode): string {
    const number = factsOf(topology).shardNumbers.get(formerShardId ?? '');
    return number === undefined ? '' : `  served shard ${number} before`;
  }
}
