import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Gives every replica in a server's `nodes.conf` the shard id of its master, as newer servers do when they load the
 * file. A server killed right after it became a replica may have saved two ids for one shard, and Redis 7.2 and Valkey
 * up to 8.1 then refuse to start: "corrupted cluster config file" (valkey-io/valkey issues 774 and 2171). Only for a
 * server that does not run. Returns whether the file was changed; one that cannot be read is left to the server to judge.
 */
export function repairShardIds(directory: string): boolean {
  const path = join(directory, 'nodes.conf');
  const text = readText(path);
  const repaired = alignShardIds(text);
  if (repaired === text) return false;
  writeFileSync(`${path}.new`, repaired, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return true;
}

/** The text of a `nodes.conf` in which every replica names the shard id that its master's line names. */
export function alignShardIds(text: string): string {
  const lines = text.split('\n');
  const shardIds = new Map<string, string>();
  for (const line of lines) {
    const shardId = SHARD_ID.exec(line)?.[1];
    if (shardId) shardIds.set(line.split(' ', 1)[0]!, shardId);
  }
  const aligned = lines.map(line => {
    const [, , , masterId] = line.split(' ');
    const shardId = masterId === undefined ? undefined : shardIds.get(masterId);
    return shardId ? line.replace(SHARD_ID, `,shard-id=${shardId}`) : line;
  });
  return aligned.join('\n');
}

const SHARD_ID = /,shard-id=([0-9a-f]{40})/;

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
