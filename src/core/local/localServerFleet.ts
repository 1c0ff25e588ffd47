import { rm, rmdir } from 'node:fs/promises';
import { LocalServerError } from './localServerError';
import { ServerHandle, type HandleOptions } from './serverHandle';
import type { LocalServer, LocalServers } from './types';

/** The servers of one directory, whether this process started them or found them. */
export class LocalServerFleet implements LocalServers {
  readonly #handles: readonly ServerHandle[];
  readonly #listeners = new Set<(server: LocalServer) => void>();
  #poll: NodeJS.Timeout | undefined;

  constructor(
    readonly directory: string,
    servers: readonly HandleOptions[],
  ) {
    this.#handles = [...servers]
      .sort((a, b) => a.port - b.port)
      .map(options => new ServerHandle(options, server => this.#tell(server)));
  }

  get servers(): readonly LocalServer[] {
    return this.#handles.map(handle => handle.snapshot);
  }

  get nodes(): string[] {
    return this.servers.map(({ address }) => address);
  }

  get hosts(): Record<string, string> {
    return Object.fromEntries(this.servers.map(({ address, hostLabel }) => [address, hostLabel]));
  }

  async kill(port: number): Promise<void> {
    await this.#handle(port).kill();
  }

  async pause(port: number): Promise<void> {
    await this.#handle(port).pause();
  }

  async resume(port: number): Promise<void> {
    await this.#handle(port).resume();
  }

  async start(port: number): Promise<void> {
    await this.#handle(port).start();
  }

  async stop(port: number): Promise<void> {
    await this.#handle(port).stop();
  }

  async refresh(): Promise<void> {
    await Promise.all(this.#handles.map(handle => handle.refresh()));
  }

  onDidChange(listener: (server: LocalServer) => void): () => void {
    this.#listeners.add(listener);
    this.#poll ??= setInterval(() => void this.refresh(), POLL_MILLISECONDS).unref();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stopPolling();
    };
  }

  /** All at once; when one fails the others are up all the same, and the first failure is thrown. */
  async startAll(): Promise<void> {
    await allOrFirstFailure(this.#handles.map(handle => handle.start()));
  }

  async killAll(): Promise<void> {
    await allOrFirstFailure(this.#handles.map(handle => handle.kill()));
  }

  async close(): Promise<void> {
    await allOrFirstFailure(this.#handles.map(handle => handle.stop()));
    this.release();
  }

  release(): void {
    this.#listeners.clear();
    this.#stopPolling();
  }

  async removeData(): Promise<void> {
    await this.refresh();
    const running = this.servers.filter(({ state }) => state !== 'stopped');
    if (running.length > 0) {
      const names = running.map(({ address }) => address).join(', ');
      throw new LocalServerError('stillRunning', `Local servers are still running: ${names}.`, {
        now: 'Nothing was removed.',
        remedy: 'Stop them first.',
      });
    }
    for (const { directory } of this.#handles) await rm(directory, { recursive: true, force: true });
    // Only if nothing else is in it.
    await rmdir(this.directory).catch(() => undefined);
  }

  #handle(port: number): ServerHandle {
    const handle = this.#handles.find(candidate => candidate.port === port);
    if (handle) return handle;
    const known = this.#handles.map(candidate => candidate.port).join(', ');
    throw new LocalServerError('unknownPort', `No local server has port ${port}.`, {
      now: 'Nothing was changed.',
      remedy: `The ports are ${known}.`,
    });
  }

  #tell(server: LocalServer): void {
    for (const listener of this.#listeners) {
      try {
        listener(server);
      } catch (error) {
        // A listener's failure is its own; it must not stop a kill or a start halfway.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  #stopPolling(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
  }
}

const POLL_MILLISECONDS = process.platform === 'linux' ? 500 : 2000;

async function allOrFirstFailure(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find(result => result.status === 'rejected');
  if (failed) throw failed.reason;
}
