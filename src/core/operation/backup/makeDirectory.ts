import { access, mkdir, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeHolder } from '../describeHolder';
import { OperationError } from '../operationError';
import { markUnfinished, removeUnfinished, unfinishedIn, type UnfinishedBackup } from './unfinished';

/**
 * A directory with nothing but the mark of this backup, with the folders above it; true when it was not there. What an
 * interrupted backup left is deleted. Rejects with an OperationError: `directoryNotEmpty`, or `directoryNotMade` with what the
 * file system says.
 */
export async function makeDirectory(directory: string): Promise<boolean> {
  try {
    const isNew = await makeNew(directory);
    if (!isNew) await clear(directory);
    await markUnfinished(directory);
    return isNew;
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    if (codeOf(cause) === 'EEXIST') throw notEmpty(`Another backup is being written to ${directory}.`);
    throw new OperationError('directoryNotMade', `${directory} could not be made: ${(cause as Error).message}.`, {
      now: 'Nothing was written.',
      remedy: 'Name one that this process may write to.',
      cause,
    });
  }
}

async function clear(directory: string): Promise<void> {
  const names = await readdir(directory);
  if (names.length === 0) return;
  const left = await unfinishedIn(directory);
  if (!left) throw notEmpty(`${directory} is not empty.`);
  if (left.liveness !== 'dead') throw notEmpty(occupiedText(left));
  await removeUnfinished(left);
}

function occupiedText({ directory, liveness, ...holder }: UnfinishedBackup): string {
  return liveness === 'alive'
    ? `A backup is being written to ${directory}, in ${describeHolder(holder)}.`
    : `${directory} has a backup without an end, of ${describeHolder(holder)}, which cannot be asked.`;
}

function notEmpty(what: string): OperationError {
  return new OperationError('directoryNotEmpty', what, {
    now: 'Nothing was written.',
    remedy: 'Name one that is new or empty: every backup has its own.',
  });
}

// Not `recursive`: where a folder that is there lets none be made in it and says ENOENT, as /proc and automounts do, Node
// (20 and 24) tries for ever and cannot be cancelled (MKDirpAsync in node_file.cc).
async function makeNew(directory: string): Promise<boolean> {
  try {
    await mkdir(directory, { mode: 0o700 });
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    const parent = dirname(directory);
    if (code !== 'ENOENT' || parent === directory || (await isThere(parent))) throw error;
    await makeNew(parent);
    await mkdir(directory, { mode: 0o700 });
    return true;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
