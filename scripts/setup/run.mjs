// Runs other programs: bounded in time, ended with all they started, their output in a log.
import { spawn } from 'node:child_process';
import { accessSync, constants, createWriteStream, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
const logs = join(root, 'out', 'logs');

const running = new Set();

/**
 * Never rejects for what the program does: `status` is its exit code, or null when it could not be started or was ended.
 * `leftovers` tells whether it left processes of its group running, which are ended.
 * With `log` (a name) the output goes to out/logs/<name>.log, with `show` to the terminal, else only into `output`.
 */
export function run(command, args, { cwd = root, env = {}, log, show = false, timeoutSeconds = 600 } = {}) {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      // One stream, so that what a program says stays in its order.
      stdio: show ? ['ignore', 1, 1] : ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that whatever the program started can be ended with it.
      detached: true,
    });
    running.add(child);
    const file = log === undefined ? undefined : openLog(log, command, args);
    const chunks = [];
    const keep = chunk => {
      chunks.push(chunk);
      file?.write(chunk);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);

    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup(child);
    }, timeoutSeconds * 1000);
    const finish = async (status, problem) => {
      clearTimeout(timer);
      running.delete(child);
      file?.end();
      const leftovers = await endLeftovers(child);
      resolve({ status, timedOut, problem, leftovers, output: Buffer.concat(chunks).toString('utf8') });
    };
    child.once('error', error => void finish(null, error.message));
    child.once('close', status => void finish(status));
  });
}

/** Ends a process started with `detached: true` and everything it started, by its own group id. */
export function endGroup(child, signal = 'SIGTERM') {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
    return;
  }
  if (signal === 'SIGTERM') setTimeout(() => endGroup(child, 'SIGKILL'), 5000).unref();
}

// Whatever is still in its group a while after the program itself has ended was forgotten by it.
async function endLeftovers({ pid }) {
  const deadline = Date.now() + 2000;
  while (isGroupAlive(pid)) {
    if (Date.now() > deadline) {
      process.kill(-pid, 'SIGKILL');
      return true;
    }
    await delay(50);
  }
  return false;
}

// A dead process that nobody has collected still counts for kill(2), not for us.
function isGroupAlive(group) {
  if (group === undefined) return false;
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some(name => {
    if (!/^\d+$/.test(name)) return false;
    try {
      // After the name in brackets: state, parent, group.
      const [state, , itsGroup] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(itsGroup) === group && state !== 'Z';
    } catch {
      return false;
    }
  });
}

/** On Ctrl-C and on a polite end, ends what runs before this process goes: politely first, so that it can end its own. */
export function endChildrenOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, async () => {
      const children = [...running];
      for (const child of children) endGroup(child);
      const deadline = Date.now() + 6000;
      while (children.some(({ pid }) => isGroupAlive(pid)) && Date.now() < deadline) await delay(50);
      for (const child of children) endGroup(child, 'SIGKILL');
      process.exit(130);
    });
}

/** The absolute path of a program on PATH, or undefined. */
export function which(name) {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}

function openLog(name, command, args) {
  const path = join(logs, `${name}.log`);
  mkdirSync(dirname(path), { recursive: true });
  const file = createWriteStream(path, { flags: 'a' });
  file.write(`\n$ ${[command, ...args].join(' ')}\n`);
  return file;
}
