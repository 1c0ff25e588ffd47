import type { PageNode, Snapshot } from '../shared/pageProtocol';
import { shardsByNode } from './groupNodes';
import { isDown } from './isDown';
import { joinSentences } from './joinWords';
import { findMotions } from './motion/motions';
import { motionStrings } from './motion/motionStrings';
import { strings } from './strings';

export interface Changes {
  /** Ids of the nodes to point out. */
  nodeIds: ReadonlySet<string>;
  /** What to say aloud; empty when no node changed its state or role. */
  text: string;
}

const SPOKEN_AT_MOST = 5;

/** What happened to the nodes between two snapshots of one cluster. Numbers that move on every poll are no change. */
export function describeChanges(before: Snapshot, after: Snapshot): Changes {
  // The first look at a cluster is no change of it.
  if (before.nodes.length === 0) return { nodeIds: new Set(), text: '' };
  const nodeIds = new Set<string>();
  const sentences: string[] = [];
  const earlier = new Map(before.nodes.map(node => [node.id, node]));
  let shards: ReturnType<typeof shardsByNode> | undefined;
  for (const node of after.nodes) {
    const was = earlier.get(node.id);
    earlier.delete(node.id);
    if (was === node || (was?.state === node.state && was.role === node.role)) continue;
    shards ??= shardsByNode(after);
    const said = describeNode(was, node, shards.get(node.id)?.name);
    if (said.length > 0) nodeIds.add(node.id);
    sentences.push(...said);
  }
  sentences.push(...[...earlier.values()].map(node => strings.nodeGone(node.address)));
  sentences.push(...describeMoves(before, after));
  return { nodeIds, text: shorten(sentences) };
}

function describeNode(before: PageNode | undefined, node: PageNode, shardName: string | undefined): string[] {
  if (!before) return [strings.nodeNew(node)];
  const said: string[] = [];
  const leftTheSpares = before.state === 'spare' && node.state === 'ok' && before.role !== node.role;
  if (before.state !== node.state && !leftTheSpares) said.push(strings.stateChanged(node, before.state));
  // "is now a spare" has been said as the state already; of a dead node the role is history.
  if (before.role !== node.role && !isDown(node) && node.state !== 'spare')
    said.push(strings.roleChanged(node, shardName));
  return said;
}

/** Said once, when an operation begins to move slots: how far it is stands in the names of the nodes. */
function describeMoves(before: Snapshot, after: Snapshot): string[] {
  if (before.slotMoves.length > 0 || after.slotMoves.length === 0) return [];
  const nameOf = (id: string): string => after.nodes.find(node => node.id === id)?.address ?? id;
  return findMotions(after)
    .transfers.filter(({ done }) => done !== undefined)
    .map(({ fromId, toId, total }) => motionStrings.begun(total, nameOf(fromId), nameOf(toId)));
}

function shorten(sentences: readonly string[]): string {
  if (sentences.length <= SPOKEN_AT_MOST) return joinSentences(sentences);
  return joinSentences([...sentences.slice(0, SPOKEN_AT_MOST), strings.moreChanges(sentences.length - SPOKEN_AT_MOST)]);
}
