import type { PageNode, Snapshot } from '../../shared/pageProtocol';
import { shardsByNode } from '../groupNodes';
import { strings } from '../strings';

/**
 * The nodes that have every one of these words in their name, address, host, role, state or shard, in the order of the
 * snapshot; none for no words. A word with a number at its end, as in `shard 1`, is taken whole when it stands in quotes.
 */
export function searchNodes(snapshot: Snapshot, text: string): PageNode[] {
  const words = [...text.toLowerCase().matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, quoted, plain]) => quoted ?? plain ?? '')
    .filter(word => word !== '');
  if (words.length === 0) return [];
  const shards = shardsByNode(snapshot);
  return snapshot.nodes.filter(node => {
    const shard = shards.get(node.id)?.name ?? '';
    const haystack = [
      node.name,
      node.address,
      node.hostLabel,
      strings.role(node),
      node.role,
      node.stateText,
      strings.stateWord[node.state],
      node.state,
      shard,
      node.id,
    ]
      .join('\n')
      .toLowerCase();
    return words.every(word => haystack.includes(word));
  });
}
