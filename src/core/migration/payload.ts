import { createHash } from 'node:crypto';

/** A DUMP ends in two bytes of version and eight of checksum (rdb.c: createDumpPayload). */
const FOOTER_BYTES = 10;

/** Whether two DUMPs hold the same value, as far as that shows: versions of the format may differ. */
export function samePayload(one: Buffer, other: Buffer): boolean {
  return one.subarray(0, -FOOTER_BYTES).equals(other.subarray(0, -FOOTER_BYTES));
}

/** Bytes as text; those that are no printable ASCII are escaped. */
export function keyName(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[^\x20-\x7e]|\\/g, char => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** SHA-1 of a DUMP, in hex: whether it is the one that was shown. */
export function digestOf(dump: Buffer): string {
  return createHash('sha1').update(dump).digest('hex');
}

/** The RDB version a DUMP was written in; undefined for what is too short to be one. */
export function payloadVersion(dump: Buffer): number | undefined {
  return dump.length < FOOTER_BYTES ? undefined : dump.readUInt16LE(dump.length - FOOTER_BYTES);
}
