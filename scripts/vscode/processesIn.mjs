// Servers that the extension started outlive VS Code: after a test they are found by the folder they work in.
import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Processes whose working folder is below this one, where the system tells (Linux): a folder of one's own names one's own. */
export function processesIn(directory) {
  return processIds().filter(pid => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${directory}/`);
    } catch {
      // It ended meanwhile, or belongs to somebody else.
      return false;
    }
  });
}

/** Ends them, by id, and waits until they are gone. */
export async function endProcessesIn(directory) {
  const deadline = Date.now() + 10_000;
  for (let pids = processesIn(directory); pids.length > 0; pids = processesIn(directory)) {
    if (Date.now() > deadline) throw new Error(`processes ${pids.join(', ')} in ${directory} do not end`);
    killAll(pids);
    await delay(20);
  }
}

/** For the last moment of a process, when nothing can be awaited any more. */
export function endProcessesInAtOnce(directory) {
  killAll(processesIn(directory));
}

function killAll(pids) {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}

function processIds() {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
