import { randomBytes } from 'node:crypto';

/** `20260801-101530-1a2b3c4d`: sorts by time, names a file. */
export function newOperationId(): string {
  const digits = new Date().toISOString().slice(0, 19).replaceAll(/\D/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-${randomBytes(4).toString('hex')}`;
}
