import type { CommandWords, NodeConnection } from '../../../src/core/connection/types';
import { SLOT_COUNT } from '../../../src/core/topology/slotSet';

/** The key of that number in a slot. */
export function keyInSlot(slot: number, number: number): string {
  return `{${tagOf(slot)}}${number}`;
}

/** Writes so many keys into each of these slots of one master, quickly. */
export async function loadSlots(
  master: NodeConnection,
  slots: Iterable<number>,
  keysPerSlot: number,
  valueBytes = 100,
): Promise<void> {
  const value = 'v'.repeat(valueBytes);
  let commands: CommandWords[] = [];
  const send = async (): Promise<void> => {
    const replies = await master.pipeline(commands, { timeoutMilliseconds: 30_000 });
    for (const reply of replies) if (reply instanceof Error) throw reply;
    commands = [];
  };
  for (const slot of slots)
    for (let number = 0; number < keysPerSlot; number++) {
      commands.push(['SET', keyInSlot(slot, number), value]);
      if (commands.length === 5000) await send();
    }
  await send();
}

const tags = new Map<number, string>();
let tried = 0;

/** A text that hashes to the slot. */
function tagOf(slot: number): string {
  for (; !tags.has(slot); tried++) {
    const found = crc16(String(tried)) % SLOT_COUNT;
    if (!tags.has(found)) tags.set(found, String(tried));
  }
  return tags.get(slot)!;
}

/** CRC-16/XMODEM, as the cluster specification has it. */
function crc16(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  }
  return crc & 0xffff;
}
