import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { OperationError } from '../operationError';
import { Crc64 } from './crc64';
import { readRdbHead, type RdbHead } from './readRdbHead';

export interface RdbFile extends RdbHead {
  bytes: number;
  /** In hex. */
  sha256: string;
  /** False where the server writes none (`rdbchecksum no`): then only its begin and end were checked. */
  hasChecksum: boolean;
}

/** After the last key: a byte that ends it, and eight of CRC64, little-endian (rdb.c: rdbSaveRio). */
const END = 0xff;
const TAIL_BYTES = 9;
const HEAD_BYTES = 64 * 1024;

/**
 * Reads a whole RDB file from the disk: its beginning, its end and its own checksum must be right. Throws an OperationError
 * `rdbDamaged`, or an error of the file system.
 */
export async function checkRdbFile(path: string, signal?: AbortSignal): Promise<RdbFile> {
  const sha256 = createHash('sha256');
  const crc = new Crc64();
  let head = Buffer.alloc(0);
  let held = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, ...(signal && { signal }) })) {
    const part = chunk as Buffer;
    sha256.update(part);
    bytes += part.length;
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, part.subarray(0, HEAD_BYTES - head.length)]);
    held = Buffer.concat([held, part]);
    // Of the end nobody knows before it comes; its first byte counts.
    const safe = Math.max(0, held.length - TAIL_BYTES);
    crc.add(held.subarray(0, safe));
    held = held.subarray(safe);
  }
  const damaged = (how: string): OperationError =>
    new OperationError('rdbDamaged', `${path} is no whole RDB file: ${how}.`, { remedy: 'Take the backup again.' });
  const found = readRdbHead(head);
  if (!found) throw damaged('it does not begin like one');
  if (held.length < TAIL_BYTES || held[0] !== END) throw damaged('its end is missing');
  crc.add(held.subarray(0, 1));
  const written = held.readBigUInt64LE(1);
  const hasChecksum = written !== 0n;
  if (hasChecksum && written !== crc.value) throw damaged('its checksum is wrong');
  return { ...found, bytes, sha256: sha256.digest('hex'), hasChecksum };
}
