import type { ClusterNode, ServerInfo } from '../topology/types';
import { count, joinWords } from './phrases';
import { PlanError } from './planError';
import type { PlanWarning } from './types';

/**
 * Refuses nodes that cannot found a cluster together: throws a PlanError for the first kind of fault found, which names
 * every node that has it. Returns a warning when their versions differ, but not so much that they could not.
 */
export function refuseUnfitNodes(nodes: readonly ClusterNode[]): PlanWarning[] {
  for (const fault of FAULTS) {
    const unfit = nodes.flatMap(node => {
      const detail = fault.find(node);
      return detail === undefined ? [] : [{ address: node.address, detail }];
    });
    if (unfit.length === 0) continue;
    const subject = unfit.length === 1 ? '1 node' : `${unfit.length} of ${nodes.length} nodes`;
    const what = `${subject} ${unfit.length === 1 ? fault.one : fault.many}: ${listByDetail(unfit)}.`;
    throw new PlanError(fault.code, what, { remedy: fault.remedy });
  }
  return compareVersions(nodes);
}

interface Fault {
  code: string;
  /** After "1 node" and after "2 of 6 nodes". */
  one: string;
  many: string;
  /** What to say about the node, perhaps nothing; undefined when it does not have the fault. */
  find: (node: ClusterNode) => string | undefined;
  remedy: string;
}

// In the order in which one fault hides the next: a node that does not answer says nothing about its keys.
const FAULTS: readonly Fault[] = [
  {
    code: 'nodesUnreachable',
    one: 'gave no usable answer',
    many: 'gave no usable answer',
    find: ({ reachable, info, address, unreachableReason = '' }) =>
      reachable && info ? undefined : unreachableReason.replace(`${address} `, '').replace(/\.$/, ''),
    remedy: 'Mend that, or leave such nodes out.',
  },
  {
    code: 'clusterModeOff',
    one: 'does not run in cluster mode',
    many: 'do not run in cluster mode',
    find: ({ info }) => when(info?.clusterEnabled === false),
    remedy: 'Set "cluster-enabled yes" in the configuration and restart the server, or leave the node out.',
  },
  {
    code: 'nodesLoading',
    one: 'is still loading its data set',
    many: 'are still loading their data sets',
    find: ({ info }) => when(info?.loading === true),
    remedy: 'A data set means keys: leave the node out, or wait until it is loaded and empty it.',
  },
  {
    code: 'nodesInCluster',
    one: 'belongs to another cluster',
    many: 'belong to another cluster',
    find: describeMembership,
    remedy:
      'Leave such nodes out, or remove them from their cluster first. Only if that cluster is gone for good: FLUSHALL and CLUSTER RESET HARD on the node, which deletes its keys.',
  },
  {
    code: 'nodesAreReplicas',
    one: 'is still a replica',
    many: 'are still replicas',
    find: ({ role, info, masterId }) =>
      role === 'replica' || info?.role === 'replica' ? (masterId ? `of ${masterId}` : '') : undefined,
    remedy: 'Leave such nodes out, or send them CLUSTER RESET HARD, which deletes their copy of the data.',
  },
  {
    code: 'nodesHaveSlots',
    one: 'has slots already',
    many: 'have slots already',
    find: ({ slots }) => (slots.isEmpty ? undefined : `${slots.count === 1 ? 'slot' : 'slots'} ${slots.toString()}`),
    remedy: 'Leave such nodes out. If the slots are left from an attempt that failed: CLUSTER RESET HARD on the node.',
  },
  {
    code: 'nodesNotEmpty',
    one: 'holds keys',
    many: 'hold keys',
    find: ({ info }) => (info ? describeKeys(info) : undefined),
    remedy:
      'Leave such nodes out, or save what you need and send them FLUSHALL, which deletes the keys of all databases.',
  },
];

/** `a and b (5 keys in database 0); c (1 key in database 3)`. */
function listByDetail(unfit: readonly { address: string; detail: string }[]): string {
  const groups = new Map<string, string[]>();
  for (const { address, detail } of unfit) groups.set(detail, [...(groups.get(detail) ?? []), address]);
  return [...groups]
    .map(([detail, addresses]) => `${joinWords(addresses)}${detail === '' ? '' : ` (${detail})`}`)
    .join('; ');
}

function when(hasFault: boolean): string | undefined {
  return hasFault ? '' : undefined;
}

function describeMembership({ id, knownNodes, inCluster, seenBy }: ClusterNode): string | undefined {
  if (knownNodes !== undefined && knownNodes > 1) return `with ${count(knownNodes - 1, 'other node')}`;
  const others = seenBy.filter(viewer => viewer !== id).length;
  if (others > 0) return `still listed by ${count(others, 'other node')}`;
  return when(inCluster);
}

function describeKeys({ keys, keysByDatabase }: ServerInfo): string | undefined {
  const databases = Object.entries(keysByDatabase)
    .map(([database, keys]) => ({ database: Number(database), keys }))
    .filter(({ keys }) => keys > 0)
    .sort((a, b) => a.database - b.database);
  if (databases.length > 0)
    return joinWords(databases.map(({ database, keys }) => `${count(keys, 'key')} in database ${database}`));
  return keys > 0 ? count(keys, 'key') : undefined;
}

function compareVersions(nodes: readonly ClusterNode[]): PlanWarning[] {
  if (distinct(nodes, info => info.flavour) > 1)
    throw new PlanError(
      'mixedFlavours',
      `Redis and Valkey do not form a new cluster together: ${listVersions(nodes)}.`,
      {
        remedy: 'Choose nodes of one kind.',
      },
    );
  if (distinct(nodes, info => versionParts(info, 1)) > 1)
    throw new PlanError('mixedMajorVersions', `The major versions differ: ${listVersions(nodes)}.`, {
      remedy: 'Choose nodes of one major version: a replica may not understand the data of a newer master.',
    });
  if (distinct(nodes, info => versionParts(info, 2)) < 2) return [];
  const text = `The versions differ, and a replica may not understand the data of a newer master: ${listVersions(nodes)}.`;
  return [{ code: 'mixedVersions', text }];
}

function distinct(nodes: readonly ClusterNode[], read: (info: ServerInfo) => string): number {
  return new Set(nodes.map(({ info }) => info && read(info))).size;
}

function versionParts({ version }: ServerInfo, parts: number): string {
  return version.split('.').slice(0, parts).join('.');
}

function listVersions(nodes: readonly ClusterNode[]): string {
  const groups = new Map<string, string[]>();
  for (const { info, address } of nodes) {
    const name = `${info?.flavour === 'valkey' ? 'Valkey' : 'Redis'} ${info?.version}`;
    groups.set(name, [...(groups.get(name) ?? []), address]);
  }
  return [...groups].map(([name, addresses]) => `${name} on ${joinWords(addresses)}`).join('; ');
}
