import { formatAddress, type Address } from './address';
import { carryOver, formerShardFinder } from './carryOver';
import { findClusters, type Group } from './findClusters';
import {
  compareDisagreements,
  doubleDisagreements,
  findDisagreements,
  isGhost,
  separateClusters,
  type Compared,
} from './findDisagreements';
import { forgottenViewers } from './forgottenViewers';
import { formShards, sortNodes } from './formShards';
import { gatherSayings, type Handshake, type Sayings } from './gatherSayings';
import { lineageOf } from './lineage';
import { LookFailures } from './lookFailures';
import { describeNode } from './nodeFacts';
import { settleRole, type SettledRole } from './settleRole';
import { settleSlots, type SlotContest } from './settleSlots';
import { ownLineOf } from './ownLine';
import { silence } from './silence';
import { SlotSet } from './slotSet';
import { stateIdOf } from './stateId';
import type { ClusterNode, Disagreement, FailedLook, Look, Topology } from './types';
import { viewsOf } from './viewsOf';

export interface MergeOptions {
  /** `host:port` (as the cluster or as the user names the node) -> label of the failure domain. */
  hosts?: Readonly<Record<string, string>>;
  /** The look before: who cannot be asked stays in the model, shards keep their ids, a failed node the shard it served. */
  previous?: Topology;
  /** Node id -> id of the shard it was in, from before the first look: what its shard is called, and where it belongs. */
  rememberedShards?: Readonly<Record<string, string>>;
  /** Default: when the newest view was taken, or now without any. */
  nowMilliseconds?: number;
}

/**
 * Derives from what every node said (or did not say) what holds for all of them together, as types.ts describes it. Pure, but
 * for the clock when there is no view and no `nowMilliseconds`; the order of the looks does not matter; linear in their lines.
 * If the nodes form several clusters, `clusterState`, `coveredSlots` and the shards called `slot-…` are those of the largest.
 */
export function mergeLooks(looks: readonly Look[], options: MergeOptions = {}): Topology {
  const sayings = gatherSayings(looks);
  const failures = new LookFailures(looks);
  const groups = settleGroups(sayings);
  const before = new Map(options.previous?.nodes.map(node => [node.id, node]) ?? []);
  const followed = new Set(groups.flatMap(group => [...group.roles.values()].flatMap(role => role.masterId ?? [])));

  const described = groups.map(group => {
    const context = { ...group, group, sayings, followed, failures, labels: options.hosts ?? {}, before };
    return group.members.map(subject => describeNode(subject, context));
  });
  const addresses = new Set(described.flat().map(node => node.address));
  const met = [...sayings.handshakes.values()].flatMap(handshake => {
    const address = formatAddress(handshake.line);
    return addresses.has(address) ? [] : [metNode(handshake, address, sayings, failures, options)];
  });
  const carried = carryOver(options.previous, sayings, failures);
  const unknown = failures.rest().map(failure => unknownNode(failure, options));
  const nodes = [...described.flat(), ...met, ...carried, ...unknown];

  const clusters = described.map(members => members.filter(isMember)).filter(members => members.length > 0);
  clusters.sort(largestFirst);
  const main = clusters[0] ?? carried.filter(isMember);
  const forgotten = forgottenViewers(sayings);
  // It still takes itself for a replica; its master does not.
  const lineage = lineageOf(options.previous, options.rememberedShards);
  const shards = formShards(
    nodes.filter(node => node.role === 'master' || !forgotten.has(node.id)),
    new Set(main.map(node => node.id)),
    lineage,
  );
  const formerShard = formerShardFinder(lineage, shards);
  const complete = nodes.map(node => {
    const formerShardId = formerShard(node);
    return formerShardId === undefined ? node : { ...node, formerShardId };
  });

  const compared = { sayings, nodes: new Map(nodes.map(node => [node.id, node])) };
  const coveredSlots = SlotSet.unionOf(main.map(({ slots }) => slots));
  const views = viewsOf(looks);
  return {
    nodes: sortNodes(complete, shards),
    shards,
    disagreements: [
      ...disagreementsOf(looks, groups, compared, forgotten),
      ...doubleDisagreements(sayings),
      ...separateClusters(clusters.map(members => sortNodes(members, shards))),
    ].sort(compareDisagreements),
    ghosts: groups
      .flatMap(group => group.members.filter(subject => isGhost(subject, group, compared)).map(subject => subject.id))
      .sort(),
    forgotten: [...forgotten],
    coveredSlots,
    clusterState: stateOf(main, forgotten, sayings, coveredSlots.count),
    stateId: stateIdOf(complete),
    observedAtMilliseconds: options.nowMilliseconds ?? newest(views.map(view => view.observedAtMilliseconds)),
    asked: looks.length,
    answered: views.length,
  };
}

