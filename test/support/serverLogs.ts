// What the servers of a failed test wrote, for whoever looks for the cause later: scripts/tests/reporter.cjs says when and where.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventEmitter } from 'node:events';
import { LOG_FILE } from '../../src/core/local/launchServer';

interface Fleet {
  directory: string;
  ports: readonly number[];
}

interface FailedTest {
  directory: string;
  /** Milliseconds since the epoch. */
  since: number;
}

const open = new Set<Fleet>();
/** Of servers that are gone with their directory. */
let closed: { at: number; logs: [port: number, text: string][] }[] = [];

export function watchLogs(fleet: Fleet): void {
  open.add(fleet);
}

/** To be called before the directory of the servers is removed. */
export function keepLogs(fleet: Fleet): void {
  open.delete(fleet);
  closed = [...closed.slice(-9), { at: Date.now(), logs: readLogs(fleet) }];
}

(process as EventEmitter).on('testFailed', ({ directory, since }: FailedTest) => {
  const ofTest = closed.filter(({ at }) => at >= since).flatMap(({ logs }) => logs);
  const logs = [...ofTest, ...[...open].flatMap(readLogs)];
  if (logs.length > 0) mkdirSync(directory, { recursive: true });
  for (const [port, text] of logs) writeFileSync(join(directory, `${port}.log`), text);
});

function readLogs({ directory, ports }: Fleet): [port: number, text: string][] {
  return ports.flatMap((port): [number, string][] => {
    try {
      return [[port, readFileSync(join(directory, String(port), LOG_FILE), 'utf8')]];
    } catch {
      // It was never started, or its test removed it.
      return [];
    }
  });
}
