import type { SlotSet } from './slotSet';
import type { ClusterNode } from './types';

const NAMES_SHOWN = 3;

/** How a sentence names a node: its address, or the start of its id when no address is known. */
export function nodeName(node: Pick<ClusterNode, 'id' | 'host' | 'port' | 'address'>): string {
  return node.host === '' || node.port === 0 ? `node ${node.id.slice(0, 8)} (address unknown)` : node.address;
}

/** `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`. */
export function listNames(names: readonly string[], shown = NAMES_SHOWN): string {
  if (names.length <= 1) return names.join('');
  if (names.length <= shown) return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
  return `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;
}

/** `950`, `16,384`: how many of something, everywhere. */
export function numberText(amount: number): string {
  return Math.abs(amount) < 1000 ? String(amount) : amount.toLocaleString('en');
}

/** `1 node`, `3 nodes`, `16,384 slots`. */
export function count(amount: number, noun: string): string {
  return `${numberText(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

const RANGES_SHOWN = 6;

/** `slot 7`, `slots 0-5460,7000`, `slots 0-1,4-5,... and 12 more ranges`. */
export function slotsText(slots: SlotSet): string {
  const ranges = slots.ranges();
  const shown = ranges.slice(0, RANGES_SHOWN).map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`));
  const rest = ranges.length - shown.length;
  return `${slots.count === 1 ? 'slot' : 'slots'} ${shown.join(',')}${rest > 0 ? ` and ${count(rest, 'more range')}` : ''}`;
}

/** With a capital first letter, to start a sentence. */
export function sentenceStart(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/**
 * A moment, milliseconds since 1970, as a person's own clock shows it: `22:41:07`; with its day, `2026-11-22 22:41:07`,
 * where that is not the day of `nowMilliseconds`.
 */
export function clockText(milliseconds: number, nowMilliseconds = Date.now()): string {
  const date = new Date(milliseconds);
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  if (date.toDateString() === new Date(nowMilliseconds).toDateString()) return clock;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`;
}
