import { formatAddress } from './address';
import type { Group } from './findClusters';
import { viewersOf, type Sayings, type Subject, type Viewer } from './gatherSayings';
import type { LookFailures } from './lookFailures';
import type { SettledRole } from './settleRole';
import { silence } from './silence';
import { SlotSet } from './slotSet';
import type { ClusterNode, NodeLine, NodeStatus } from './types';

/** What the nodes of one group are described from. */
export interface NodeContext {
  sayings: Sayings;
  group: Group;
  roles: ReadonlyMap<string, SettledRole>;
  slotsOf: ReadonlyMap<string, SlotSet>;
  /** Ids of nodes that some replica follows. */
  followed: ReadonlySet<string>;
  failures: LookFailures;
  labels: Readonly<Record<string, string>>;
  /** The nodes of the look before: one that does not answer stays on its host, and what it said last is kept. */
  before: ReadonlyMap<string, ClusterNode>;
}

/** Everything the model says of one node that somebody listed. */
export function describeNode(subject: Subject, context: NodeContext): ClusterNode {
  const { sayings, failures } = context;
  const viewer = subject.viewer === undefined ? undefined : sayings.viewers[subject.viewer]!;
  const { line, role, masterId, configEpoch } = context.roles.get(subject.id)!;
  const { host, port, busPort, hostname } = line;
  const address = formatAddress({ host, port });
  const names = [address, ...(hostname ? [formatAddress({ host: hostname, port })] : [])];
  if (viewer) names.push(viewer.view.address);
  const failure = failures.take(subject.id, names);
  const info = viewer?.view.serverInfo;
  const slots = (role === 'master' ? context.slotsOf.get(subject.id) : undefined) ?? SlotSet.empty;
  const suspected = flaggedBy(subject, flags => flags.includes('fail?') || flags.includes('fail'));
  const failed = flaggedBy(subject, flags => flags.includes('fail'));
  const inCluster = viewer ? listsAnother(viewer) : true;
  const label = names.map(name => context.labels[name]).find(known => known !== undefined);
  const lagBytes = lagOf(subject, masterId, context);
  const was = context.before.get(subject.id);

  const node: ClusterNode = {
    id: subject.id,
    host,
    port,
    busPort,
    address,
    hostLabel: label ?? info?.availabilityZone ?? (viewer ? undefined : was?.hostLabel) ?? host,
    role,
    slots,
    openSlots: viewer?.own.openSlots ?? [],
    configEpoch,
    status: statusOf(),
    inCluster,
    seenBy: seenBy(subject, sayings),
    suspectedBy: idsOf(suspected, sayings),
    failedBy: idsOf(failed, sayings),
    reachable: viewer !== undefined,
  };
  if (hostname !== undefined) node.hostname = hostname;
  if (masterId !== undefined) node.masterId = masterId;
  if (lagBytes !== undefined) node.lagBytes = lagBytes;
  const persistence = viewer ? viewer.view.persistence : was?.persistence;
  if (persistence !== undefined) node.persistence = persistence;
  if (!viewer) {
    const lastInfo = was?.info ?? was?.lastInfo;
    return { ...node, ...(lastInfo && { lastInfo }), ...silence(failure, reasonWithoutLook(line)) };
  }
  const { clusterInfo, serverInfo, lines, roundTripMilliseconds } = viewer.view;
  node.clusterState = clusterInfo.state;
  node.knownNodes = lines.length;
  node.info = serverInfo;
  node.roundTripMilliseconds = roundTripMilliseconds;
  return node;

  function statusOf(): NodeStatus {
    if (isAgreedFailed(failed, context)) return 'failed';
    if (suspected.length > 0) return 'suspect';
    if (!viewer) return hasAddress(line) ? 'unreachable' : 'joining';
    if (!inCluster && sayings.handshakes.has(`${host}:${port}`)) return 'joining';
    const isEmpty = role === 'master' && slots.isEmpty && !context.followed.has(subject.id);
    // A lone server that holds keys is somebody's database, not a node that stands by.
    return isEmpty && (inCluster || info?.keys === 0) ? 'spare' : 'ok';
  }
}

/** A majority of the voting masters heard; without any, of all nodes heard: `fail` is only ever set by agreement. */
function isAgreedFailed(failedBy: readonly number[], { group, sayings, slotsOf, roles }: NodeContext): boolean {
  if (failedBy.length === 0) return false;
  const votes = (viewer: number): boolean => {
    const { id } = sayings.viewers[viewer]!;
    return slotsOf.has(id) && roles.get(id)?.role === 'master';
  };
  const voters = group.viewers.filter(votes).length;
  return voters > 0 ? failedBy.filter(votes).length * 2 > voters : failedBy.length * 2 > group.viewers.length;
}

function flaggedBy(subject: Subject, matches: (flags: readonly string[]) => boolean): readonly number[] {
  return viewersOf(subject.sayings.filter(saying => matches(saying.line.flags)));
}

function seenBy(subject: Subject, sayings: Sayings): readonly string[] {
  const count = subject.sayings.reduce((sum, saying) => sum + saying.viewers.length, 0);
  return count === sayings.viewers.length ? sayings.viewerIds : idsOf(viewersOf(subject.sayings), sayings);
}

function idsOf(viewers: readonly number[], sayings: Sayings): readonly string[] {
  // In a quiet cluster everybody sees everybody: one list serves all.
  return viewers.length === sayings.viewers.length
    ? sayings.viewerIds
    : viewers.map(viewer => sayings.viewers[viewer]!.id);
}

function listsAnother({ id, view }: Viewer): boolean {
  return view.lines.some(line => line.id !== id && !line.flags.includes('handshake'));
}

function hasAddress(line: NodeLine): boolean {
  return !line.flags.includes('noaddr') && line.host !== '' && line.port !== 0;
}

function reasonWithoutLook(line: NodeLine): string {
  return hasAddress(line) ? 'It was not asked.' : 'No node knows its address.';
}

function lagOf(subject: Subject, masterId: string | undefined, { sayings, before }: NodeContext): number | undefined {
  const master = masterId === undefined ? undefined : sayings.subjects.get(masterId);
  if (subject.viewer === undefined || master?.viewer === undefined) return undefined;
  const isPresumed = (viewer: number): boolean => sayings.viewers[viewer]!.view.isPresumed === true;
  // Offsets of different looks do not compare.
  if (isPresumed(subject.viewer) || isPresumed(master.viewer)) {
    const was = before.get(subject.id);
    return was?.masterId === masterId ? was?.lagBytes : undefined;
  }
  const offset = (viewer: number): number => sayings.viewers[viewer]!.view.serverInfo.replicationOffset;
  // The two were not asked in the same instant: a replica can be ahead.
  return Math.max(0, offset(master.viewer) - offset(subject.viewer));
}