/** A group of nodes that know of each other, with its roles and slots decided. */
interface SettledGroup extends Group {
  roles: ReadonlyMap<string, SettledRole>;
  slotsOf: ReadonlyMap<string, SlotSet>;
  contests: readonly SlotContest[];
}

function settleGroups(sayings: Sayings): SettledGroup[] {
  return findClusters(sayings).map(group => ({
    ...group,
    roles: new Map(group.members.map(subject => [subject.id, settleRole(subject)])),
    ...settleSlots(group),
  }));
}

function metNode(
  { line, viewers }: Handshake,
  address: string,
  sayings: Sayings,
  failures: LookFailures,
  options: MergeOptions,
): ClusterNode {
  const failure = failures.take(`?${address}`, [address]);
  return {
    ...placeholder(address, options),
    busPort: line.busPort,
    status: 'joining',
    seenBy: viewers.map(viewer => sayings.viewers[viewer]!.id),
    ...silence(failure),
  };
}

function unknownNode(failure: FailedLook, options: MergeOptions): ClusterNode {
  return { ...placeholder(failure.address, options), ...silence(failure) };
}

/** A node of which only the address is known. */
function placeholder(address: string, options: MergeOptions): ClusterNode {
  const { host, port } = splitAddress(address);
  return {
    id: `?${address}`,
    host,
    port,
    busPort: port + 10000,
    address,
    hostLabel: options.hosts?.[address] ?? host,
    role: 'master',
    slots: SlotSet.empty,
    openSlots: [],
    configEpoch: 0,
    status: 'unreachable',
    inCluster: false,
    seenBy: [],
    suspectedBy: [],
    failedBy: [],
    reachable: false,
  };
}

// As the cluster or the user named it: whatever it is, the node must not be lost over it.
function splitAddress(address: string): Address {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, Math.max(0, colon)).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(address.slice(colon + 1)) || 0 };
}

function isMember(node: ClusterNode): boolean {
  return node.inCluster || !node.slots.isEmpty;
}

function largestFirst(a: readonly ClusterNode[], b: readonly ClusterNode[]): number {
  return b.length - a.length || slotCount(b) - slotCount(a) || (leastId(a) < leastId(b) ? -1 : 1);
}

function slotCount(nodes: readonly ClusterNode[]): number {
  return nodes.reduce((sum, node) => sum + node.slots.count, 0);
}

function leastId(nodes: readonly ClusterNode[]): string {
  return nodes.reduce((least, node) => (node.id < least ? node.id : least), nodes[0]?.id ?? '');
}

// What a node says of a cluster that has forgotten it is no reason to doubt what the members say: only that it is not known.
function disagreementsOf(
  looks: readonly Look[],
  groups: readonly SettledGroup[],
  compared: Compared,
  forgotten: ReadonlySet<string>,
): Disagreement[] {
  const all = groups.flatMap(group => findDisagreements(group, group.contests, compared));
  if (forgotten.size === 0) return all;
  const sayings = gatherSayings(
    looks.filter(look => !('view' in look && forgotten.has(ownLineOf(look.view)?.id ?? ''))),
  );
  const ofMembers = settleGroups(sayings).flatMap(group =>
    findDisagreements(group, group.contests, { ...compared, sayings }),
  );
  const told = new Set(ofMembers.flatMap(({ kind, nodeIds }) => (kind === 'membership' ? nodeIds : [])));
  const ofForgotten = all.filter(
    ({ kind, nodeIds: [id = ''] }) => kind === 'membership' && forgotten.has(id) && !told.has(id),
  );
  return [...ofMembers, ...ofForgotten];
}

function stateOf(
  main: readonly ClusterNode[],
  forgotten: ReadonlySet<string>,
  { viewers }: Sayings,
  coveredCount: number,
): Topology['clusterState'] {
  if (main.length === 0) return 'none';
  const answered = main.filter(node => node.reachable && !forgotten.has(node.id));
  const slotsKnown = new Map(viewers.map(({ id, view }) => [id, view.clusterInfo.slotsAssigned]));
  // A newcomer says "fail" until it knows who serves what, a master without slots for up to 5 s more
  // (cluster_legacy.c, clusterUpdateState); neither serves anybody, so that the others decide.
  const serving = answered.filter(
    ({ id, role, slots }) => !slots.isEmpty || (role === 'replica' && (slotsKnown.get(id) ?? 0) >= coveredCount),
  );
  const deciding = serving.length > 0 ? serving : answered;
  return deciding.length > 0 && deciding.every(node => node.clusterState === 'ok') ? 'ok' : 'fail';
}

function newest(times: readonly number[]): number {
  return times.length === 0 ? Date.now() : times.reduce((latest, time) => Math.max(latest, time), 0);
}
