import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What tells a process from another one that got the same pid later. */
export interface ProcessFacts {
  /** As the system writes it: clock ticks since boot on Linux, a date on macOS. */
  startTime: string;
  /** Absent while it is ending, and of another user's process. */
  workingDirectory?: string;
  paused: boolean;
}

/** Looks a process up; undefined when there is none, it has ended and only waits to be reaped, or it is another user's. */
export async function inspectProcess(pid: number): Promise<ProcessFacts | undefined> {
  try {
    return process.platform === 'linux' ? await inspectInProc(pid) : await inspectWithPs(pid);
  } catch {
    return undefined;
  }
}

async function inspectInProc(pid: number): Promise<ProcessFacts | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // proc(5): the name in parentheses may hold anything; then come state (3), num_threads (20) and starttime (22).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = 'X'] = fields;
  const threads = Number(fields[17]);
  const startTime = fields[19];
  if (startTime === undefined) return undefined;
  // The first thread is a zombie before the others have ended, and until then the ports are still held.
  if ('ZXx'.includes(state)) return threads > 1 ? { startTime, paused: false } : undefined;
  const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return { startTime, ...(workingDirectory && { workingDirectory }), paused: state === 'T' };
}

async function inspectWithPs(pid: number): Promise<ProcessFacts | undefined> {
  const env = { ...process.env, LC_ALL: 'C' };
  const { stdout } = await run('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { timeout: 5000, env });
  const match = /^(\S+)\s+(.+)$/.exec(stdout.trim());
  if (!match?.[1] || !match[2] || match[1].startsWith('Z')) return undefined;
  const files = await run('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn'], { timeout: 5000 });
  const workingDirectory = /^n(.+)$/m.exec(files.stdout)?.[1];
  if (workingDirectory === undefined) return undefined;
  return { startTime: match[2], workingDirectory, paused: match[1].startsWith('T') };
}

const run = promisify(execFile);
