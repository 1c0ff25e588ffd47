import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Who listens on a port, as far as this user may see: `redis-server (process 4711)`. Undefined when nobody does or it
 * belongs to another user. Gives the process's name only: a command line could hold a password.
 */
export async function findPortHolder(port: number): Promise<string | undefined> {
  return process.platform === 'linux' ? await holderFromProc(port) : await holderFromLsof(port);
}

async function holderFromProc(port: number): Promise<string | undefined> {
  const inodes = new Set([
    ...(await listenerInodes('/proc/net/tcp', port)),
    ...(await listenerInodes('/proc/net/tcp6', port)),
  ]);
  if (inodes.size === 0) return undefined;
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await holdsSocket(pid, inodes)) {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a process');
      return `${name.trim()} (process ${pid})`;
    }
  }
  return undefined;
}

const LISTENING = '0A';

/** Lines of /proc/net/tcp: `sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode ...`, ports in hex. */
async function listenerInodes(table: string, port: number): Promise<string[]> {
  const lines = (await readFile(table, 'utf8').catch(() => '')).split('\n').slice(1);
  return lines
    .map(line => line.trim().split(/\s+/))
    .filter(fields => fields[3] === LISTENING && parseInt(fields[1]?.split(':')[1] ?? '', 16) === port)
    .flatMap(fields => fields[9] ?? []);
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

async function holderFromLsof(port: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], {
      timeout: 5000,
    });
    const pid = /^p(\d+)$/m.exec(stdout)?.[1];
    const name = /^c(.+)$/m.exec(stdout)?.[1] ?? 'a process';
    return pid === undefined ? undefined : `${name} (process ${pid})`;
  } catch {
    // lsof is missing, or exits with 1 because it may not see the holder.
    return undefined;
  }
}
