import { open, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refer } from '../../plan/plannedNode';
import { SlotSet } from '../../topology/slotSet';
import type { Topology } from '../../topology/types';
import { count, slotsText } from '../../topology/wording';
import { chooseSources, type BackupSource } from './chooseSources';
import { describeNodes, functionNames } from './describeNodes';
import { fetchShard, fileOf } from './fetchShard';
import { makeDirectory } from './makeDirectory';
import type { BackupManifest, BackupNodes, BackupOptions, BackupPrediction, BackupReport, ShardBackup } from './types';
import { warnOfBackup } from './warnOfBackup';

/** What `backupCluster` would do with these options. Changes nothing. Rejects like `chooseSources`. */
export async function predictBackup(nodes: BackupNodes, options: BackupOptions): Promise<BackupPrediction> {
  const sources = chooseSources(await nodes.observe(options.signal && { signal: options.signal }), options);
  return {
    shards: sources.map(({ shard, master, source }) => ({
      slots: shard.slots.toString(),
      master: refer(master),
      source: refer(source),
      role: source.role,
      usedMemoryBytes: source.info?.usedMemoryBytes ?? 0,
    })),
    warnings: await warnOfBackup(sources, options.directory, nodes),
  };
}

/**
 * Writes the data of every shard to an RDB file, and `manifest.json` last: a directory without one is no backup. No key is
 * changed. After a failure or a cancel nothing of it is left. Rejects with an OperationError (`rdbDamaged`, or as
 * `makeDirectory` and `chooseSources`), a ConnectionError, an error of the file system, or the signal's reason.
 */
export async function backupCluster(nodes: BackupNodes, options: BackupOptions): Promise<BackupReport> {
  const { directory, parallel = 1, onProgress = () => undefined } = options;
  const failing = new AbortController();
  const signal = AbortSignal.any([failing.signal, ...(options.signal ? [options.signal] : [])]);
  signal.throwIfAborted();
  const createdAt = new Date().toISOString();
  onProgress({ message: 'Looking at the nodes.', fraction: 0 });
  const before = await nodes.observe({ signal });
  const sources = chooseSources(before, options);
  const warnings = await warnOfBackup(sources, directory, nodes);
  const isNew = await makeDirectory(directory);
  try {
    const shards = await fetchAll(sources, parallel, { directory, nodes, signal, failing, onProgress });
    const after = await nodes.observe({ signal });
    const manifest: BackupManifest = {
      formatVersion: 1,
      createdAt,
      endedAt: new Date().toISOString(),
      missingSlots: SlotSet.all.difference(unionOf(sources)).toString(),
      movedSlots: movedSlots(sources, after).toString(),
      shards,
      nodes: await describeNodes(before, nodes),
      functions: await functionNames(sources[0]!.source.address, nodes),
      warnings: warnings.map(({ text }) => text),
    };
    manifest.warnings.unshift(...judge(manifest));
    await writeManifest(directory, manifest);
    onProgress({ message: 'Done.', fraction: 1 });
    return { directory, manifest };
  } catch (error) {
    await removeFiles(directory, sources, isNew);
    options.signal?.throwIfAborted();
    throw error;
  }
}

interface Fetching {
  directory: string;
  nodes: BackupNodes;
  signal: AbortSignal;
  failing: AbortController;
  onProgress: NonNullable<BackupOptions['onProgress']>;
}

async function fetchAll(
  sources: readonly BackupSource[],
  parallel: number,
  { directory, nodes, signal, failing, onProgress }: Fetching,
): Promise<ShardBackup[]> {
  const received = new Map<BackupSource, number>();
  const total = sources.reduce((sum, { source }) => sum + (source.info?.usedMemoryBytes ?? 1), 0);
  const done: ShardBackup[] = [];
  const queue = sources.entries();
  const tell = (what: string): void => {
    // A file is smaller than the memory its keys take.
    const sum = sources.reduce(
      (all, each) => all + Math.min(received.get(each) ?? 0, each.source.info?.usedMemoryBytes ?? 1),
      0,
    );
    onProgress({
      message: `${what}, ${count(done.filter(Boolean).length, 'shard')} of ${sources.length} done.`,
      fraction: Math.min(0.99, sum / total),
    });
  };
  const work = async (): Promise<void> => {
    for (const [index, each] of queue) {
      const { address } = each.source;
      tell(`${address} prepares its data`);
      try {
        done[index] = await fetchShard(each, directory, nodes, signal, bytes => {
          received.set(each, bytes);
          tell(`Fetching the data of ${address}`);
        });
      } catch (error) {
        failing.abort(error);
        throw error;
      }
      received.set(each, Infinity);
    }
  };
  const workers = await Promise.allSettled(
    Array.from({ length: Math.max(1, Math.min(parallel, sources.length)) }, work),
  );
  // The first to fail stopped the others.
  if (workers.some(({ status }) => status === 'rejected')) throw failing.signal.reason;
  return done;
}

/** Of a shard whose node serves other slots now its file may have too much, or lack keys. */
function movedSlots(sources: readonly BackupSource[], { shards }: Topology): SlotSet {
  const moved = sources.map(({ shard: { slots }, source: { id } }) => {
    const now =
      shards.find(({ masterId, replicaIds }) => masterId === id || replicaIds.includes(id))?.slots ?? SlotSet.empty;
    return slots.difference(now).union(now.difference(slots));
  });
  return moved.reduce((all, slots) => all.union(slots), SlotSet.empty);
}

function unionOf(sources: readonly BackupSource[]): SlotSet {
  return sources.reduce((all, { shard }) => all.union(shard.slots), SlotSet.empty);
}

/** What makes it less than it should be, whole sentences. */
function judge({ missingSlots, movedSlots: moved }: BackupManifest): string[] {
  return [
    ...(missingSlots === ''
      ? []
      : [`This backup is partial: there is no data of ${slotsText(SlotSet.parse(missingSlots))}.`]),
    ...(moved === ''
      ? []
      : [
          `${slotsText(SlotSet.parse(moved))} changed their shard while the files were written: keys of them may be in two files or in none. Take the backup again.`,
        ]),
  ];
}

async function writeManifest(directory: string, manifest: BackupManifest): Promise<void> {
  const path = join(directory, 'manifest.json');
  const handle = await open(`${path}.part`, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(manifest, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.part`, path);
  // The names are on disk, too; a system that cannot sync a directory keeps them anyway.
  const folder = await open(directory, 'r');
  await folder.sync().catch(() => undefined);
  await folder.close();
}

async function removeFiles(directory: string, sources: readonly BackupSource[], isNew: boolean): Promise<void> {
  for (const file of [...sources.map(fileOf), 'manifest.json.part']) await rm(join(directory, file), { force: true });
  // Somebody else may have put something there.
  if (isNew) await rmdir(directory).catch(() => undefined);
}
