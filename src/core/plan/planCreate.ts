import type { Topology } from '../topology/types';
import { countMasters, warnOfFewMasters, type MasterRequest } from './countMasters';
import { createSteps } from './createSteps';
import { divideSlots } from './divideSlots';
import { count, joinSome } from './phrases';
import { placeNodes, type Placement } from './placement/placeNodes';
import { warnOfPlacement } from './placement/warnOfPlacement';
import { refuseUnfitNodes } from './refuseUnfitNodes';
import { indexByName, selectNodes } from './selectNodes';
import type { NodeRef, Plan, PlannedNode, PlanWarning } from './types';

export interface CreateRequest extends MasterRequest {
  /** Per master; 0 or more. */
  replicasPerMaster: number;
  /** Default: as many as the nodes allow. Nodes beyond masters x (1 + replicasPerMaster) stay spares. */
  masters?: number;
  /** `host:port` -> label of the failure domain, instead of the label in the topology. */
  hosts?: Readonly<Record<string, string>>;
  /** Ids or `host:port` of the nodes to use; default all of the topology. */
  nodes?: readonly string[];
  /** Allow 1 or 2 masters, which means no automatic failover. */
  allowFewMasters?: boolean;
}

/**
 * Plans a new cluster of empty nodes. Slots are divided as redis-cli divides them, masters in order of address; a
 * replica is kept off its master's host, replicas of one master apart and masters spread over the hosts as far as that is
 * possible, and where it is not a warning says so. The same input gives the same plan whatever the order of its nodes.
 *
 * Throws a PlanError, before anything is changed: `badReplicaCount`, `badMasterCount`, `tooManyMasters`, `unknownNodes`,
 * `duplicateNodes`, `tooManyNodes`, `tooFewNodes`, `tooFewMasters`, `nodesUnreachable`, `clusterModeOff`,
 * `nodesLoading`, `nodesInCluster`, `nodesAreReplicas`, `nodesHaveSlots`, `nodesNotEmpty`, `mixedFlavours`,
 * `mixedMajorVersions`.
 */
export function planCreate(topology: Topology, request: CreateRequest): Plan {
  const nodes = selectNodes(topology, request.nodes);
  const masters = countMasters(nodes.length, request);
  const versionWarnings = refuseUnfitNodes(nodes);

  const candidates = nodes.map(({ id, address, hostLabel }) => ({
    id,
    address,
    hostLabel: request.hosts?.[address] ?? hostLabel,
  }));
  const placement = placeNodes(candidates, { masters, replicasPerMaster: request.replicasPerMaster });
  const ranges = divideSlots(masters).map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`));
  const shards = placement.shards.map(({ master, replicas }, index) => ({ master, replicas, slots: ranges[index]! }));

  return {
    formatVersion: 1,
    kind: 'create',
    title: titleFor(masters, masters * request.replicasPerMaster),
    stateId: topology.stateId,
    steps: createSteps(
      candidates.filter(node => !placement.spares.includes(node)).map(refer),
      shards.map(({ master, replicas, slots }) => ({ master: refer(master), replicas: replicas.map(refer), slots })),
    ),
    before: { nodes: candidates.map(asSpare) },
    after: {
      nodes: [
        ...shards.flatMap(({ master, replicas, slots }): PlannedNode[] => [
          { ...master, role: 'master', slots },
          ...replicas.map(replica => ({ ...replica, role: 'replica' as const, master: master.address, slots: '' })),
        ]),
        ...placement.spares.map(asSpare),
      ],
    },
    warnings: [
      ...warnOfFewMasters(masters),
      ...warnOfNoReplicas(request),
      ...versionWarnings,
      ...warnOfPlacement(placement),
      ...tellSpares(placement, nodes.length, request),
      ...warnOfUnknownHosts(topology, request),
    ],
    risk: 'none',
    placement: placement.score,
  };
}

function titleFor(masters: number, replicas: number): string {
  return `Create a cluster of ${count(masters, 'master')}${replicas > 0 ? ` and ${count(replicas, 'replica')}` : ''}`;
}

function refer({ id, address }: NodeRef): NodeRef {
  return { id, address };
}

function asSpare(node: NodeRef & { hostLabel: string }): PlannedNode {
  return { ...node, role: 'spare', slots: '' };
}

function warnOfNoReplicas({ replicasPerMaster }: CreateRequest): PlanWarning[] {
  if (replicasPerMaster > 0) return [];
  const text = 'No master has a replica: when a master dies, its slots are down and its data may be lost.';
  return [{ code: 'noReplicas', text }];
}

function tellSpares({ shards, spares }: Placement<NodeRef>, nodes: number, request: CreateRequest): PlanWarning[] {
  if (spares.length === 0) return [];
  const { replicasPerMaster, masters } = request;
  const names = joinSome(spares.map(({ address }) => address));
  const replicas = replicasPerMaster > 0 ? ` and ${count(shards.length * replicasPerMaster, 'replica')}` : '';
  const why =
    masters === undefined
      ? `${nodes} nodes are enough for ${count(shards.length, 'master')}${replicas} and not for one master more`
      : `${count(masters, 'master')}${replicas} were asked for`;
  const text = `${count(spares.length, 'node')} stay${spares.length === 1 ? 's a spare' : ' spares'} outside the cluster, because ${why}: ${names}.`;
  return [{ code: 'spares', text }];
}

function warnOfUnknownHosts(topology: Topology, { hosts = {} }: CreateRequest): PlanWarning[] {
  const known = indexByName(topology);
  const unknown = Object.keys(hosts).filter(address => known.get(address)?.address !== address);
  if (unknown.length === 0) return [];
  const text = `Host labels are given for ${joinSome(unknown.sort())}, which ${unknown.length === 1 ? 'is no node' : 'are no nodes'} known here; ${unknown.length === 1 ? 'it has' : 'they have'} no effect.`;
  return [{ code: 'unknownHosts', text }];
}
