import { slotsText } from '../../topology/wording';
import { SlotSet } from '../../topology/slotSet';
import { bytesText, count } from '../phrases';
import type { Plan, PlannedNode, SlotMove } from '../types';
import { engineNames } from './listMoves';

/** A line per pair of masters: `a -> b: 3 slots (0-2), 40 keys, 12 KB, by SETSLOT and MIGRATE`. Empty for other plans. */
export function moveLines({ steps }: Plan): string[] {
  return steps.flatMap(step => (step.kind === 'moveSlots' ? step.moves.map(moveLine) : []));
}

/** One text where slots move, none otherwise. */
export function timeText({ estimateSeconds }: Plan): string[] {
  if (estimateSeconds === undefined) return [];
  const text =
    estimateSeconds < 120 ? count(estimateSeconds, 'second') : count(Math.round(estimateSeconds / 60), 'minute');
  return [`about ${text}.`];
}

/** `, 40 keys, 12 KB`: what was counted of a node, nothing where nothing was. */
export function sizeWords({ keys, bytes }: Pick<PlannedNode, 'keys' | 'bytes'>): string {
  return [...(keys === undefined ? [] : [count(keys, 'key')]), ...(bytes === undefined ? [] : [bytesText(bytes)])]
    .map(text => `, ${text}`)
    .join('');
}

/** Columns for keys and bytes, as far as they were counted for any of the masters. */
export function shardSizes(masters: readonly PlannedNode[]): {
  titles: string[];
  of: (master: PlannedNode) => string[];
} {
  const hasKeys = masters.some(({ keys }) => keys !== undefined);
  const hasBytes = masters.some(({ bytes }) => bytes !== undefined);
  return {
    titles: [...(hasKeys ? ['Keys'] : []), ...(hasBytes ? ['Bytes'] : [])],
    of: ({ keys, bytes }) => [
      ...(hasKeys ? [keys === undefined ? '-' : String(keys)] : []),
      ...(hasBytes ? [bytes === undefined ? '-' : bytesText(bytes)] : []),
    ],
  };
}

function moveLine({ source, target, slots, engine, ...size }: SlotMove): string {
  const set = SlotSet.parse(slots);
  const which = slotsText(set).replace(/^slots? /, '');
  return `${source.address} -> ${target.address}: ${count(set.count, 'slot')} (${which})${sizeWords(size)}, by ${engineNames[engine]}`;
}
