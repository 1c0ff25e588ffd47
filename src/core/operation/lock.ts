import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod/mini';
import { withDirectoryMutex } from './directoryMutex';
import { LockedError } from './operationError';
import { livenessOf, ownIdentity } from './processIdentity';
import type { LockClaim, OperationLock } from './types';

const lockFile = z.object({
  operationId: z.string(),
  title: z.string(),
  nodeIds: z.array(z.string()),
  since: z.string(),
  pid: z.number(),
  processStart: z.string(),
  host: z.string(),
});

/** A lock whose holder is not known to be dead. */
export type HeldLock = z.infer<typeof lockFile> & { path: string };

/** Longest wait for other processes that are taking a lock themselves; each needs milliseconds. */
const mutexTimeoutMilliseconds = 5000;

/**
 * Takes all nodes of a claim, or throws a LockedError: two claims exclude each other when they share a node. A dead
 * process holds nothing; a living one, or one on another host, keeps its lock.
 */
export async function takeLock(directory: string, claim: LockClaim): Promise<OperationLock> {
  const path = await writeClaim(directory, claim, 'new');
  return { release: () => removeFile(path) };
}

/** Throws a LockedError when somebody alive has one of the nodes; takes nothing. */
export async function refuseHeld(directory: string, nodeIds: readonly string[]): Promise<void> {
  const wanted = new Set(nodeIds);
  const rival = (await heldLocks(directory)).find(lock => sharesNode(lock, wanted));
  if (rival) throw lockedBy(rival);
}

/** Gives a lock that is held the nodes of this claim instead. Throws like `takeLock`; it is then as it was. */
export async function changeLock(directory: string, claim: LockClaim): Promise<void> {
  await writeClaim(directory, claim, 'held');
}

async function writeClaim(directory: string, claim: LockClaim, own: 'new' | 'held'): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, `${claim.operationId}.json`);
  const taken = await withDirectoryMutex(directory, mutexTimeoutMilliseconds, async () => {
    const wanted = new Set(claim.nodeIds);
    const locks = await heldLocks(directory, 'clean');
    const before = locks.find(({ operationId }) => operationId === claim.operationId);
    const rival = own === 'new' && before ? before : locks.find(lock => lock !== before && sharesNode(lock, wanted));
    if (rival) throw lockedBy(rival);
    const { pid, processStart, host } = await ownIdentity();
    const { operationId, title, nodeIds } = claim;
    const content = {
      operationId,
      title,
      nodeIds,
      since: before?.since ?? new Date().toISOString(),
      pid,
      processStart,
      host,
    };
    await writeFile(`${path}.new`, JSON.stringify(content), { mode: 0o600 });
    await rename(`${path}.new`, path);
  });
  if (!taken) throw new LockedError(undefined, `Try again; if it stays, delete ${directory}.`);
  return path;
}

function sharesNode({ nodeIds }: HeldLock, wanted: ReadonlySet<string>): boolean {
  return nodeIds.some(id => wanted.has(id));
}

/**
 * All locks whose holder is alive or cannot be asked. `clean` deletes the others; only inside the mutex. Rejects with the
 * error of the file system where they cannot be read: nobody must be taken for dead because of that.
 */
export async function heldLocks(directory: string, clean?: 'clean'): Promise<HeldLock[]> {
  const names = await readdir(directory).catch(absent([]));
  const held: HeldLock[] = [];
  for (const name of names.filter(name => name.endsWith('.json'))) {
    const path = join(directory, name);
    const lock = await readLock(path);
    if (lock && (await livenessOf(lock)) !== 'dead') held.push({ ...lock, path });
    else if (clean) await removeFile(path);
  }
  return held;
}

function lockedBy({ operationId, title, since, pid, host, path }: HeldLock): LockedError {
  const here = host === hostname();
  const remedy = here
    ? 'Wait until it has ended, or cancel it there.'
    : `It ran on another host, which cannot be asked: if it has ended there, delete ${path}.`;
  return new LockedError({ operationId, title, since, processId: pid, host }, remedy);
}

async function readLock(path: string): Promise<z.infer<typeof lockFile> | undefined> {
  const text = await patiently(() => readFile(path, 'utf8').catch(absent(undefined)));
  try {
    return lockFile.parse(JSON.parse(text ?? ''));
  } catch {
    // Renamed into place whole: what makes no sense was not written by this product, and locks nothing.
    return undefined;
  }
}

function absent<T>(instead: T): (error: unknown) => T {
  return error => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return instead;
  };
}

/** Never throws: one that stays is free when its process ends. */
async function removeFile(path: string): Promise<void> {
  await patiently(() => rm(path, { force: true })).catch(() => undefined);
}

// An indexer or a virus scanner may hold the file open for a moment (Windows).
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await work();
    } catch (error) {
      if (attempt === 5) throw error;
      await wait(20);
    }
}
