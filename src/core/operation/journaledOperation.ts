import type { JournalContent } from './journalFile';
import type { JournalRecord } from './journalRecord';
import type { JournaledOperation } from './types';

/** What a file tells about its operation. `running`: the process that writes it is alive and still has its lock. */
export function summarize({ header, records }: JournalContent, running: boolean): JournaledOperation {
  const writer = records.findLast(record => record.type === 'continued') ?? header;
  const outcome = running ? undefined : lastOutcome(records);
  const dismissed = records.some(record => record.type === 'dismissed');
  return {
    id: header.id,
    title: header.plan.title,
    plan: header.plan,
    state: running ? 'running' : (outcome?.outcome ?? 'interrupted'),
    startedAt: header.startedAt,
    ...(outcome && { endedAt: outcome.at, message: outcome.message }),
    processId: writer.pid,
    host: writer.host,
    stepIndex: stepsDone(records),
    needsAttention: !running && !dismissed && !(outcome?.settled ?? false),
    notes: outcome?.notes ?? [],
  };
}

/** A file nothing can be told from; it may stand for an operation that left nodes changed. */
export function summarizeUnreadable(id: string, message: string): JournaledOperation {
  return {
    id,
    title: 'An operation whose journal cannot be read',
    state: 'unreadable',
    startedAt: '',
    stepIndex: 0,
    needsAttention: true,
    message,
    notes: [],
  };
}

// An outcome counts until somebody goes on with the operation.
function lastOutcome(records: readonly JournalRecord[]): Extract<JournalRecord, { type: 'outcome' }> | undefined {
  const last = records.findLast(record => record.type === 'outcome' || record.type === 'continued');
  return last?.type === 'outcome' ? last : undefined;
}

function stepsDone(records: readonly JournalRecord[]): number {
  const from = records.findLastIndex(record => record.type === 'continued') + 1;
  return records.slice(from).filter(record => record.type === 'stepDone').length;
}
