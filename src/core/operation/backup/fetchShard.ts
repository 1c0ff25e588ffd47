import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseServerInfo } from '../../topology/parseInfo';
import { refer } from '../../plan/plannedNode';
import { textOf } from '../steps/replies';
import { checkRdbFile } from './checkRdbFile';
import type { BackupSource } from './chooseSources';
import type { BackupNodes, ShardBackup } from './types';

/**
 * Fetches the data of one shard into a file, which bears its name only when it is whole, checked and on disk. Rejects with a
 * ClusterError, an error of the file system, or the signal's reason; nothing is left then.
 */
export async function fetchShard(
  backupSource: BackupSource,
  directory: string,
  nodes: BackupNodes,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<ShardBackup> {
  const { shard, master, source, lagBytes } = backupSource;
  const file = fileOf(backupSource);
  const path = join(directory, file);
  const unfinished = `${path}.part`;
  const startedAt = new Date().toISOString();
  const [reply] = await nodes.node(source.address).pipeline([['INFO']], { signal });
  const info = parseServerInfo(textOf(reply, source.address, 'INFO'), source.address);
  try {
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      const write = async (bytes: Buffer): Promise<void> => void (await handle.writeFile(bytes));
      await nodes.receiveRdb(source.address, write, { signal, version: info.version, onBytes });
      await handle.sync();
    } finally {
      await handle.close();
    }
    const { magic, rdbVersion, keys, bytes, sha256, hasChecksum } = await checkRdbFile(unfinished, signal);
    await rename(unfinished, path);
    return {
      file,
      bytes,
      sha256,
      hasChecksum,
      format: `${magic} ${rdbVersion}`,
      slots: shard.slots.toString(),
      master: refer(master),
      source: { ...refer(source), role: source.role, lagBytes, version: `${info.flavour} ${info.version}` },
      ...(keys !== undefined && { keys }),
      keysBefore: info.keysByDatabase,
      replicationOffset: info.replicationOffset,
      startedAt,
      endedAt: new Date().toISOString(),
    };
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** `shard-5461.rdb`, by the first slot. */
export function fileOf({ shard }: BackupSource): string {
  return `shard-${shard.slots.first ?? 0}.rdb`;
}
