import { groupBy } from './groupBy';
import type { TopologyEvent } from './topologyEvent';
import type { ClusterNode, Disagreement, Topology } from './types';
import { wasRestarted } from './wasRestarted';
import { count, nodeName, slotsText } from './wording';

export type { TopologyEvent } from './topologyEvent';

/**
 * What changed between two looks at the same nodes, the widest first. Before the first look nothing is known, so nothing
 * changed. Linear in the number of nodes. A node that was only an address and now told its id is the same node.
 */
export function diffTopologies(before: Topology | undefined, after: Topology): TopologyEvent[] {
  if (!before || before === after) return [];
  const nodes: Pairing = pairNodes(before, after);
  return [
    ...clusterStateChange(before, after),
    ...nodes.pairs.flatMap(([was, is]) => failover(was, is, nodes)),
    ...nodes.appeared.map(node =>
      nodeEvent('nodeAppeared', node, `${nodeName(node)} appeared as ${describe(node, nodes)}.`),
    ),
    ...nodes.gone.map(node => nodeEvent('nodeGone', node, `${nodeName(node)} is gone: no node lists it any more.`)),
    ...nodes.pairs.flatMap(([was, is]) => nodeChanges(was, is, nodes)),
    ...disagreementChanges(before, after),
  ];
}

interface Pairing {
  pairs: [ClusterNode, ClusterNode][];
  appeared: ClusterNode[];
  gone: ClusterNode[];
  namesById: ReadonlyMap<string, string>;
  /** Master id -> its shard, at the later look. */
  shardIds: ReadonlyMap<string | undefined, string>;
}

function pairNodes(before: Topology, after: Topology): Pairing {
  const beforeById = new Map(before.nodes.map(node => [node.id, node]));
  const pairs: [ClusterNode, ClusterNode][] = [];
  const appeared: ClusterNode[] = [];
  for (const is of after.nodes) {
    const key = beforeById.has(is.id) ? is.id : `?${is.address}`;
    const was = beforeById.get(key);
    beforeById.delete(key);
    if (was) pairs.push([was, is]);
    else appeared.push(is);
  }
  const namesById = new Map([...before.nodes, ...after.nodes].map(node => [node.id, nodeName(node)]));
  const shardIds = new Map(after.shards.map(shard => [shard.masterId, shard.id]));
  return { pairs, appeared, gone: [...beforeById.values()], namesById, shardIds };
}

function clusterStateChange({ clusterState: from }: Topology, after: Topology): TopologyEvent[] {
  const to = after.clusterState;
  if (from === to) return [];
  const text =
    after.answered === 0
      ? 'No node answers: the state of the cluster is unknown.'
      : to === 'none'
        ? 'The cluster is gone: no node is in one any more.'
        : from === 'none'
          ? `There is a cluster now, its state is ${to}.`
          : `The cluster state changed from ${from} to ${to}.`;
  return [{ kind: 'clusterStateChanged', from, to, text }];
}

function failover(was: ClusterNode, is: ClusterNode, { namesById, shardIds }: Pairing): TopologyEvent[] {
  if (was.masterId === undefined || is.role !== 'master' || is.slots.isEmpty) return [];
  const shardId = shardIds.get(is.id);
  if (shardId === undefined) return [];
  const text = `${nodeName(is)} took over ${slotsText(is.slots)} from ${nameOf(was.masterId, namesById)}.`;
  return [{ kind: 'failoverHappened', shardId, fromNodeId: was.masterId, toNodeId: is.id, text }];
}

