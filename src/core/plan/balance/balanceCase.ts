import type { ClusterNode, ServerInfo, Shard, Topology } from '../../topology/types';
import { electionMemoryMilliseconds, remembersElections } from '../failover/electionMemory';
import { replicaObstacles } from '../failover/findObstacles';
import type { FailoverRequest } from '../planFailover';

export interface BalanceRolesRequest extends Pick<FailoverRequest, 'recentPromotions' | 'nodeTimeoutMilliseconds'> {
  /** `host:port` -> label of the failure domain, instead of the label in the topology. */
  hosts?: Readonly<Record<string, string>>;
  /**
   * Default true: where failovers are not enough, replicas may follow another master, which costs a full copy each. A
   * shard keeps its number of replicas either way.
   */
  moveReplicas?: boolean;
}

/** A node of a shard; hosts and shards are numbers, so that a search is quick. */
export interface Seat {
  node: ClusterNode;
  host: number;
  /** The shard it is in now. */
  home: number;
  /** It could become master: it answers with whole data and nobody doubts it. */
  isAble: boolean;
  /** It could follow another master. */
  isMovable: boolean;
  /** How much speaks against it as a master, among equals; 0 to 7. */
  reluctance: number;
}

/** A cluster as the search sees it. */
export interface BalanceCase {
  topology: Topology;
  /** Labels of the hosts that hold nodes of shards, in order of first appearance. */
  hosts: readonly string[];
  /** Shards with slots; their numbers are the indexes. */
  shards: readonly Shard[];
  seats: readonly Seat[];
  /** Per shard the seat of its master now. */
  masters: readonly number[];
  canMove: boolean;
}

/** Greater than any `reluctance`. */
export const reluctanceLimit = 8;

/** `shards` are those of one cluster, each with a master in the topology. */
export function balanceCase(topology: Topology, shards: readonly Shard[], request: BalanceRolesRequest): BalanceCase {
  const nodes = new Map(topology.nodes.map(node => [node.id, node]));
  const hosts = new Map<string, number>();
  const seats: Seat[] = [];
  const masters: number[] = [];
  const moving = new Set(
    topology.nodes.flatMap(({ id, openSlots }) =>
      openSlots.length === 0 ? [] : [id, ...openSlots.map(open => open.peerId)],
    ),
  );
  shards.forEach(({ masterId = '', replicaIds }, home) => {
    const master = nodes.get(masterId)!;
    masters.push(seats.length);
    for (const node of [master, ...replicaIds.flatMap(id => nodes.get(id) ?? [])]) {
      if (!hosts.has(node.hostLabel)) hosts.set(node.hostLabel, hosts.size);
      // A replica of a replica is on its way to the master above.
      const isAble = canLead(node) && (node === master || node.masterId === masterId);
      seats.push({
        node,
        host: hosts.get(node.hostLabel)!,
        home,
        isAble,
        isMovable: isAble && (node === master || isInSync(node)),
        reluctance: node === master || !isAble ? 0 : reluctanceOf(node, master, moving.has(masterId), request),
      });
    }
  });
  const canMove = request.moveReplicas !== false && runOneVersion(seats);
  return { topology, hosts: [...hosts.keys()], shards, seats, masters, canMove };
}

function canLead({ status, reachable, info }: ClusterNode): boolean {
  return status === 'ok' && reachable && info !== undefined && !info.loading;
}

function isInSync({ info }: ClusterNode): boolean {
  return info?.masterLink === 'up' && info.syncing !== true;
}

// Of two that serve the balance equally well, the one that can take over at once, and holds what its master holds.
function reluctanceOf(
  node: ClusterNode,
  master: ClusterNode,
  isMovingSlots: boolean,
  request: BalanceRolesRequest,
): number {
  const isObstructed = isMovingSlots || replicaObstacles({ replica: node, master, mode: 'graceful' }).length > 0;
  const agoMilliseconds = request.recentPromotions?.[node.id];
  const hasToWait =
    agoMilliseconds !== undefined &&
    node.info !== undefined &&
    remembersElections(node.info) &&
    agoMilliseconds < electionMemoryMilliseconds(request.nodeTimeoutMilliseconds);
  const isOther = (node.lagBytes ?? 0) > 64 * 1024 || versionOf(node.info) !== versionOf(master.info);
  return (isObstructed ? 4 : 0) + (hasToWait ? 2 : 0) + (isOther ? 1 : 0);
}

// The data of a newer server may be unreadable for an older one.
function runOneVersion(seats: readonly Seat[]): boolean {
  return new Set(seats.flatMap(({ node }) => versionOf(node.info) ?? [])).size < 2;
}

function versionOf(info: ServerInfo | undefined): string | undefined {
  return info && `${info.flavour} ${info.version.split('.').slice(0, 2).join('.')}`;
}
