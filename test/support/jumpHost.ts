import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lchownSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { utils } from 'ssh2';
import { findSshServer, sshServerIn, type SshServerProgram } from '../../scripts/setup/sshServer.mjs';
import { fingerprintOf } from '../../src/core/connection/tunnel/knownHosts';
import type { SshOptions } from '../../src/core/connection/tunnel/types';
import { findTestPorts } from './freePorts';

/** A real SSH server on 127.0.0.1 that lets one key in. */
export interface JumpHost {
  /** How it is signed in to by its key, known by its own. */
  readonly ssh: SshOptions;
  /** `127.0.0.1:13000` */
  readonly name: string;
  /** Its line in a known_hosts file. */
  readonly knownHostsLine: string;
  readonly fingerprint: string;
  /** In it files may be written. */
  readonly directory: string;
  /** The ports its log says it was asked to go on to, each as often as it was. */
  forwarded(): number[];
  /** Sends a signal to the processes that hold its connections. */
  signalConnections(signal: NodeJS.Signals): void;
  /** Kills it with all its connections. */
  stop(): Promise<void>;
  /** Again, as it was. */
  start(): Promise<void>;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

/** As root it runs as another user: for root itself it wants an account that only its installation makes. */
const dropped = process.getuid?.() === 0 ? { uid: 1, gid: 1, name: 'daemon' } : undefined;

/** `settings`: further lines of its sshd_config. */
export async function startJumpHost(settings: readonly string[] = []): Promise<JumpHost> {
  // Where another user gets in too.
  const directory = mkdtempSync(join(tmpdir(), 'rcm-ssh-'));
  const found = findSshServer();
  assert(found, 'There is no SSH server: run "node scripts/setup.mjs ssh".');
  const program = dropped && found.folder !== undefined ? copyOf(found.folder, join(directory, 'openssh')) : found;
  const [port] = await findTestPorts(1);
  const hostKey = newKey();
  const userKey = newKey();
  const path = (name: string): string => join(directory, name);
  writeFileSync(path('hostKey'), hostKey.private, { mode: 0o600 });
  writeFileSync(path('authorizedKeys'), `${userKey.public}\n`, { mode: 0o600 });
  const config = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${path('hostKey')}`,
    `AuthorizedKeysFile ${path('authorizedKeys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'LogLevel DEBUG1',
    ...settings,
  ];
  writeFileSync(path('config'), `${config.join('\n')}\n`);
  const knownHostsLine = `[127.0.0.1]:${port} ${hostKey.public}`;
  const own = path('own');
  mkdirSync(own);
  writeFileSync(join(own, 'knownHosts'), `${knownHostsLine}\n`);
  if (dropped) giveTo(directory, dropped);

  let log = '';
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const started = spawn(program.path, ['-D', '-e', '-f', path('config')], {
      env: { ...process.env, ...program.env },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(dropped && { uid: dropped.uid, gid: dropped.gid }),
    });
    child = started;
    const from = log.length;
    await new Promise<void>((resolve, reject) => {
      started.stderr.on('data', (bytes: Buffer) => {
        log += bytes.toString('utf8');
        if (log.includes('Server listening', from)) resolve();
      });
      started.once('exit', () => reject(new Error(`The SSH server did not start.\n${log.slice(from)}`)));
      started.once('error', reject);
    });
  };
  const stop = async (): Promise<void> => {
    const ended = child;
    child = undefined;
    if (!ended || ended.exitCode !== null) return;
    // Each of its connections is a process with a session of its own.
    const connections = childrenOf(ended.pid!);
    for (const pid of [ended.pid!, ...connections]) kill(pid, 'SIGKILL');
    if (ended.exitCode === null && ended.signalCode === null) await once(ended, 'exit');
  };
  process.once('exit', () => child?.kill('SIGKILL'));
  await start();
  return {
    ssh: {
      host: '127.0.0.1',
      port,
      username: dropped?.name ?? userInfo().username,
      key: userKey.private,
      knownHostsFiles: [join(own, 'knownHosts')],
    },
    name: `127.0.0.1:${port}`,
    knownHostsLine,
    fingerprint: fingerprintOf(Buffer.from(hostKey.public.split(' ')[1]!, 'base64')),
    directory: own,
    forwarded: () =>
      [...log.matchAll(/server_request_direct_tcpip: .* target \S+ port (\d+)/g)].map(([, to]) => Number(to)),
    signalConnections: signal => childrenOf(child!.pid!).forEach(pid => kill(pid, signal)),
    stop,
    start,
    close: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Without `passphrase` it is not encrypted. */
export function newKey(passphrase?: string): { private: string; public: string } {
  return utils.generateKeyPairSync(
    'ed25519',
    passphrase === undefined ? undefined : { passphrase, cipher: 'aes256-ctr', rounds: 4 },
  );
}

function copyOf(folder: string, target: string): SshServerProgram {
  // Links between the libraries stay links within the copy.
  cpSync(folder, target, { recursive: true, verbatimSymlinks: true });
  return sshServerIn(target);
}

function giveTo(path: string, { uid, gid }: { uid: number; gid: number }): void {
  for (const entry of readdirSync(path, { recursive: true }) as string[]) lchownSync(join(path, entry), uid, gid);
  lchownSync(path, uid, gid);
}

function childrenOf(pid: number): number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number));
  const direct = processes.filter(([, parent]) => parent === pid).map(([child]) => child!);
  return [...direct, ...direct.flatMap(childrenOf)];
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
