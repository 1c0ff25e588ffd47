import { SLOT_COUNT, SlotSet, type SlotRange } from '../../topology/slotSet';
import { sentenceStart, slotsText } from '../../topology/wording';
import { PlanError } from '../planError';

const remedy = `Name slots and ranges from 0 to ${SLOT_COUNT - 1}, with commas between, such as 0-100,5461.`;

/** Reads `0-100,5461`. Throws a PlanError `slotsUnreadable`, `slotsOutOfRange`, `slotsRepeated` or `noSlots`. */
export function readSlots(text: string): SlotSet {
  const ranges = text
    .split(/[\s,]+/)
    .filter(part => part !== '')
    .map(readRange);
  if (ranges.length === 0) throw new PlanError('noSlots', 'No slots are named.', { remedy });
  let slots = SlotSet.empty;
  for (const range of ranges) {
    const next = SlotSet.fromRanges([range]);
    const twice = slots.intersection(next);
    if (!twice.isEmpty)
      throw new PlanError(
        'slotsRepeated',
        `${sentenceStart(slotsText(twice))} of "${text}" ${twice.count === 1 ? 'is' : 'are'} named twice.`,
        {
          remedy: 'Name every slot once.',
        },
      );
    slots = slots.union(next);
  }
  return slots;
}

function readRange(part: string): SlotRange {
  const match = /^(\d+)(?:-(\d+))?$/.exec(part);
  if (!match) throw new PlanError('slotsUnreadable', `"${part}" is no slot and no range of slots.`, { remedy });
  const start = Number(match[1]);
  const end = match[2] === undefined ? start : Number(match[2]);
  if (start >= SLOT_COUNT || end >= SLOT_COUNT)
    throw new PlanError('slotsOutOfRange', `"${part}" goes beyond the last slot, ${SLOT_COUNT - 1}.`, { remedy });
  if (start > end) throw new PlanError('slotsUnreadable', `"${part}" runs backwards.`, { remedy });
  return { start, end };
}
