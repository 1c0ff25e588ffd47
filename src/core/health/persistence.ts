import type { ClusterNode, Persistence, Topology } from '../topology/types';
import { listNames, nodeName } from '../topology/wording';

/** What starting a dead master would cost. */
export interface RestartRisk {
  /** `nothing`: it would come back empty; `snapshots`: as of its last one; `unknown`: nobody could tell. */
  keeps: 'nothing' | 'snapshots' | 'unknown';
  /** The replicas that hold its data now, and would copy what it comes back with. */
  holders: readonly ClusterNode[];
  /** Whole sentences: what would happen, and to fail over first. */
  text: string;
}

/**
 * Why a master that does not answer must not just be started: a master that comes back before a replica took over is copied by
 * its replicas, whatever it comes back with. Undefined where nothing can be lost by it. Pure.
 */
export function restartRisk(
  master: ClusterNode,
  topology: Pick<Topology, 'nodes' | 'forgotten'>,
): RestartRisk | undefined {
  if (master.reachable || master.slots.isEmpty) return undefined;
  const holders = topology.nodes.filter(
    ({ id, masterId, info }) => masterId === master.id && (info?.keys ?? 0) > 0 && !topology.forgotten.includes(id),
  );
  const keeps = persistenceOf(master, topology) ?? 'unknown';
  if (holders.length === 0 || keeps === 'log') return undefined;
  return { keeps, holders, text: riskText[keeps](nodeName(master), listNames(holders.map(nodeName))) };
}

const riskText: Record<RestartRisk['keeps'], (name: string, holders: string) => string> = {
  nothing: (name, holders) =>
    `Do not start ${name} as it is: nothing of it is on disk (save '' and appendonly no), it would come back empty and ${holders} would copy that. Fail over to ${holders} first.`,
  snapshots: (name, holders) =>
    `${name} keeps snapshots only: started, it comes back as of its last one and ${holders} would copy that. Fail over to ${holders} first to keep what came since.`,
  unknown: (name, holders) =>
    `If ${name} keeps nothing on disk (save '' and appendonly no), do not start it: it would come back empty and ${holders} would copy that. Fail over to ${holders} first.`,
};

/** As it told last; else as all its replicas do, for they are mostly configured alike; undefined when they differ or nobody tells. */
function persistenceOf({ id, persistence }: ClusterNode, { nodes }: Pick<Topology, 'nodes'>): Persistence | undefined {
  if (persistence !== undefined) return persistence;
  const told = new Set(nodes.flatMap(node => (node.masterId === id ? (node.persistence ?? []) : [])));
  return told.size === 1 ? [...told][0] : undefined;
}
