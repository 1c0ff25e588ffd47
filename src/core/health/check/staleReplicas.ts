import type { ClusterNode, Topology } from '../../topology/types';
import { nodeName } from '../../topology/wording';
import { restartRisk } from '../persistence';
import type { Found } from './lasting';
import type { CheckEvidence } from './types';

/**
 * Replicas of failed masters that do not stand for election because what they hold is too old in their own eyes: nobody takes
 * over then, however long one waits (cluster.c, cluster_legacy.c: clusterHandleSlaveFailover, clusterHandleReplicaFailover).
 */
export function staleReplicaFindings({
  latest: { topology },
  settings,
}: Pick<CheckEvidence, 'latest' | 'settings'>): Found[] {
  return topology.nodes.flatMap(node => {
    const master = topology.nodes.find(({ id }) => id === node.masterId);
    if (!node.reachable || master?.status !== 'failed' || master.slots.isEmpty) return [];
    const why = whyTooOld(node, settings.get(node.id));
    return why === undefined ? [] : [finding(node, master, why, topology)];
  });
}

function whyTooOld({ info }: ClusterNode, values: Readonly<Record<string, string>> | undefined): string | undefined {
  if (info?.masterLink !== 'down' || !values) return undefined;
  const [factor, timeoutMilliseconds, pingSeconds] = [
    'cluster-replica-validity-factor',
    'cluster-node-timeout',
    'repl-ping-replica-period',
  ].map(name => Number(values[name])) as [number, number, number];
  if (!(factor > 0 && timeoutMilliseconds > 0 && pingSeconds > 0)) return undefined;
  const limitSeconds = (timeoutMilliseconds * (factor + 1)) / 1000 + pingSeconds;
  const standsOnly = `it stands only up to ${limitSeconds} s after a link broke (cluster-node-timeout ${timeoutMilliseconds} ms, cluster-replica-validity-factor ${factor})`;
  if (info.masterLinkDownSeconds === undefined)
    return `it has had no link to it since it was started, and ${standsOnly}`;
  // The server counts in whole seconds.
  return info.masterLinkDownSeconds > limitSeconds
    ? `its link to it broke ${info.masterLinkDownSeconds} s ago, and ${standsOnly}`
    : undefined;
}

function finding(replica: ClusterNode, master: ClusterNode, why: string, topology: Topology): Found {
  const risk = restartRisk(master, topology);
  const [name, masterName] = [nodeName(replica), nodeName(master)];
  return {
    code: 'replicaDataTooOld',
    severity: 'error',
    text: `${name} does not stand for election though ${masterName} failed: ${why}.`,
    nodeIds: [replica.id, master.id],
    remedy: risk
      ? `${risk.text} That does not ask how old the data of ${name} is; what it lacks is lost.`
      : `Start ${masterName}: it has the newest data. If it is lost, fail over to ${name} by hand: that does not ask how old its data is, and what it lacks is lost.`,
    onlyByCheck: true,
  };
}
