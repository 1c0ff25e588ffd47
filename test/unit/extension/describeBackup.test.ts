import assert from 'node:assert/strict';
import type { BackupReport, ShardBackup } from '../../../src/core/index';
import { describeBackup } from '../../../src/extension/commands/describeBackup';

const shard: ShardBackup = {
  file: 'shard-0.rdb',
  bytes: 2048,
  sha256: 'ab',
  hasChecksum: true,
  format: 'REDIS 10',
  slots: '0-5460',
  master: { id: '1', address: '10.0.0.1:7000' },
  source: { id: '4', address: '10.0.0.4:7000', role: 'replica', lagBytes: 12, version: 'redis 7.0.15' },
  keys: 1000,
  keysBefore: { 0: 990, 3: 5 },
  replicationOffset: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:01.000Z',
};

describe('describeBackup', () => {
  it('says what is in which file, from where, and first of all what makes it less than it should be', () => {
    const report: BackupReport = {
      directory: '/backups/one',
      manifest: {
        formatVersion: 1,
        createdAt: shard.startedAt,
        endedAt: shard.endedAt,
        missingSlots: '5461-16383',
        movedSlots: '',
        shards: [shard],
        nodes: [],
        functions: [],
        warnings: ['This backup is partial: there is no data of slots 5461-16383.'],
      },
    };
    const text = describeBackup('shop', report);
    assert.match(text, /^# Backup of shop\n/);
    assert.match(text, /1005 keys in 1 RDB file,/);
    assert(text.indexOf('> This backup is partial') < text.indexOf('| shard-0.rdb'));
    assert.match(text, /\| shard-0\.rdb \| 0-5460 \| 1005 \| .* \| 10\.0\.0\.4:7000 \| replica \| +12 B \|/);
    assert.match(text, /^Written by redis 7\.0\.15;/m);
  });
});
