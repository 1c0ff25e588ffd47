import { SLOT_COUNT } from '../../shared/slotRanges';

/**
 * The slot of a key as servers work it out: CRC16 (XMODEM: polynomial 1021, from 0) of what stands between the first `{` and
 * the next `}` when that is not empty, else of the whole key (cluster.h, keyHashSlot).
 */
export function keySlot(key: string): number {
  const bytes = new TextEncoder().encode(key);
  const open = bytes.indexOf(OPEN_BRACE);
  const close = open < 0 ? -1 : bytes.indexOf(CLOSE_BRACE, open + 1);
  return crc16(close > open + 1 ? bytes.subarray(open + 1, close) : bytes) % SLOT_COUNT;
}

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    crc &= 0xffff;
  }
  return crc;
}
