import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';

/** Names one process for ever: a pid is used again, a pid with its start time is not. */
export interface ProcessIdentity {
  pid: number;
  /** Empty where the system does not say; then only the pid counts. */
  processStart: string;
  host: string;
}

let own: Promise<ProcessIdentity> | undefined;

/** The identity of this process. */
export function ownIdentity(): Promise<ProcessIdentity> {
  own ??= startTimeOf(process.pid).then(started => ({
    pid: process.pid,
    processStart: started ?? '',
    host: hostname(),
  }));
  return own;
}

/** `elsewhere`: it ran on another host, which cannot be asked. When in doubt a process is `alive`. */
export async function livenessOf(identity: ProcessIdentity): Promise<'alive' | 'dead' | 'elsewhere'> {
  if (identity.host !== hostname()) return 'elsewhere';
  if (!pidExists(identity.pid)) return 'dead';
  const started = await startTimeOf(identity.pid);
  if (started === 'ended') return 'dead';
  return started === undefined || identity.processStart === '' || started === identity.processStart ? 'alive' : 'dead';
}

/** Whether a process of this host has the pid now; not whether it is the one that was meant. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** `ended` for a process that only waits to be reaped; undefined when the system does not tell. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') return await startTimeFromProc(pid);
    if (process.platform === 'win32') return undefined;
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], { timeout: 5000, env });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

async function startTimeFromProc(pid: number): Promise<string | undefined> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
  ]);
  // proc(5): the name in parentheses may hold anything; state is field 3, starttime (ticks since boot) field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if ('ZXx'.includes(fields[0] ?? 'X')) return 'ended';
  return fields[19] === undefined ? undefined : `${boot.trim()}/${fields[19]}`;
}

const run = promisify(execFile);
