import { ServerReplyError } from '../../connection/connectionError';
import type { CommandWords, Reply } from '../../connection/types';
import { MalformedReplyError } from '../../topology/malformedReplyError';
import { SlotSet } from '../../topology/slotSet';

/** The maps in a reply, as RESP2 sends them: names and values in turn. */
export function readMaps(reply: Reply | Error | undefined): Record<string, string>[] {
  if (reply instanceof Error) throw reply;
  if (!Array.isArray(reply)) return [];
  return reply.map(entry => {
    const words = Array.isArray(entry) ? entry.map(String) : [];
    return Object.fromEntries(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? '']] : [])));
  });
}

/** The slots a map names, none where it names none. Throws a MalformedReplyError. */
export function readSlots(text: string | undefined, address: string, command: string): SlotSet {
  try {
    return SlotSet.parse(text ?? '');
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new MalformedReplyError(address, command, `its slots are wrong (${error.message.replace(/\.$/, '')})`);
  }
}

/** The fields of a reply to INFO. */
export function readInfo(reply: Reply | Error | undefined): Record<string, string> {
  if (reply instanceof Error) throw reply;
  const lines = typeof reply === 'string' ? reply.split(/\r?\n/) : [];
  return Object.fromEntries(
    lines.flatMap(line => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
    }),
  );
}

/** The value in a reply to CONFIG GET of one parameter; undefined when there is none, or the user may not ask. */
export function readSetting(reply: Reply | Error | undefined): string | undefined {
  return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : undefined;
}

/** What a server answered instead of doing it; undefined for any other failure. */
export function refusalOf(error: unknown): string | undefined {
  return error instanceof ServerReplyError ? error.reply.replace(/^ERR /, '') : undefined;
}

/** `0 99 200 205`: inclusive bounds, as commands take slot ranges. */
export function rangeWords(slots: SlotSet): number[] {
  return slots.ranges().flatMap(({ start, end }) => [start, end]);
}

/** CLUSTER SLOT-STATS for each range. */
export function slotStatsWords(slots: SlotSet): CommandWords[] {
  return slots.ranges().map(({ start, end }): CommandWords => ['CLUSTER', 'SLOT-STATS', 'SLOTSRANGE', start, end]);
}
