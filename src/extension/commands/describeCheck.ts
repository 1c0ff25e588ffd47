import type { Health, Topology } from '../../core/index';

/** The report as plain text: the verdict first, then what is wrong and what mends it, then what was looked at. */
export function describeCheck(name: string, topology: Topology, { status, problems }: Health): string {
  const verdicts = {
    ok: 'No problem was found.',
    degraded: 'It works, with problems.',
    failing: 'It does not work as it should.',
  };
  const members = topology.nodes.filter(node => node.inCluster);
  const lines = [
    `${name}: ${topology.clusterState === 'none' ? 'these nodes are not a cluster yet.' : verdicts[status]}`,
    `Looked at ${new Date(topology.observedAtMilliseconds).toISOString()}: ${topology.answered} of ${topology.asked} nodes answered.`,
    '',
    ...problems.flatMap((problem, index) => [
      `${index + 1}. ${problem.severity === 'error' ? 'ERROR' : 'Warning'}: ${problem.text}`,
      `   ${problem.remedy}`,
      '',
    ]),
    `Slots covered: ${topology.coveredSlots.count} of 16384.`,
    `Nodes in the cluster: ${members.length}. Shards: ${topology.shards.length}.`,
    `Views that disagree: ${topology.disagreements.length === 0 ? 'none' : topology.disagreements.map(({ text }) => text).join(' ')}`,
    '',
    ...topology.shards.flatMap((shard, index) => [
      `Shard ${index + 1}  slots ${shard.slots.isEmpty ? 'none' : shard.slots.toString()}`,
      ...[shard.masterId, ...shard.replicaIds].flatMap(id => {
        const node = topology.nodes.find(candidate => candidate.id === id);
        if (!node) return [];
        const lag = node.lagBytes === undefined ? '' : `  ${node.lagBytes} bytes behind`;
        return [
          `  ${node.role.padEnd(7)}  ${node.address.padEnd(21)}  ${node.hostLabel.padEnd(12)}  ${node.status}${lag}`,
        ];
      }),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
