import { l10n } from 'vscode';
import { servingShards, SLOT_COUNT, type Topology } from '../../core/index';

/** How many slots clients can use, and why not the others. Together they are all slots. */
export interface SlotService {
  served: number;
  /** Of no node, or of one that failed or is lost. */
  down: number;
  /** Their master is up, but says that the cluster is down and refuses commands. */
  refused: number;
  /** Their master did not answer here; the cluster does not call it failed. */
  unseen: number;
}

/** Of the cluster the topology speaks of. */
function slotService(topology: Topology): SlotService {
  const masters = new Map(topology.nodes.map(node => [node.id, node]));
  const service: SlotService = { served: 0, down: SLOT_COUNT - topology.coveredSlots.count, refused: 0, unseen: 0 };
  for (const { masterId, slots } of servingShards(topology)) {
    const master = masterId === undefined ? undefined : masters.get(masterId);
    if (!master || master.status === 'failed' || master.status === 'joining') service.down += slots.count;
    else if (!master.reachable) service.unseen += slots.count;
    else if (master.clusterState === 'fail') service.refused += slots.count;
    else service.served += slots.count;
  }
  return service;
}

/** `10923 of 16384 served, 5461 down`. */
export function slotServiceText(topology: Topology): string {
  const { served, down, refused, unseen } = slotService(topology);
  return [
    l10n.t('{0} of {1} served', served, SLOT_COUNT),
    ...(down > 0 ? [l10n.t('{0} down', down)] : []),
    ...(refused > 0 ? [l10n.t('{0} refused because the cluster is down', refused)] : []),
    ...(unseen > 0 ? [l10n.t('{0} not seen from here', unseen)] : []),
  ].join(', ');
}
