import { markdownTable, plainMarkdown, type BackupReport, type ShardBackup } from '../../core/index';
import { formatBytes } from '../tree/nodeText';

/** What a backup holds, as a Markdown document: first of all what it is worth. */
export function describeBackup(name: string, { directory, manifest }: BackupReport): string {
  const { shards, warnings, createdAt, endedAt } = manifest;
  const keys = shards.reduce((sum, shard) => sum + keysIn(shard), 0);
  return [
    `# Backup of ${plainMarkdown(name)}`,
    '',
    ...warnings.flatMap(text => [`> ${plainMarkdown(text)}`, '']),
    `${keys} keys in ${shards.length} RDB ${shards.length === 1 ? 'file' : 'files'}, with manifest.json in`,
    '',
    `    ${directory}`,
    '',
    `The data is of the time from ${createdAt} to ${endedAt}.`,
    '',
    ...markdownTable(
      ['File', 'Slots', 'Keys', 'Size', 'From', 'Role', 'Behind'],
      shards.map(shard => [
        shard.file,
        shard.slots,
        String(keysIn(shard)),
        formatBytes(shard.bytes),
        shard.source.address,
        shard.source.role,
        formatBytes(shard.source.lagBytes),
      ]),
      ['Keys', 'Size', 'Behind'],
    ),
    '',
    `Written by ${[...new Set(shards.map(({ source }) => source.version))].join(' and ')}; "Behind" is how far a source was behind its master.`,
    '',
    shards.every(({ hasChecksum }) => hasChecksum)
      ? 'Users and passwords are not in it. Every file was read back and its checksum compared.'
      : 'Users and passwords are not in it. Every file was read back; servers with rdbchecksum no write no checksum that could be compared.',
    '',
  ].join('\n');
}

function keysIn({ keys, keysBefore }: ShardBackup): number {
  const first = keys ?? keysBefore[0] ?? 0;
  return Object.entries(keysBefore).reduce((sum, [database, count]) => (database === '0' ? sum : sum + count), first);
}
