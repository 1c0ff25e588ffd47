import type { PageDomain, PageNode, PageShard, Snapshot } from '../../shared/pageProtocol';
import { groupNodes, shardsByNode } from '../groupNodes';
import { verdictOf, type Verdict } from './verdicts';

/** Copies of one shard on one host: `whole`, all that live are here; `shared`, some are. One copy alone shares with nobody. */
export type Sharing = 'whole' | 'shared';

export interface MatrixCell {
  /** The column. */
  shardIndex: number;
  /** The master first. */
  nodes: readonly PageNode[];
  sharing?: Sharing;
}

export interface MatrixRow {
  label: string;
  verdict?: Verdict;
  domain?: PageDomain;
  /** By column; a host has none for a shard without a node there. */
  cells: readonly MatrixCell[];
}

export interface Matrix {
  shards: readonly PageShard[];
  rows: readonly MatrixRow[];
}

/** Who holds what where: hosts down, shards across. Depends on the snapshot alone, and a state moves nothing. */
export function buildMatrix(snapshot: Snapshot): Matrix {
  const { shards } = snapshot;
  const columns = new Map(shards.map(({ id }, index) => [id, index]));
  const shardOf = shardsByNode(snapshot);
  const living = new Map<string, number>();
  for (const node of snapshot.nodes) {
    const shard = shardOf.get(node.id);
    if (shard && isLiving(node)) living.set(shard.id, (living.get(shard.id) ?? 0) + 1);
  }
  const rows = groupNodes(snapshot, 'host').map(({ title: label, sections }): MatrixRow => {
    const byShard = new Map<string, PageNode[]>();
    for (const node of sections.flat()) {
      const shard = shardOf.get(node.id);
      if (shard) byShard.set(shard.id, [...(byShard.get(shard.id) ?? []), node]);
    }
    const cells = [...byShard].map(([shardId, nodes]): MatrixCell => {
      const sharing = sharingOf(nodes.filter(isLiving).length, living.get(shardId) ?? 0);
      return { shardIndex: columns.get(shardId)!, nodes, ...(sharing && { sharing }) };
    });
    const domain = snapshot.domains.find(each => each.label === label);
    const verdict = verdictOf(domain);
    return {
      label,
      ...(domain && { domain }),
      ...(verdict && { verdict }),
      cells: cells.sort((a, b) => a.shardIndex - b.shardIndex),
    };
  });
  return { shards, rows };
}

/** The same on every poll. */
export function cellKeyOf(label: string, shardId: string): string {
  return `cell:${shardId}:${label}`;
}

function sharingOf(here: number, all: number): Sharing | undefined {
  if (here < 2) return undefined;
  return here === all ? 'whole' : 'shared';
}

function isLiving({ state, formerShardId }: PageNode): boolean {
  return state !== 'failed' && state !== 'joining' && formerShardId === undefined;
}
