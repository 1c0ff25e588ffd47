import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { ClusterError } from '../topology/clusterError';
import type { Flavour } from '../topology/types';
import { listInstallChoices, type InstallChoice } from './installChoices';
import { LocalServerError } from './localServerError';

/** An executable that said with `--version` that it is a Redis or Valkey server. */
export interface ServerBinary {
  path: string;
  flavour: Flavour;
  /** `7.0.15` */
  version: string;
  /** The redis-cli or valkey-cli that belongs to it, when there is one. */
  cliPath?: string;
}

/** Where to look; the defaults are those of this machine. */
export interface SearchPlaces {
  platform?: NodeJS.Platform;
  /** As the PATH variable has it. */
  searchPath?: string;
  /** Folders to look into after the PATH. */
  usualFolders?: readonly string[];
}

/** No redis-server or valkey-server on this machine; the message and `choices` say how to get one. */
export class ServerBinaryMissingError extends ClusterError {
  override name = 'ServerBinaryMissingError' as const;

  constructor(readonly choices: readonly InstallChoice[]) {
    super('serverBinaryMissing', 'Neither redis-server nor valkey-server was found in PATH or the usual folders.', {
      now: 'No server was started.',
      remedy: `Choose one: ${choices.map(({ title, command }) => (command ? `${title}: ${command}` : title)).join('; ')}.`,
    });
  }
}

/**
 * Finds the server to start local clusters with: `serverPath` when given, else the first redis-server or valkey-server
 * in PATH, then in the usual folders, that answers `--version`.
 *
 * Throws a ServerBinaryMissingError when there is none, and a LocalServerError with the code `unsupportedPlatform` on
 * Windows or `notAServer` when `serverPath` is not an executable Redis or Valkey server.
 */
export async function findServerBinary(serverPath?: string, places: SearchPlaces = {}): Promise<ServerBinary> {
  const { platform = process.platform, searchPath = process.env.PATH ?? '', usualFolders = USUAL_FOLDERS } = places;
  if (platform === 'win32') throw unsupportedOnWindows();
  // A relative one would be looked for in whatever folder happens to be open.
  const pathFolders = searchPath.split(delimiter).filter(folder => isAbsolute(folder));
  const folders = [...pathFolders, ...usualFolders];
  if (serverPath) return withCli(await examineChosen(serverPath), folders);

  for (const folder of folders) {
    for (const name of ['redis-server', 'valkey-server']) {
      const found = await examine(join(folder, name));
      if ('binary' in found) return withCli(found.binary, folders);
    }
  }
  throw new ServerBinaryMissingError(await listInstallChoices(platform, pathFolders));
}

const USUAL_FOLDERS = [
  '/usr/bin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
  '/opt/homebrew/opt/redis/bin',
  '/opt/homebrew/opt/valkey/bin',
  '/usr/local/opt/redis/bin',
  '/usr/local/opt/valkey/bin',
  '/home/linuxbrew/.linuxbrew/bin',
  '/opt/local/bin',
  '/opt/redis-stack/bin',
  '/snap/bin',
];

function unsupportedOnWindows(): LocalServerError {
  return new LocalServerError('unsupportedPlatform', 'Redis and Valkey servers do not run on Windows itself.', {
    now: 'No server was started. Connecting to clusters works on Windows.',
    remedy: 'For local servers use Docker (docker compose up -d with docker-compose.yml), or open the folder in WSL.',
  });
}

async function examineChosen(serverPath: string): Promise<ServerBinary> {
  const found = await examine(serverPath);
  if ('binary' in found) return found.binary;
  throw new LocalServerError('notAServer', `The server path ${serverPath} ${found.trouble}.`, {
    now: 'No server was started.',
    remedy: 'Set it to a redis-server or valkey-server, or clear it to search PATH.',
    cause: found.cause,
  });
}

type Examined = { binary: ServerBinary } | { trouble: string; cause?: unknown };

async function examine(path: string): Promise<Examined> {
  try {
    if (!(await stat(path)).isFile()) return { trouble: 'is not a file' };
  } catch (cause) {
    return { trouble: 'does not exist', cause };
  }
  try {
    await access(path, constants.X_OK);
  } catch (cause) {
    return { trouble: 'is not executable', cause };
  }
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 5000, killSignal: 'SIGKILL', maxBuffer: 65_536 });
    const match = VERSION_LINE.exec(stdout);
    if (!match) return { trouble: 'is not a Redis or Valkey server, as its --version shows' };
    const [, flavour, version] = match as unknown as [string, string, string];
    return { binary: { path, flavour: flavour.toLowerCase() as Flavour, version } };
  } catch (cause) {
    return { trouble: 'does not answer --version', cause };
  }
}

const run = promisify(execFile);

/** `Redis server v=7.0.15 sha=...`, `Valkey server v=8.0.1 sha=...` (server.c, version()). */
const VERSION_LINE = /^(Redis|Valkey) server v=(\d+(?:\.\d+)*)/im;

async function withCli(binary: ServerBinary, folders: readonly string[]): Promise<ServerBinary> {
  const nextTo = [dirname(binary.path), dirname(await realpath(binary.path))];
  const names = binary.flavour === 'valkey' ? ['valkey-cli', 'redis-cli'] : ['redis-cli', 'valkey-cli'];
  for (const folder of [...nextTo, ...folders]) {
    for (const name of names) {
      const cliPath = join(folder, name);
      if (await isExecutable(cliPath)) return { ...binary, cliPath };
    }
  }
  return binary;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
