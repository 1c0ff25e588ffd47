import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import type { Journal, JournaledOperation } from '../../src/core/operation/types';
import type { PlanJob } from './planRunner';

export interface Child {
  readonly process: ChildProcess;
  /** Writes a line to its standard input. */
  tell(line: string): void;
  /** Resolves with the first line that begins so; rejects when the process ends before it. */
  line(start: string): Promise<string>;
  /** All it wrote, when it has ended. */
  ended(): Promise<{ output: string; signal: NodeJS.Signals | null }>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Runs a TypeScript file in a process of its own. */
export function startChild(file: string, args: readonly string[], env: Record<string, string> = {}): Child {
  const child = spawn(process.execPath, [bundleOf(file), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const lines: string[] = [];
  let errors = '';
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', line => {
    lines.push(line);
    for (const wake of waiting) wake();
  });
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString('utf8')));
  const exited = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  exited.catch(() => undefined);
  // It may have ended before it read what it was told.
  child.stdin.on('error', () => undefined);
  return {
    process: child,
    tell: line => void child.stdin.write(`${line}\n`),
    line: start =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(line => line.startsWith(start));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void exited.then(() => {
          look();
          reject(new Error(`The child ended before "${start}".\n${lines.join('\n')}\n${errors}`));
        });
      }),
    async ended() {
      const [, signal] = await exited;
      return { output: `${lines.join('\n')}\n${errors}`, signal };
    },
    async kill(signal = 'SIGKILL') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
    },
  };
}

const bundles = new Map<string, string>();

/** Made once for all children: read file by file, as this process was, each would need a second to begin. */
function bundleOf(file: string): string {
  const made = bundles.get(file);
  if (made !== undefined) return made;
  const outfile = join(__dirname, '../../out/children', `${basename(file, '.ts')}-${process.pid}.cjs`);
  buildSync({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    packages: 'external',
    sourcemap: 'inline',
  });
  process.once('exit', () => rmSync(outfile, { force: true }));
  bundles.set(file, outfile);
  return outfile;
}

/** Runs a plan in a process of its own, which says `step <kind>` as each begins, and its outcome. */
export function startPlan(job: PlanJob): Child {
  return startChild(join(__dirname, 'planRunner.ts'), [JSON.stringify(job)]);
}

/** Runs a plan in a process that is killed so many milliseconds into a step, or when its message matches; resolves with the operation that this leaves. */
export async function breakOff(
  { journal, ...job }: Omit<PlanJob, 'journalDirectory'> & { journal: Journal },
  step: string,
  moment: number | RegExp,
): Promise<JournaledOperation> {
  const end = moment instanceof RegExp ? { message: moment.source } : { afterMilliseconds: moment };
  const child = startPlan({ ...job, journalDirectory: journal.directory, end: { step, ...end } });
  const { output, signal } = await child.ended();
  assert.equal(signal, 'SIGKILL', output);
  return interruptedIn(journal);
}

/** The one operation in a journal whose process was killed. */
export async function interruptedIn(journal: Journal): Promise<JournaledOperation> {
  const [operation, ...more] = await journal.unfinished();
  assert.equal(operation?.state, 'interrupted');
  assert.deepEqual(more, []);
  return operation;
}
