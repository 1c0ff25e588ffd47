import { readFileSync } from 'node:fs';
import { open, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { ClusterError } from '../topology/clusterError';
import {
  journalFormatVersion,
  journalHeader,
  journalRecord,
  type JournalHeader,
  type JournalRecord,
} from './journalRecord';

/** What one journal file says. */
export interface JournalContent {
  header: JournalHeader;
  records: JournalRecord[];
  /** Bytes up to the end of the last whole line; a line torn by the death of its writer follows, or nothing. */
  wholeBytes: number;
}

/** Reads a journal file. Throws a ClusterError `unreadableJournal` that says why; a torn last line is no reason. */
export async function readJournalFile(path: string): Promise<JournalContent> {
  return parseJournal(await readFile(path).catch(cannotRead(path)), path);
}

/** The same, at once: for callers that must answer synchronously; the files are small. */
export function readJournalFileSync(path: string): JournalContent {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return cannotRead(path)(error);
  }
  return parseJournal(bytes, path);
}

function cannotRead(path: string): (error: unknown) => never {
  return error => {
    throw unreadable(path, (error as Error).message, error);
  };
}

function parseJournal(bytes: Buffer, path: string): JournalContent {
  const wholeBytes = bytes.lastIndexOf('\n') + 1;
  const [first, ...rest] = bytes.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1);
  if (first === undefined) throw unreadable(path, 'it is empty.');
  const top = parseJson(first, 1, path);
  const version = (top as { formatVersion?: unknown } | null)?.formatVersion;
  if (version !== journalFormatVersion)
    throw unreadable(
      path,
      `its format version is ${typeof version === 'number' ? version : 'not told'}, this release reads ${journalFormatVersion}.`,
    );
  const header = journalHeader.safeParse(top);
  if (!header.success) throw unreadable(path, `line 1 is not a header: ${issueOf(header.error)}.`);
  const records = rest.map((line, index) => {
    const record = journalRecord.safeParse(parseJson(line, index + 2, path));
    if (!record.success) throw unreadable(path, `line ${index + 2} is no known record: ${issueOf(record.error)}.`);
    return record.data;
  });
  return { header: header.data, records, wholeBytes };
}

function parseJson(line: string, number: number, path: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw unreadable(path, `line ${number} is not JSON.`);
  }
}

function issueOf({ issues }: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  const [issue] = issues;
  return issue ? `${issue.path.map(String).join('.') || 'it'}: ${issue.message}` : 'it does not fit';
}

function unreadable(path: string, reason: string, cause?: unknown): ClusterError {
  return new ClusterError('unreadableJournal', `The journal ${path} cannot be read: ${reason}`, {
    remedy: 'Look at the nodes it may have changed, then delete the file.',
    cause,
  });
}

/** A journal file opened for appending; the only one that may write to it. */
export class JournalFile {
  readonly #handle: FileHandle;
  // Appends keep their order even when nobody waits for them.
  #last: Promise<void> = Promise.resolve();

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Creates the file with its first line, never seen without it; only its owner may read it. */
  static async create(path: string, header: JournalHeader): Promise<JournalFile> {
    const aside = `${path}.new`;
    // On disk with the first durable record, before which nothing is changed.
    await writeFile(aside, `${JSON.stringify(header)}\n`, { flag: 'wx', mode: 0o600 });
    await rename(aside, path);
    return new JournalFile(await open(path, 'a'));
  }

  /** Opens an existing file and cuts off a torn last line. */
  static async reopen(path: string, wholeBytes: number): Promise<JournalFile> {
    const handle = await open(path, 'r+');
    await handle.truncate(wholeBytes);
    await handle.close();
    return new JournalFile(await open(path, 'a'));
  }

  append(record: JournalRecord, { durable = false } = {}): Promise<void> {
    const written = this.#last.then(async () => {
      await this.#handle.appendFile(`${JSON.stringify(record)}\n`);
      if (durable) await this.#handle.datasync();
    });
    this.#last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#handle.close();
  }
}
