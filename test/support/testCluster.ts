import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findServerBinary } from '../../src/core/local/findServerBinary';
import { LocalServerError } from '../../src/core/local/localServerError';
import { startLocalServers, type LocalServers } from '../../src/core/local/localServers';
import { findTestPorts } from './freePorts';
import { keepLogs, watchLogs } from './serverLogs';

export interface TestServerOptions {
  count: number;
  password?: string;
  settings?: Record<string, string>;
  /** Default false. */
  persistence?: boolean;
  /** Default 2000. */
  nodeTimeoutMilliseconds?: number;
  hosts?: readonly string[];
  /** Default the one RCM_TEST_SERVER names, else the first that is found. */
  serverPath?: string;
}

/** Real servers on random free ports, in no cluster yet, in a directory of their own under the system's temporary one. */
export interface TestServers {
  readonly servers: LocalServers;
  /** Ascending. */
  readonly ports: readonly number[];
  /** `127.0.0.1:13000` */
  readonly nodes: readonly string[];
  readonly password?: string;
  readonly cliPath: string;
  readonly directory: string;
  /** Kills all servers and removes their directory. */
  close(): Promise<void>;
}

/** The directory is made in RCM_TEST_DIRECTORY, if set. */
export async function startTestServers(options: TestServerOptions): Promise<TestServers> {
  const { count, password, settings, persistence = false, nodeTimeoutMilliseconds, hosts } = options;
  const binary = await findServerBinary(options.serverPath ?? process.env.RCM_TEST_SERVER);
  const { cliPath } = binary;
  assert(cliPath, `There is no redis-cli or valkey-cli beside ${binary.path}.`);
  const directory = await mkdtemp(join(process.env.RCM_TEST_DIRECTORY ?? tmpdir(), 'rcm-test-'));
  const servers = await startOnFreePorts({
    count,
    directory,
    serverPath: binary.path,
    persistence,
    ...(password !== undefined && { password }),
    // With everysec a server answers for up to 2 s what only its memory holds, whenever the disk is busy: a kill would lose it.
    settings: { ...(persistence && { appendfsync: 'no' }), ...settings },
    ...(nodeTimeoutMilliseconds !== undefined && { nodeTimeoutMilliseconds }),
    ...(hosts && { hosts }),
  }).catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
  open.add(servers);
  const ports = servers.servers.map(({ port }) => port);
  const fleet = { directory, ports };
  watchLogs(fleet);
  return {
    servers,
    ports,
    nodes: servers.nodes,
    ...(password !== undefined && { password }),
    cliPath,
    directory,
    close: async () => {
      await killAll(servers);
      open.delete(servers);
      keepLogs(fleet);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Servers outlive the process that starts them: those of a test run that is broken off are ended here. */
const open = new Set<LocalServers>();
process.on('exit', () => {
  for (const { pid } of [...open].flatMap(({ servers }) => servers)) {
    try {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
});

for (const [signal, number] of [
  ['SIGTERM', 15],
  ['SIGHUP', 1],
] as const)
  process.once(signal, () => process.exit(128 + number));

/** Nothing reserves a free port, so another test run may take one first: then others are tried. */
async function startOnFreePorts(
  options: Omit<Parameters<typeof startLocalServers>[0], 'ports'>,
): Promise<LocalServers> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startLocalServers({ ...options, ports: await findTestPorts(options.count) });
    } catch (error) {
      if (attempt === 5 || !(error instanceof LocalServerError) || error.code !== 'portInUse') throw error;
    }
  }
}

async function killAll(servers: LocalServers): Promise<void> {
  await Promise.all(servers.servers.map(({ port }) => servers.kill(port)));
  servers.release();
}

/** As `kill`, without the look that comes first there: a step of an operation takes milliseconds. */
export function killAtOnce(servers: TestServers, port: number): Promise<void> {
  signalAtOnce(servers, port, 'SIGKILL');
  return servers.servers.kill(port);
}

/** As `pause`, without the look that comes first there. */
export function pauseAtOnce(servers: TestServers, port: number): Promise<void> {
  signalAtOnce(servers, port, 'SIGSTOP');
  return servers.servers.pause(port);
}

function signalAtOnce({ servers }: TestServers, port: number, signal: NodeJS.Signals): void {
  const pid = servers.servers.find(server => server.port === port)?.pid;
  assert(pid, `a server runs on port ${port}`);
  process.kill(pid, signal);
}

export interface CliResult {
  exitCode: number;
  /** Both streams, in the order of stdout, stderr. */
  output: string;
}

/** Runs redis-cli or valkey-cli with the servers' password, whatever its exit code. Bounded by 120 s. */
export function redisCli(servers: Pick<TestServers, 'cliPath' | 'password'>, ...args: string[]): Promise<CliResult> {
  const env = { ...process.env, ...(servers.password !== undefined && { REDISCLI_AUTH: servers.password }) };
  return new Promise((resolve, reject) => {
    const limits = { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
    execFile(servers.cliPath, args, { env, ...limits }, (error, stdout, stderr) => {
      const exitCode = error ? error.code : 0;
      if (typeof exitCode === 'number') resolve({ exitCode, output: stdout + stderr });
      else
        reject(
          new Error(`${servers.cliPath} ${args.join(' ')} did not run to its end.\n${stdout}${stderr}`, {
            cause: error,
          }),
        );
    });
  });
}

/** The oracle: `redis-cli --cluster check` on one node (default: the first) must find nothing to complain about. */
export async function checkCluster(
  servers: Pick<TestServers, 'cliPath' | 'password' | 'ports'>,
  port: number | undefined = servers.ports[0],
): Promise<void> {
  const { exitCode, output } = await redisCli(servers, '--cluster', 'check', `127.0.0.1:${port}`);
  assert.equal(exitCode, 0, output);
  assert.match(output, /\[OK\] All 16384 slots covered\./, output);
  assert.doesNotMatch(output, /\[(ERR|WARNING)\]/, output);
}

/** Makes a cluster of all servers, or of those given, with the reference tool; resolves when every node calls it ok and every replica is linked. */
export async function createWithRedisCli(
  servers: Pick<TestServers, 'cliPath' | 'password' | 'ports'>,
  replicas: number,
  ports: readonly number[] = servers.ports,
): Promise<void> {
  const nodes = ports.map(port => `127.0.0.1:${port}`);
  const send = (port: number, ...words: string[]) => sendCommand(port, words, servers.password);
  const [, nodeTimeout] = (await send(ports[0]!, 'CONFIG', 'GET', 'cluster-node-timeout')) as [string, string];
  const setNodeTimeout = (value: string) =>
    Promise.all(ports.map(port => send(port, 'CONFIG', 'SET', 'cluster-node-timeout', value)));
  // With its first slots a master waits this long, at most 5 s, before it calls the cluster ok (clusterUpdateState, 7.0).
  await setNodeTimeout(String(Math.min(1000, Number(nodeTimeout))));
  const args = ['--cluster', 'create', ...nodes, '--cluster-replicas', String(replicas), '--cluster-yes'];
  const { exitCode, output } = await redisCli(servers, ...args);
  assert.equal(exitCode, 0, output);
  await eventually(async () => (await Promise.all(ports.map(isSettled))).every(Boolean), {
    what: `all of ${nodes.join(', ')} call the cluster ok and agree on the replicas`,
  });
  await setNodeTimeout(nodeTimeout);

  async function isSettled(port: number): Promise<boolean> {
    const known = ports.length;
    const info = String(await send(port, 'CLUSTER', 'INFO'));
    const lines = String(await send(port, 'CLUSTER', 'NODES'))
      .trim()
      .split('\n');
    const role = String(await send(port, 'INFO', 'replication'));
    const masters = lines.filter(line => / (\w+,)*master /.test(line)).length;
    return (
      info.includes('cluster_state:ok') &&
      lines.length === known &&
      masters === Math.floor(known / (replicas + 1)) &&
      !role.includes('master_link_status:down')
    );
  }
}

/** Asks again every 20 ms until the condition holds, at most 60 s; what it threw last is the cause of the failure. */
export async function eventually(
  condition: () => boolean | undefined | Promise<boolean | undefined>,
  { timeoutMilliseconds = 60_000, what }: { timeoutMilliseconds?: number; what: string },
): Promise<void> {
  const deadline = performance.now() + timeoutMilliseconds;
  let cause: unknown;
  do {
    try {
      if (await condition()) return;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(20);
  } while (performance.now() < deadline);
  throw new Error(`Not within ${timeoutMilliseconds} ms: ${what}.`, { cause });
}

export type RawReply = string | number | null | Error | RawReply[];

/** One command over a connection of its own, for looking at a server behind the product's back. An error reply is thrown. */
export function sendCommand(
  port: number,
  words: readonly (string | number)[],
  password?: string,
  timeoutMilliseconds = 30_000,
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let received = Buffer.alloc(0);
    const settle = (act: () => void) => {
      clearTimeout(deadline);
      socket.destroy();
      act();
    };
    const what = `${words[0]} to 127.0.0.1:${port}`;
    const deadline = setTimeout(
      () => settle(() => reject(new Error(`${what} got no answer in ${timeoutMilliseconds} ms`))),
      timeoutMilliseconds,
    );
    socket.once('error', cause => settle(() => reject(new Error(`${what} failed: ${cause.message}`, { cause }))));
    socket.once('close', () => settle(() => reject(new Error(`${what}: the connection closed`))));
    socket.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      const replies: RawReply[] = [];
      for (let at = 0; ;) {
        const parsed = parseReply(received, at);
        if (!parsed) break;
        replies.push(parsed.reply);
        at = parsed.next;
      }
      const failed = replies.find(reply => reply instanceof Error);
      if (failed) settle(() => reject(failed));
      else if (replies.length === (password === undefined ? 1 : 2)) settle(() => resolve(replies.at(-1) ?? null));
    });
    socket.write((password === undefined ? '' : encode(['AUTH', password])) + encode(words));
  });
}

