// What is too large for the repository and the same for every copy of it: kept per user, whole or not at all.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export function cacheDirectory() {
  const chosen = process.env.RCM_CACHE;
  if (chosen) return chosen;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'redis-cluster-manager');
}

/** What is the user's and nobody can make again: not among what is emptied to win room. */
export function dataDirectory() {
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'redis-cluster-manager');
}

/** Lets `fill` build a folder beside `target` and puts it in place in one move; two runs at once do it one after the other. */
export async function installWhole(target, fill) {
  mkdirSync(dirname(target), { recursive: true });
  await underLock(`${target}.lock`, async () => {
    if (existsSync(target)) return;
    const draft = `${target}.draft`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft);
    try {
      await fill(draft);
      renameSync(draft, target);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
}

async function underLock(path, work) {
  const deadline = Date.now() + 15 * 60_000;
  while (!tryLock(path)) {
    if (Date.now() > deadline) throw new Error(`another run holds ${path} for too long; remove it if none is running`);
    await delay(500);
  }
  try {
    await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** False while a living process holds it, and once where a dead one did: the next try gets it then. */
export function tryLock(path) {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (isHeldByTheLiving(path)) return false;
  rmSync(path, { force: true });
  return false;
}

function isHeldByTheLiving(path) {
  let pid;
  try {
    pid = Number(readFileSync(path, 'utf8'));
  } catch {
    return false;
  }
  // An empty file is one that is being written this moment.
  if (!(pid > 0)) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
