import type { ChildProcess } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerBinary } from './findServerBinary';
import { inspectProcess, type ProcessFacts } from './inspectProcess';
import { launchServer } from './launchServer';
import { LocalServerError } from './localServerError';
import { readNodeId } from './readNodeId';
import { refusePortsInUse } from './refusePortsInUse';
import type { ServerSettings } from './serverConfig';
import { readServerRecord, type ServerRecord } from './serverRecord';
import type { LocalServer, LocalServerState } from './types';

export interface HandleOptions {
  port: number;
  directory: string;
  hostLabel: string;
  settings: ServerSettings;
  binary: ServerBinary;
  password: string | undefined;
  /** It had a password when it was last started. */
  protected: boolean;
  startTimeoutMilliseconds: number;
}

/** One server of a fleet. Its record and the process table say what it is doing; this object only remembers the last look. */
export class ServerHandle {
  readonly port: number;
  readonly directory: string;
  #state: LocalServerState = 'stopped';
  #nodeId: string | undefined;
  #record: ServerRecord | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly options: HandleOptions,
    private readonly onChange: (server: LocalServer) => void,
  ) {
    this.port = options.port;
    this.directory = options.directory;
  }

  get snapshot(): LocalServer {
    const { port, directory, hostLabel } = this.options;
    const pid = this.#state === 'stopped' ? undefined : this.#record?.pid;
    return {
      port,
      address: this.address,
      directory,
      hostLabel,
      state: this.#state,
      ...(pid && { pid }),
      ...(this.#nodeId !== undefined && { nodeId: this.#nodeId }),
    };
  }

  refresh(): Promise<void> {
    return this.#inTurn(async () => void (await this.#look()));
  }

  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (await this.#look()) {
        if (this.#state === 'paused') throw this.#error('paused', 'is paused, not stopped.', 'Resume it.');
        return;
      }
      if (this.options.protected && !this.options.password) {
        const remedy = 'Give the password it had.';
        throw this.#error('invalidOptions', 'was started with a password, which is not known here.', remedy);
      }
      await refusePortsInUse([this.port]);
      const { record, child } = await launchServer(this.options);
      this.#record = record;
      this.#watch(child);
      this.#become('running');
    });
  }

  kill(): Promise<void> {
    return this.#inTurn(async () => {
      if (await this.#look()) await this.#end('SIGKILL', KILL_MILLISECONDS);
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      if (!(await this.#look())) return;
      // A paused process sees its SIGTERM only once it runs again.
      if (this.#state === 'paused') this.#signal('SIGCONT');
      try {
        await this.#end('SIGTERM', STOP_MILLISECONDS);
      } catch {
        if (await this.#look()) await this.#end('SIGKILL', KILL_MILLISECONDS);
      }
    });
  }

  pause(): Promise<void> {
    return this.#inTurn(() => this.#suspend('SIGSTOP', 'paused'));
  }

  resume(): Promise<void> {
    return this.#inTurn(() => this.#suspend('SIGCONT', 'running'));
  }

  private get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** What is asked of one server happens one after another. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** The process, if it still is the server that was started; never one that got its pid later. */
  async #look(): Promise<ProcessFacts | undefined> {
    // The file first: another window may have started the server again. The memory in case the folder was removed.
    const record = readServerRecord(this.directory) ?? this.#record;
    const facts = record && (await inspectProcess(record.pid));
    if (!facts || !(await this.#isOurs(record, facts))) {
      this.#become('stopped');
      return undefined;
    }
    const changed = this.#record?.pid !== record.pid;
    this.#record = record;
    this.#become(facts.paused ? 'paused' : 'running', changed);
    return facts;
  }

  async #isOurs(record: ServerRecord, facts: ProcessFacts): Promise<boolean> {
    if (record.startTime !== undefined && record.startTime !== facts.startTime) return false;
    if (facts.workingDirectory === undefined) return record.startTime !== undefined;
    const directory = await realpath(this.directory).catch(() => undefined);
    if (directory === undefined) return record.startTime !== undefined && record === this.#record;
    return facts.workingDirectory === directory;
  }

  async #suspend(signal: 'SIGSTOP' | 'SIGCONT', goal: LocalServerState): Promise<void> {
    if (!(await this.#look())) throw this.#error('notRunning', 'is not running.', 'Start it.');
    if (this.#state === goal) return;
    this.#signal(signal);
    await this.#until(facts => !facts || facts.paused === (goal === 'paused'), KILL_MILLISECONDS, signal);
    if (!(await this.#look())) throw this.#error('notRunning', `ended when it was sent ${signal}.`, 'Start it.');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL', timeoutMilliseconds: number): Promise<void> {
    this.#signal(signal);
    await this.#until(facts => !facts, timeoutMilliseconds, signal);
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#record?.pid;
    if (!pid) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      // It ended since the look a moment ago: nothing is left to signal.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  async #until(
    holds: (facts: ProcessFacts | undefined) => boolean,
    timeoutMilliseconds: number,
    signal: string,
  ): Promise<void> {
    const deadline = performance.now() + timeoutMilliseconds;
    while (!holds(await this.#look())) {
      if (performance.now() > deadline) {
        const pid = this.#record?.pid;
        throw this.#error(
          'stillRunning',
          `did not react to ${signal} within ${timeoutMilliseconds} ms.`,
          `Its process is ${pid}.`,
        );
      }
      await delay(10);
    }
  }

  #watch(child: ChildProcess): void {
    child.once('exit', () => void this.refresh());
  }

  #become(state: LocalServerState, changed = false): void {
    const isSame = state === this.#state && !changed;
    if (!isSame || this.#nodeId === undefined) this.#nodeId = readNodeId(this.directory);
    if (isSame) return;
    this.#state = state;
    this.onChange(this.snapshot);
  }

  #error(code: LocalServerError['code'], what: string, remedy: string): LocalServerError {
    return new LocalServerError(code, `The local server ${this.address} ${what}`, { node: this.address, remedy });
  }
}

const KILL_MILLISECONDS = 5000;
const STOP_MILLISECONDS = 3000;