function encode(words: readonly (string | number)[]): string {
  return `*${words.length}\r\n${words.map(word => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`).join('')}`;
}

/** RESP2; undefined while the reply is incomplete. */
function parseReply(bytes: Buffer, at: number): { reply: RawReply; next: number } | undefined {
  const end = bytes.indexOf('\r\n', at);
  if (end < 0) return undefined;
  const line = bytes.toString('utf8', at + 1, end);
  const afterLine = end + 2;
  switch (String.fromCharCode(bytes[at] ?? 0)) {
    case '+':
      return { reply: line, next: afterLine };
    case '-':
      return { reply: new Error(line), next: afterLine };
    case ':':
      return { reply: Number(line), next: afterLine };
    case '$': {
      const length = Number(line);
      if (length < 0) return { reply: null, next: afterLine };
      const next = afterLine + length + 2;
      return bytes.length < next ? undefined : { reply: bytes.toString('utf8', afterLine, afterLine + length), next };
    }
    case '*': {
      const items: RawReply[] = [];
      let next = afterLine;
      for (let item = 0; item < Number(line); item++) {
        const parsed = parseReply(bytes, next);
        if (!parsed) return undefined;
        items.push(parsed.reply);
        next = parsed.next;
      }
      return { reply: Number(line) < 0 ? null : items, next };
    }
    default:
      throw new Error(`Not RESP2: ${bytes.toString('latin1', at, at + 40)}`);
  }
}
