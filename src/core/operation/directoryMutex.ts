import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { livenessOf, ownIdentity, pidExists, type ProcessIdentity } from './processIdentity';

const pollMilliseconds = 10;
const keptGenerations = 4;

/**
 * Runs `task` while nobody else does in the same directory, of this process or another one. Resolves to undefined,
 * without having run it, when a living holder does not let go within `timeoutMilliseconds`.
 *
 * Generations, so that breaking a dead holder's mutex has no ABA race: generation n+1 may be created (exclusively) once n
 * is released or its holder dead, and counts only if it is still the highest afterwards; the highest is never deleted.
 */
export async function withDirectoryMutex<T>(
  directory: string,
  timeoutMilliseconds: number,
  task: () => Promise<T>,
): Promise<{ value: T } | undefined> {
  const deadline = performance.now() + timeoutMilliseconds;
  for (;;) {
    const generation = await tryAcquire(directory);
    if (generation !== undefined) {
      try {
        return { value: await task() };
      } finally {
        await writeFile(releaseFile(directory, generation), '', { mode: 0o600 });
      }
    }
    if (performance.now() >= deadline) return undefined;
    await wait(pollMilliseconds * (0.5 + Math.random()));
  }
}

async function tryAcquire(directory: string): Promise<number | undefined> {
  const before = await generations(directory);
  const highest = Math.max(0, ...before.keys());
  if (highest > 0 && before.get(highest) !== 'released' && !(await isAbandoned(directory, highest))) return undefined;
  const mine = highest + 1;
  if (!(await createExclusively(directory, mine))) return undefined;
  const after = await generations(directory);
  if (Math.max(...after.keys()) !== mine) {
    // A newer generation came and went between the two looks: ours never counted.
    await rm(holderFile(directory, mine), { force: true });
    return undefined;
  }
  for (const old of after.keys()) {
    // A listing that runs while files come and go may miss some: the last few stay.
    if (old > mine - keptGenerations) continue;
    await rm(holderFile(directory, old), { force: true });
    await rm(releaseFile(directory, old), { force: true });
  }
  await sweepAside(directory);
  return mine;
}

/** Generation -> whether it was let go. */
async function generations(directory: string): Promise<Map<number, 'held' | 'released'>> {
  const found = new Map<number, 'held' | 'released'>();
  for (const name of await readdir(directory)) {
    const match = /^mutex-(\d+)(\.released)?$/.exec(name);
    if (!match) continue;
    const generation = Number(match[1]);
    if (match[2]) found.set(generation, 'released');
    else if (!found.has(generation)) found.set(generation, 'held');
  }
  return found;
}

async function isAbandoned(directory: string, generation: number): Promise<boolean> {
  try {
    const holder = JSON.parse(await readFile(holderFile(directory, generation), 'utf8')) as ProcessIdentity;
    return (await livenessOf(holder)) === 'dead';
  } catch {
    return false;
  }
}

// Written aside and linked: the file is never seen without its content, and link() fails when the name exists.
async function createExclusively(directory: string, generation: number): Promise<boolean> {
  const aside = join(directory, `aside-${process.pid}-${randomBytes(6).toString('hex')}`);
  await writeFile(aside, JSON.stringify(await ownIdentity()), { mode: 0o600 });
  try {
    await link(aside, holderFile(directory, generation));
    return true;
  } catch (error) {
    // ENOENT: swept away by another process that could not see this one's pid.
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** Removes what processes killed in the middle of `createExclusively` left. */
async function sweepAside(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = /^aside-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !pidExists(Number(pid))) await rm(join(directory, name), { force: true });
  }
}

const holderFile = (directory: string, generation: number): string => join(directory, `mutex-${generation}`);
const releaseFile = (directory: string, generation: number): string => `${holderFile(directory, generation)}.released`;