function nodeChanges(was: ClusterNode, is: ClusterNode, { namesById }: Pairing): TopologyEvent[] {
  const events: TopologyEvent[] = [];
  const name = nodeName(is);
  if (was.role !== is.role) {
    const text =
      is.role === 'master'
        ? `${name} became a master.`
        : `${name} became a replica of ${nameOf(is.masterId, namesById)}.`;
    events.push({ ...nodeEvent('roleChanged', is, text), from: was.role, to: is.role });
  } else if (was.masterId !== is.masterId) {
    events.push({
      ...nodeEvent(
        'masterChanged',
        is,
        `${name} now replicates ${nameOf(is.masterId, namesById)} instead of ${nameOf(was.masterId, namesById)}.`,
      ),
      ...(was.masterId === undefined ? {} : { fromMasterId: was.masterId }),
      ...(is.masterId === undefined ? {} : { toMasterId: is.masterId }),
    });
  }
  if (was.status !== is.status) {
    const why = is.status === 'unreachable' && is.unreachableReason ? ` ${is.unreachableReason}` : '';
    const text = `${name} went from ${was.status} to ${is.status}.${why}`;
    events.push({ ...nodeEvent('statusChanged', is, text), from: was.status, to: is.status });
  }
  if (!was.slots.equals(is.slots)) {
    const gained = is.slots.difference(was.slots);
    const lost = was.slots.difference(is.slots);
    const parts = [
      ...(gained.isEmpty ? [] : [`gained ${slotsText(gained)}`]),
      ...(lost.isEmpty ? [] : [`lost ${slotsText(lost)}`]),
    ];
    events.push({ ...nodeEvent('slotsChanged', is, `${name} ${parts.join(' and ')}.`), gained, lost });
  }
  if (was.address !== is.address) {
    const text =
      is.host === ''
        ? `The nodes lost the address of ${nodeName(was)}.`
        : `Node ${is.id.slice(0, 8)} moved from ${nodeName(was)} to ${name}.`;
    events.push({ ...nodeEvent('addressChanged', is, text), from: was.address, to: is.address });
  }
  const lost = keysLostByRestart(was, is);
  if (lost > 0) {
    const text = `${name} came back empty: it had ${count(lost, 'key')}.`;
    events.push({ ...nodeEvent('cameBackEmpty', is, text), keys: lost });
  }
  const [from, to] = [was.info?.masterLink, is.info?.masterLink];
  if (from !== undefined && to !== undefined && from !== to) {
    const text = `The link of ${name} to its master ${nameOf(is.masterId, namesById)} is ${to}.`;
    events.push({ ...nodeEvent('linkChanged', is, text), from, to });
  }
  return events;
}

/** Of a master that serves: a replica copies its master's keys once it is back. */
function keysLostByRestart(was: ClusterNode, is: ClusterNode): number {
  const { info, slots } = is;
  if (!info || slots.isEmpty || info.loading || info.keys > 0 || !wasRestarted(was, is)) return 0;
  return (was.info ?? was.lastInfo)?.keys ?? 0;
}

function disagreementChanges(before: Topology, after: Topology): TopologyEvent[] {
  const was = groupBy(before.disagreements, disagreementKey);
  const is = groupBy(after.disagreements, disagreementKey);
  const events: TopologyEvent[] = [];
  for (const [key, [disagreement]] of is)
    if (!was.has(key))
      events.push({ kind: 'disagreementAppeared', disagreement: disagreement!, text: disagreement!.text });
  for (const [key, [disagreement]] of was)
    if (!is.has(key))
      events.push({
        kind: 'disagreementResolved',
        disagreement: disagreement!,
        text: `The nodes agree again. Before: ${disagreement!.text}`,
      });
  return events;
}

// Who says it changes from look to look while the news spreads; what it is about does not.
function disagreementKey({ kind, nodeIds }: Disagreement): string {
  return [kind, ...nodeIds].join(' ');
}

function nodeEvent<Kind extends TopologyEvent['kind']>(
  kind: Kind,
  node: ClusterNode,
  text: string,
): { kind: Kind; nodeId: string; text: string } {
  return { kind, nodeId: node.id, text };
}

function describe(node: ClusterNode, { namesById }: Pairing): string {
  if (node.role === 'replica') return `a replica of ${nameOf(node.masterId, namesById)}`;
  if (!node.slots.isEmpty) return `a master with ${slotsText(node.slots)}`;
  return node.status === 'ok' ? 'an empty master' : `a node that is ${node.status}`;
}

function nameOf(id: string | undefined, names: ReadonlyMap<string, string>): string {
  return id === undefined ? 'nobody' : (names.get(id) ?? `node ${id.slice(0, 8)}`);
}
