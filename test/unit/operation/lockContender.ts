// A process of its own for lock.test.ts: takes locks, reports on its standard output, one line each.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { takeLock } from '../../../src/core/operation/lock';
import { LockedError } from '../../../src/core/operation/operationError';

const [mode, directory = '', operationId = '', nodeIds = '', rounds = '1'] = process.argv.slice(2);
const claim = { operationId, title: `Operation ${operationId}`, nodeIds: nodeIds.split(',') };

async function hold(): Promise<void> {
  await takeLock(directory, claim);
  process.stdout.write('held\n');
  await wait(60_000);
}

/** Takes the lock again and again; two holders at once are an overlap. Now and then ends in the middle, by SIGKILL. */
async function contend(): Promise<void> {
  for (let round = 0; round < Number(rounds); round++) {
    const lock = await takeWhenFree();
    enter();
    await wait(Math.random() * 3);
    if (mode === 'contendAndDie' && round === Number(rounds) - 1) die();
    rmSync(marker());
    await lock.release();
  }
  process.stdout.write('done\n');
}

async function takeWhenFree(): ReturnType<typeof takeLock> {
  for (;;) {
    try {
      return await takeLock(directory, claim);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      await wait(Math.random() * 5);
    }
  }
}

function enter(): void {
  try {
    writeFileSync(marker(), String(process.pid), { flag: 'wx' });
  } catch {
    const other = readFileSync(marker(), 'utf8');
    if (!other.endsWith('dying')) process.stdout.write(`overlap with ${other}\n`);
    writeFileSync(marker(), String(process.pid));
  }
}

function die(): void {
  writeFileSync(marker(), `${process.pid} dying`);
  process.kill(process.pid, 'SIGKILL');
}

function marker(): string {
  return join(directory, '..', 'inside');
}

void (mode === 'hold' ? hold() : contend());
