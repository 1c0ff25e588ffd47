import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerBinary } from './findServerBinary';
import { inspectProcess } from './inspectProcess';
import { LocalServerError } from './localServerError';
import { pingServer } from './pingServer';
import { repairShardIds } from './repairShardIds';
import { writeServerConfig, type ServerSettings } from './serverConfig';
import { writeServerRecord, type ServerRecord } from './serverRecord';

export interface Launch {
  port: number;
  directory: string;
  hostLabel: string;
  binary: ServerBinary;
  settings: ServerSettings;
  password: string | undefined;
  startTimeoutMilliseconds: number;
}

export interface Launched {
  record: ServerRecord;
  child: ChildProcess;
}

interface Spawned extends Launched {
  ending: { how?: string; cause?: unknown };
  /** Bytes that earlier runs left in the log. */
  logStart: number;
}

/**
 * Starts one server that outlives this process and resolves when it answers PING and has loaded its data. When it does
 * not, the process is ended and a LocalServerError with the end of the server's log is thrown.
 */
export async function launchServer(launch: Launch): Promise<Launched> {
  repairShardIds(launch.directory);
  const spawned = spawnServer(launch);
  const { child, record, ending } = spawned;
  child.once('error', cause => Object.assign(ending, { how: 'could not be run', cause }));
  child.once('exit', (code, signal) => Object.assign(ending, { how: `ended with ${signal ?? `exit code ${code}`}` }));
  try {
    await waitUntilReady(launch, spawned);
    const facts = child.pid === undefined ? undefined : await inspectProcess(child.pid);
    if (!facts) throw await startFailed(launch, spawned, ending.how ?? 'ended right after its start');
    const complete = { ...record, startTime: facts.startTime };
    writeServerRecord(launch.directory, complete);
    return { record: complete, child };
  } catch (error) {
    await endChild(child);
    throw error;
  }
}

export const LOG_FILE = 'server.log';

function spawnServer(launch: Launch): Spawned {
  const { port, directory, hostLabel, binary, settings, password } = launch;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const log = openSync(join(directory, LOG_FILE), 'a', 0o600);
  const logStart = fstatSync(log).size;
  try {
    const child = spawn(binary.path, ['-'], { cwd: directory, detached: true, stdio: ['pipe', log, log] });
    child.stdin?.on('error', () => {
      // It ended before it read its configuration; the exit says so.
    });
    child.stdin?.end(writeServerConfig(port, settings, password));
    child.unref();
    const record: ServerRecord = {
      port,
      pid: child.pid ?? 0,
      binary: binary.path,
      flavour: binary.flavour,
      version: binary.version,
      startedAt: new Date().toISOString(),
      hostLabel,
      protected: Boolean(password),
      settings: { ...settings, extra: { ...settings.extra } },
    };
    if (child.pid !== undefined) recordOrEnd(child, directory, record);
    return { child, record, ending: {}, logStart };
  } finally {
    closeSync(log);
  }
}

function recordOrEnd(child: ChildProcess, directory: string, record: ServerRecord): void {
  try {
    writeServerRecord(directory, record);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

async function waitUntilReady(launch: Launch, spawned: Spawned): Promise<void> {
  const deadline = performance.now() + launch.startTimeoutMilliseconds;
  let last = 'silent';
  while (performance.now() < deadline) {
    if (spawned.ending.how) throw await startFailed(launch, spawned, spawned.ending.how);
    const answer = await pingServer(launch.port, launch.password);
    if (answer.kind === 'ready') return;
    last = answer.kind === 'refused' ? `refused with ${answer.reply}` : answer.kind;
    await delay(10);
  }
  throw await startFailed(launch, spawned, `was not ready after ${launch.startTimeoutMilliseconds} ms (${last})`);
}

async function startFailed(launch: Launch, spawned: Spawned, how: string): Promise<LocalServerError> {
  const log = await readFile(join(launch.directory, LOG_FILE)).catch(() => Buffer.alloc(0));
  const lines = log.toString('utf8', spawned.logStart).split('\n');
  const said = lines.filter(line => line.trim() !== '');
  // A crash report of hundreds of lines follows the one that says why.
  const reason = said.slice(0, -8).filter(line => FATAL.test(line));
  const tail = [...reason.slice(0, 1), ...said.slice(-8)].join('\n');
  return new LocalServerError(
    tail.includes('Address already in use') ? 'portInUse' : 'startFailed',
    `The server for port ${launch.port} (${launch.binary.path}) ${how}.`,
    {
      node: `127.0.0.1:${launch.port}`,
      now: tail ? `Its log in ${launch.directory} ends:\n${tail}\n` : `It wrote no log in ${launch.directory}.`,
      cause: spawned.ending.cause,
    },
  );
}

const FATAL = /Unrecoverable error|Guru Meditation|FATAL CONFIG|ASSERTION FAILED/;

async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await ended;
}
