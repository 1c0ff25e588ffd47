import { cp, rm } from 'node:fs/promises';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_FILE } from '../../../src/core/local/launchServer';
import { startLocalServers, type LocalServers } from '../../../src/core/local/localServers';
import { findTestPorts } from '../../support/freePorts';
import { startTestServers, type TestServers } from '../../support/testCluster';

const settings = { 'repl-diskless-sync-delay': '0', appendfsync: 'no' };

interface Server {
  port: number;
  /** Where it was first started; its name in what is told of it. */
  origin: number;
  fleet: LocalServers;
}

/** The servers of a case, some of which may have got another port since. */
export interface Fleet {
  readonly cliPath: string;
  readonly directory: string;
  /** Of all servers, as they are now. */
  readonly ports: readonly number[];
  readonly nodes: string[];
  /** The port a server was first started on. */
  readonly originOf: (port: number) => number;
  pidOf(port: number): number | undefined;
  kill(port: number): Promise<void>;
  pause(port: number): Promise<void>;
  resume(port: number): Promise<void>;
  start(port: number): Promise<void>;
  /** Kills it, and starts it with its data on another port, which it resolves with; default: one that is free. */
  move(port: number, to?: number): Promise<number>;
  /** Runs all again that were killed or stopped. */
  mend(): Promise<void>;
  /** First port -> its log. */
  logs(): Map<number, string>;
  /** Ends all servers; resolves with the processes that are left in spite of that. */
  close(): Promise<number[]>;
}

export async function startFleet(count: number, nodeTimeoutMilliseconds: number): Promise<Fleet> {
  const first = await startTestServers({ count, nodeTimeoutMilliseconds, settings, persistence: true });
  const servers = first.ports.map((port): Server => ({ port, origin: port, fleet: first.servers }));
  const moved: LocalServers[] = [];
  const at = (port: number): Server => {
    const found = servers.find(server => server.port === port || server.origin === port);
    if (!found) throw new Error(`There is no server on port ${port}.`);
    return found;
  };
  const stateOf = ({ port, fleet }: Server) => fleet.servers.find(server => server.port === port);
  return {
    cliPath: first.cliPath,
    directory: first.directory,
    get ports() {
      return servers.map(({ port }) => port);
    },
    get nodes() {
      return servers.map(({ port }) => `127.0.0.1:${port}`);
    },
    originOf: port => at(port).origin,
    pidOf: port => stateOf(at(port))?.pid,
    kill: port => at(port).fleet.kill(at(port).port),
    pause: port => at(port).fleet.pause(at(port).port),
    resume: port => at(port).fleet.resume(at(port).port),
    start: port => at(port).fleet.start(at(port).port),
    async move(port, to) {
      const server = at(port);
      await server.fleet.kill(server.port);
      const fleet = await startElsewhere(server, to ?? (await findTestPorts(1))[0], first, nodeTimeoutMilliseconds);
      moved.push(fleet);
      elsewhere.add(fleet);
      Object.assign(server, { port: fleet.servers[0]!.port, fleet });
      return server.port;
    },
    async mend() {
      await Promise.all(
        servers.map(async server => {
          await server.fleet.refresh();
          const state = stateOf(server)?.state;
          if (state === 'paused') await server.fleet.resume(server.port);
          if (state === 'stopped') await server.fleet.start(server.port);
        }),
      );
    },
    logs: () => new Map(servers.map(server => [server.origin, readLog(stateOf(server)!.directory)])),
    async close() {
      for (const fleet of moved) {
        for (const { port } of fleet.servers) await fleet.kill(port);
        fleet.release();
        elsewhere.delete(fleet);
      }
      const left = (): number[] => processesIn(first.directory);
      await first.close();
      return left();
    },
  };
}

/** Ended with this process, as those are that were not moved. */
const elsewhere = new Set<LocalServers>();
process.on('exit', () => {
  for (const { pid } of [...elsewhere].flatMap(({ servers }) => servers)) {
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
});

async function startElsewhere(
  { port, fleet }: Server,
  to: number,
  { directory, servers }: TestServers,
  nodeTimeoutMilliseconds: number,
): Promise<LocalServers> {
  const home = join(directory, `from-${port}`);
  const target = join(home, String(to));
  await cp(join(fleet.directory, String(port)), target, { recursive: true });
  await rm(join(target, 'server.json'), { force: true });
  return startLocalServers({
    count: 1,
    ports: [to],
    directory: home,
    persistence: true,
    nodeTimeoutMilliseconds,
    settings,
    hosts: [servers.servers[0]!.hostLabel],
    ...(process.env.RCM_TEST_SERVER !== undefined && { serverPath: process.env.RCM_TEST_SERVER }),
  });
}

function readLog(directory: string): string {
  try {
    return readFileSync(join(directory, LOG_FILE), 'utf8');
  } catch {
    return '';
  }
}

/** Of this system's processes those that work in such a directory. */
function processesIn(directory: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(directory) ? [Number(pid)] : [];
      } catch {
        // It ended meanwhile, or is somebody else's.
        return [];
      }
    });
}
