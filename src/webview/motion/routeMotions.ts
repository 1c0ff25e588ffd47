import type { Layout } from '../layoutTopology';
import { motionStrings } from './motionStrings';
import type { Motions, Transfer } from './motions';
import { routeArcs, type Arc, type RoutedLayout } from './routeArcs';

export interface TransferArc extends Arc {
  transfer: Transfer;
  word: string;
}

export interface RoutedMotions extends RoutedLayout {
  arcs: readonly TransferArc[];
  moreText: string;
}

/** So many arcs at once; more than that nobody follows. Those with most slots. */
export const MOST_ARCS = 8;

/** Makes room between the shards for what moves between them. */
export function routeMotions(layout: Layout, { transfers }: Motions, scale: number): RoutedMotions {
  const groupOf = new Map(
    layout.boxes.flatMap(box => (box.kind === 'node' ? [[box.node.id, box.groupKey] as const] : [])),
  );
  const shown = transfers.flatMap(transfer => {
    const [fromKey, toKey] = [groupOf.get(transfer.fromId), groupOf.get(transfer.toId)];
    if (fromKey === undefined || toKey === undefined || fromKey === toKey) return [];
    const word = motionStrings.progress(transfer.done, transfer.total);
    // As if it were all there: the room must not change as the numbers grow.
    const longest = motionStrings.progress(transfer.done === undefined ? undefined : transfer.total, transfer.total);
    const key = `${transfer.fromId} ${transfer.toId}`;
    return [{ key, fromKey, toKey, labelWidth: widthOf(longest, scale), transfer, word }];
  });
  const rest = Math.max(0, shown.length - MOST_ARCS);
  const moreText = rest === 0 ? '' : motionStrings.more(rest);
  const drawn = shown.slice(0, MOST_ARCS);
  const routed = routeArcs(layout, drawn, rest === 0 ? 0 : widthOf(moreText, scale), scale);
  const byKey = new Map(drawn.map(link => [link.key, link]));
  const arcs = routed.arcs.map(arc => {
    const { transfer, word } = byKey.get(arc.key)!;
    return { ...arc, transfer, word };
  });
  return { ...routed, arcs, moreText };
}

/** Pixels a label may need: the text is small, and its digits are all of one width; Chinese characters are twice as wide. */
function widthOf(text: string, scale: number): number {
  const wide = [...text].filter(character => character >= '\u2e80').length;
  return Math.ceil(((text.length + wide) * 6.6 + 18) * scale);
}
