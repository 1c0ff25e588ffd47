import { readdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { findServerBinary, type ServerBinary } from './findServerBinary';
import { BUS_PORT_OFFSET, HIGHEST_CLIENT_PORT } from './freePorts';
import { LOG_FILE } from './launchServer';
import { LocalServerError } from './localServerError';
import { LocalServerFleet } from './localServerFleet';
import { refusePortsInUse } from './refusePortsInUse';
import { checkExtraSettings } from './serverConfig';
import type { HandleOptions } from './serverHandle';
import { readServerRecord } from './serverRecord';
import type { LocalServerOptions, LocalServers } from './types';

export type { LocalServer, LocalServerOptions, LocalServers } from './types';

/**
 * Starts real servers in cluster mode on 127.0.0.1, in no cluster yet, and resolves when all of them answer. They outlive
 * this process: `close` stops them, `reopenLocalServers` finds them again.
 *
 * Throws a ServerBinaryMissingError, or a LocalServerError: nothing is started when a port is in use or the directory holds
 * an earlier server's data, and nothing is left running when one of the servers does not start.
 */
export async function startLocalServers(options: LocalServerOptions): Promise<LocalServers> {
  const ports = choosePorts(options);
  checkExtraSettings(options.settings ?? {});
  const binary = await findServerBinary(options.serverPath);
  const servers = describeServers(options, ports, binary);
  refuseEarlierServers(servers);
  await refusePortsInUse(ports);

  const fleet = new LocalServerFleet(options.directory, servers);
  try {
    await fleet.startAll();
    return fleet;
  } catch (error) {
    throw await giveUp(fleet, servers, error);
  }
}

export interface ReopenOptions {
  /** As given to `startLocalServers`. */
  directory: string;
  /** Needed to start a stopped server again if it had one. */
  password?: string;
  /** For servers that are started again; default: what they were started with. */
  serverPath?: string;
  /** As in LocalServerOptions. */
  startTimeoutMilliseconds?: number;
}

/**
 * Finds the servers of a directory again, running, paused or stopped; undefined when none was ever started there. A process
 * counts only if its pid, start time and working directory all are those of the record.
 */
export async function reopenLocalServers(options: ReopenOptions): Promise<LocalServers | undefined> {
  const { directory, password, serverPath } = options;
  const names = (await readdir(directory).catch(() => [])).filter(name => /^\d+$/.test(name));
  const chosen = serverPath ? await findServerBinary(serverPath) : undefined;
  const servers = names.flatMap((name): HandleOptions[] => {
    const record = readServerRecord(join(directory, name));
    if (!record) return [];
    const { port, hostLabel, settings, flavour, version } = record;
    const binary = chosen ?? { path: record.binary, flavour, version };
    const own = { port, directory: join(directory, name), hostLabel, settings, binary };
    const startTimeoutMilliseconds = options.startTimeoutMilliseconds ?? START_TIMEOUT_MILLISECONDS;
    return [{ ...own, password, protected: record.protected, startTimeoutMilliseconds }];
  });
  if (servers.length === 0) return undefined;
  const fleet = new LocalServerFleet(directory, servers);
  await fleet.refresh();
  return fleet;
}

function choosePorts({ count, basePort = 7000, ports, directory, hosts }: LocalServerOptions): readonly number[] {
  const refuse = (what: string) => new LocalServerError('invalidOptions', what, { now: 'No server was started.' });
  if (!isAbsolute(directory)) throw refuse(`The directory ${directory} is not an absolute path.`);
  if (!Number.isInteger(count) || count < 1 || count > 1000)
    throw refuse(`${count} is not a number of servers, 1-1000.`);
  const chosen = ports ?? Array.from({ length: count }, (_, index) => basePort + index);
  if (chosen.length !== count) throw refuse(`${count} servers need ${count} ports, and ${chosen.length} are given.`);
  if (hosts && hosts.length !== count) throw refuse(`${count} servers need ${count} host labels, not ${hosts.length}.`);
  for (const port of chosen) {
    if (!Number.isInteger(port) || port < 1 || port > HIGHEST_CLIENT_PORT) {
      throw refuse(`Port ${port} is not in 1-${HIGHEST_CLIENT_PORT}; the bus port is ${BUS_PORT_OFFSET} higher.`);
    }
  }
  const all = chosen.flatMap(port => [port, port + BUS_PORT_OFFSET]);
  const twice = all.find((port, index) => all.indexOf(port) !== index);
  if (twice !== undefined) throw refuse(`Port ${twice} would be used twice, counting the bus ports.`);
  return chosen;
}

function describeServers(options: LocalServerOptions, ports: readonly number[], binary: ServerBinary): HandleOptions[] {
  const { directory, password, settings = {}, persistence = true, nodeTimeoutMilliseconds = 2000, hosts } = options;
  return ports.map((port, index) => ({
    port,
    directory: join(directory, String(port)),
    hostLabel: hosts?.[index] ?? defaultHostLabel(index),
    settings: { persistence, nodeTimeoutMilliseconds, extra: settings },
    binary,
    password,
    protected: Boolean(password),
    startTimeoutMilliseconds: options.startTimeoutMilliseconds ?? START_TIMEOUT_MILLISECONDS,
  }));
}

const START_TIMEOUT_MILLISECONDS = 15_000;

/** The pretended host of the server at this place in a list: as `LocalServerOptions.hosts` says. */
export function defaultHostLabel(index: number): string {
  return index < 6 ? `host-${(index % 3) + 1}` : 'spare-host';
}

function refuseEarlierServers(servers: readonly HandleOptions[]): void {
  const earlier = servers.find(({ directory }) => readServerRecord(directory));
  if (!earlier) return;
  throw new LocalServerError('directoryInUse', `${earlier.directory} holds what an earlier local server stored.`, {
    node: `127.0.0.1:${earlier.port}`,
    now: 'No server was started.',
    remedy: 'Reopen the servers of that directory, remove their data, or choose another directory.',
  });
}

/** Ends what was started and says what is true then. */
async function giveUp(
  fleet: LocalServerFleet,
  servers: readonly HandleOptions[],
  cause: unknown,
): Promise<LocalServerError> {
  await fleet.killAll().catch(() => undefined);
  const left = fleet.servers
    .filter(({ state }) => state !== 'stopped')
    .map(({ address, pid }) => `${address} (process ${pid})`);
  if (left.length === 0) for (const { directory } of servers) await removeAllButLog(directory);
  const ended = left.length === 0 ? 'All that had been started were ended' : `Still running: ${left.join(', ')}`;
  return new LocalServerError(
    cause instanceof LocalServerError ? cause.code : 'startFailed',
    `The local servers were not started. ${cause instanceof Error ? cause.message : String(cause)}`,
    {
      ...(cause instanceof LocalServerError && { node: cause.node }),
      now: `${ended}; the logs are in ${fleet.directory}.`,
      cause,
    },
  );
}

async function removeAllButLog(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    if (name !== LOG_FILE) await rm(join(directory, name), { recursive: true, force: true });
  }
}
