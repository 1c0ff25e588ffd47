import { open, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { refer } from '../../plan/plannedNode';
import { SlotSet } from '../../topology/slotSet';
import type { Topology } from '../../topology/types';
import { count, slotsText } from '../../topology/wording';
import { newOperationId } from '../operationId';
import { chooseSources, type BackupSource } from './chooseSources';
import { describeNodes, functionNames } from './describeNodes';
import { fetchShard, fileOf } from './fetchShard';
import { makeDirectory } from './makeDirectory';
import { movedSlots } from './movedSlots';
import type { BackupManifest, BackupNodes, BackupOptions, BackupPrediction, BackupReport, ShardBackup } from './types';
import { unmark } from './unfinished';
import { warnOfBackup, warnOfInterrupted } from './warnOfBackup';

/** What `backupCluster` would do with these options. Changes nothing. Rejects like `chooseSources`. */
export async function predictBackup(nodes: BackupNodes, options: BackupOptions): Promise<BackupPrediction> {
  const { directory, signal } = options;
  const sources = chooseSources(await nodes.observe(signal && { signal }), options);
  return {
    shards: sources.map(({ shard, master, source }) => ({
      slots: shard.slots.toString(),
      master: refer(master),
      source: refer(source),
      role: source.role,
      usedMemoryBytes: source.info?.usedMemoryBytes ?? 0,
    })),
    warnings: [...(await warnOfBackup(sources, directory, nodes)), ...(await warnOfInterrupted(directory))],
  };
}

/**
 * Writes the data of every shard to an RDB file, and `manifest.json` last: a directory without one is no backup. No key is
 * changed. Holds the nodes as an operation does; where slots move all the same, the manifest names them and warns first of
 * all. After a failure or a cancel nothing of it is left. Rejects with a LockedError, an OperationError (`rdbDamaged`, or as
 * `makeDirectory` and `chooseSources`), a ConnectionError, an error of the file system, or the signal's reason.
 */
export async function backupCluster(nodes: BackupNodes, options: BackupOptions): Promise<BackupReport> {
  const { directory, journal, signal, onProgress = () => undefined } = options;
  signal?.throwIfAborted();
  onProgress({ message: 'Looking at the nodes.', fraction: 0 });
  // What changes between this look and the lock is found in the end, as what changes later.
  const before = await nodes.observe(signal && { signal });
  const title = `Back up to ${directory}`;
  const claim = { operationId: newOperationId(), title, nodeIds: memberIds(before), readsOnly: true };
  const lock = await nodes.lock(claim, journal);
  try {
    return await backUp(nodes, before, { ...options, onProgress });
  } finally {
    await lock.release();
  }
}

/** An address that never answered is no node: for another process it may stand for one of another cluster. */
function memberIds({ nodes }: Topology): string[] {
  return nodes.filter(({ id, inCluster }) => inCluster && !id.startsWith('?')).map(({ id }) => id);
}

type LockedOptions = BackupOptions & Required<Pick<BackupOptions, 'onProgress'>>;

async function backUp(nodes: BackupNodes, before: Topology, options: LockedOptions): Promise<BackupReport> {
  const { directory, parallel = 1, onProgress } = options;
  const createdAt = new Date().toISOString();
  const failing = new AbortController();
  const signal = AbortSignal.any([failing.signal, ...(options.signal ? [options.signal] : [])]);
  const sources = chooseSources(before, options);
  const warnings = await warnOfBackup(sources, directory, nodes);
  const isNew = await makeDirectory(directory);
  let manifest: BackupManifest;
  try {
    const shards = await fetchAll(sources, parallel, { directory, nodes, signal, failing, onProgress });
    const after = await nodes.observe({ signal });
    manifest = {
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
  } catch (error) {
    await removeFiles(directory, sources, isNew);
    options.signal?.throwIfAborted();
    throw error;
  }
  await unmark(directory);
  onProgress({ message: 'Done.', fraction: 1 });
  return { directory, manifest };
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

function unionOf(sources: readonly BackupSource[]): SlotSet {
  return sources.reduce((all, { shard }) => all.union(shard.slots), SlotSet.empty);
}

/** What makes it less than it should be, whole sentences. */
function judge({ missingSlots, movedSlots: moved }: BackupManifest): string[] {
  return [
    ...(moved === ''
      ? []
      : [
          `This is no good backup: the owners of ${slotsText(SlotSet.parse(moved))} changed while the files were written, so that keys may be in two files or in none. Take it again.`,
        ]),
    ...(missingSlots === ''
      ? []
      : [`This backup is partial: there is no data of ${slotsText(SlotSet.parse(missingSlots))}.`]),
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
  await unmark(directory);
  // Somebody else may have put something there.
  if (isNew) await rmdir(directory).catch(() => undefined);
}
