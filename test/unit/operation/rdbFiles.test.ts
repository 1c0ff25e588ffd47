import assert from 'node:assert/strict';
import { Crc64 } from '../../../src/core/operation/backup/crc64';
import { readRdbHead } from '../../../src/core/operation/backup/readRdbHead';

describe('RDB files', () => {
  it('have the checksum of the servers (crc64.c)', () => {
    const crc = new Crc64();
    crc.add(Buffer.from('1234'));
    crc.add(Buffer.from('56789'));
    assert.equal(crc.value, 0xe9c6d914c4b8d9can);
  });

  const head = (...parts: (string | number[])[]): Buffer =>
    Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

  it('tell product, version, moment and keys at their beginning', () => {
    const bytes = head(
      'REDIS0011',
      [0xfa, 9],
      'redis-ver',
      [6],
      '7.0.15',
      [0xfa, 5],
      'ctime',
      [0xc2, 1, 0, 0, 0],
      [0xfe, 0, 0xfb, 0x41, 0, 3],
    );
    assert.deepEqual(readRdbHead(bytes), {
      magic: 'REDIS',
      rdbVersion: 11,
      serverVersion: '7.0.15',
      createdAtSeconds: 1,
      keys: 256,
    });
    assert.deepEqual(readRdbHead(head('VALKEY080', [0xff])), {
      magic: 'VALKEY',
      rdbVersion: 80,
      serverVersion: '',
      keys: 0,
    });
  });

  it('of which the beginning is cut off or unknown leave out what is not told', () => {
    assert.deepEqual(readRdbHead(head('REDIS0013', [0xf5, 0x80, 0, 1, 0, 0])), {
      magic: 'REDIS',
      rdbVersion: 13,
      serverVersion: '',
    });
    assert.equal(readRdbHead(Buffer.from('+OK\r\n')), undefined);
  });
});
