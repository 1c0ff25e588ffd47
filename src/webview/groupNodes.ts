import type { PageNode, PageShard, Snapshot } from '../shared/pageProtocol';

export type GroupBy = 'shard' | 'host';

/** A box that holds nodes: a shard, a host, or a tray for what belongs to no shard. */
export interface NodeGroup {
  /** Unique among all groups of both groupings, and the same on every poll. */
  key: string;
  kind: 'shard' | 'host' | 'spares' | 'others';
  /** The shard's name or the host's label; empty for trays, whose name is a matter of wording. */
  title: string;
  /** Each section begins on a new row. Only a shard nobody is left of has no node at all. */
  sections: readonly (readonly PageNode[])[];
  shard?: PageShard;
  /** What a shard lacks to be whole. */
  missing?: 'master' | 'replica';
}

/**
 * Puts every node of the snapshot into exactly one group, in an order that depends on the snapshot alone.
 * A failed node that lost its slots stays in the shard it served.
 */
export function groupNodes(snapshot: Snapshot, groupBy: GroupBy): NodeGroup[] {
  const groups = shardGroups(snapshot);
  return groupBy === 'shard' ? groups : groupByHost(groups);
}

/** Node id -> the shard it belongs to, or served before it failed. */
export function shardsByNode(snapshot: Snapshot): Map<string, PageShard> {
  const byNode = new Map<string, PageShard>();
  for (const { shard, sections } of shardGroups(snapshot))
    if (shard) for (const node of sections.flat()) byNode.set(node.id, shard);
  return byNode;
}

/** Several ask for those of the same snapshot. */
function shardGroups(snapshot: Snapshot): NodeGroup[] {
  const groups = known.get(snapshot) ?? groupByShard(snapshot);
  known.set(snapshot, groups);
  return groups;
}

const known = new WeakMap<Snapshot, NodeGroup[]>();

function groupByShard(snapshot: Snapshot): NodeGroup[] {
  const unclaimed = new Map(snapshot.nodes.map(node => [node.id, node]));
  const claim = (id: string | undefined): PageNode[] => {
    const node = id === undefined ? undefined : unclaimed.get(id);
    return node && unclaimed.delete(node.id) ? [node] : [];
  };
  // Two passes: what a shard lists itself goes before what only points at it.
  const listed = snapshot.shards.map(shard => ({
    shard,
    masters: claim(shard.masterId),
    replicas: shard.replicaIds.flatMap(claim),
  }));
  const groups = listed.map(({ shard, masters, replicas }): NodeGroup => {
    const pointing = [...unclaimed.values()].filter(
      node => node.formerShardId === shard.id || (shard.masterId !== undefined && node.masterId === shard.masterId),
    );
    const rest = [...replicas, ...pointing.flatMap(node => claim(node.id))];
    const missing = masters.length === 0 ? 'master' : rest.length === 0 ? 'replica' : undefined;
    return {
      key: `shard:${shard.id}`,
      kind: 'shard',
      title: shard.name,
      sections: [masters, rest],
      shard,
      ...(missing && { missing }),
    };
  });
  const left = [...unclaimed.values()];
  return [...groups, ...tray('spares', left), ...tray('others', left)];
}

function tray(kind: 'spares' | 'others', nodes: readonly PageNode[]): NodeGroup[] {
  const held = nodes.filter(node => (node.role === 'spare') === (kind === 'spares'));
  return held.length === 0 ? [] : [{ key: kind, kind, title: '', sections: [held] }];
}

/** Masters first, then replicas, each in shard order: who leads where is seen at a glance. */
function groupByHost(groups: readonly NodeGroup[]): NodeGroup[] {
  const nodes = groups.flatMap(group => group.sections.flat());
  const labels = [...new Set(nodes.map(node => node.hostLabel))].sort(collator.compare);
  return labels.map(label => {
    const here = nodes.filter(node => node.hostLabel === label);
    const leads = (node: PageNode) => node.role === 'master' && node.formerShardId === undefined;
    return {
      key: `host:${label}`,
      kind: 'host',
      title: label,
      sections: [here.filter(leads), here.filter(node => !leads(node))],
    };
  });
}

/** `host-2` before `host-10`, the same in every language. */
const collator = new Intl.Collator('en', { numeric: true });
