import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

const RecordSchema = z.object({
  port: z.number(),
  pid: z.number(),
  /** As inspectProcess gives it; absent for the moment between the start and the first look. */
  startTime: z.optional(z.string()),
  binary: z.string(),
  flavour: z.enum(['redis', 'valkey']),
  version: z.string(),
  startedAt: z.string(),
  hostLabel: z.string(),
  /** It was started with a password, and must be again. */
  protected: z.boolean(),
  settings: z.object({
    persistence: z.boolean(),
    nodeTimeoutMilliseconds: z.number(),
    extra: z.record(z.string(), z.string()),
  }),
});

/** What `<directory>/<port>/server.json` keeps, so that a server is found again by the next window. No secret. */
export type ServerRecord = z.infer<typeof RecordSchema>;

const RECORD_FILE = 'server.json';

/** Undefined when there is no record or it is not readable as one. */
export function readServerRecord(directory: string): ServerRecord | undefined {
  try {
    return RecordSchema.parse(JSON.parse(readFileSync(join(directory, RECORD_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Synchronous: between a server's start and its record nothing must come that could end this process. */
export function writeServerRecord(directory: string, record: ServerRecord): void {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, RECORD_FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}
