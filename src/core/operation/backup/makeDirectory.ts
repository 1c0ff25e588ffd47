import { access, mkdir, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperationError } from '../operationError';

/**
 * A directory that is empty, with the folders above it; true when it was not there. Rejects with an OperationError:
 * `directoryNotEmpty`, or `directoryNotMade` with what the file system says.
 */
export async function makeDirectory(directory: string): Promise<boolean> {
  const [isNew, names] = await openEmpty(directory).catch((cause: unknown) => {
    throw new OperationError('directoryNotMade', `${directory} could not be made: ${(cause as Error).message}.`, {
      now: 'Nothing was written.',
      remedy: 'Name one that this process may write to.',
      cause,
    });
  });
  if (names.length === 0) return isNew;
  throw new OperationError('directoryNotEmpty', `${directory} is not empty.`, {
    now: 'Nothing was written.',
    remedy: 'Name one that is new or empty: every backup has its own.',
  });
}

async function openEmpty(directory: string): Promise<[isNew: boolean, names: string[]]> {
  const isNew = await makeNew(directory);
  return [isNew, isNew ? [] : await readdir(directory)];
}

// Not `recursive`: where a folder that is there lets none be made in it and says ENOENT, as /proc and automounts do, Node
// (20 and 24) tries for ever and cannot be cancelled (MKDirpAsync in node_file.cc).
async function makeNew(directory: string): Promise<boolean> {
  try {
    await mkdir(directory, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    const parent = dirname(directory);
    if (code !== 'ENOENT' || parent === directory || (await isThere(parent))) throw error;
    await makeNew(parent);
    await mkdir(directory, { mode: 0o700 });
    return true;
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
