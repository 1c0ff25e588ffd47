import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { livenessOf, ownIdentity } from '../processIdentity';

/** In a directory from the first byte of a backup on until it is whole. */
const markName = 'unfinished.json';
const ownNames = /^(?:shard-\d+\.rdb(?:\.part)?|manifest\.json\.part|unfinished\.json)$/;

const markFile = z.object({ since: z.string(), pid: z.number(), processStart: z.string(), host: z.string() });

/** What a backup without an end has in a directory, and nothing else is there. */
export interface UnfinishedBackup {
  directory: string;
  files: string[];
  bytes: number;
  /** ISO 8601. */
  since: string;
  processId: number;
  host: string;
  /** Of the process that writes it, or did. */
  liveness: 'alive' | 'dead' | 'elsewhere';
}

/** Marks a directory as that of a backup this process writes. Rejects with EEXIST where another one was faster. */
export async function markUnfinished(directory: string): Promise<void> {
  const content = { since: new Date().toISOString(), ...(await ownIdentity()) };
  await writeFile(join(directory, markName), JSON.stringify(content), { flag: 'wx', mode: 0o600 });
}

/** The backup is whole, or its files are gone. */
export function unmark(directory: string): Promise<void> {
  return rm(join(directory, markName), { force: true });
}

/** Undefined for a whole backup, for a directory with other files, for one that cannot be read. */
export async function unfinishedIn(directory: string): Promise<UnfinishedBackup | undefined> {
  // The mark first: a directory beside can hold very many other files.
  const mark = await readMark(directory);
  if (!mark) return undefined;
  const files = await readdir(directory).catch((): string[] => []);
  if (!files.includes(markName) || !files.every(name => ownNames.test(name))) return undefined;
  const sizes = files.map(name =>
    stat(join(directory, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  const { since, pid: processId, host } = mark;
  return { directory, files, bytes, since, processId, host, liveness: await livenessOf(mark) };
}

/** What interrupted backups left in the directories beside this one. */
export async function interruptedBeside(directory: string): Promise<UnfinishedBackup[]> {
  const parent = dirname(directory);
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const paths = entries.filter(entry => entry.isDirectory()).map(({ name }) => join(parent, name));
  const found: UnfinishedBackup[] = [];
  for (const path of paths.filter(path => path !== directory)) {
    const backup = await unfinishedIn(path);
    if (backup?.liveness === 'dead') found.push(backup);
  }
  return found;
}

/** The mark goes last: who is interrupted here leaves what can be recognised. */
export async function removeUnfinished({ directory, files }: UnfinishedBackup): Promise<void> {
  for (const name of files.filter(name => name !== markName)) await rm(join(directory, name), { force: true });
  await unmark(directory);
}

async function readMark(directory: string): Promise<z.infer<typeof markFile> | undefined> {
  try {
    return markFile.parse(JSON.parse(await readFile(join(directory, markName), 'utf8')));
  } catch {
    return undefined;
  }
}
