import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterError } from '../topology/clusterError';
import { clockText } from '../topology/wording';
import { JournalFile, readJournalFile, readJournalFileSync } from './journalFile';
import { JournalReader } from './journalReader';
import { journalFormatVersion } from './journalRecord';
import { heldLocks, refuseHeld, takeLock } from './lock';
import { nodeIdsOf } from './planNodes';
import { OperationError } from './operationError';
import { ownIdentity } from './processIdentity';
import type { Continuation, Journal, JournaledOperation, LockClaim } from './types';

export type { Journal, JournaledOperation } from './types';

/** Settled operations kept for the history: so many, */
const keptOperations = 200;
/** and so many bytes of them, for all are read when it is opened, and the plan of one of 1000 nodes is half a megabyte. */
const keptBytes = 16_000_000;

/** Opens a directory of journal files, one JSONL file per operation; makes it when it is not there. */
export async function openJournal(directory: string): Promise<Journal> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const locks = join(directory, 'locks');
  const reader = new JournalReader(directory, locks);
  const list = (): Promise<JournaledOperation[]> => reader.list();
  await pruneSettled(reader);

  const proceed = (mode: Continuation['mode']): Journal['resume'] => {
    return (runner, id, options) => {
      const { plan } = readJournalFileSync(pathOf(directory, id)).header;
      return runner.run(plan, { ...options, journal, continues: { id, mode } });
    };
  };

  const journal: Journal = {
    directory,
    history: list,
    unfinished: async () => (await list()).filter(operation => operation.needsAttention),
    resume: proceed('resume'),
    rollBack: proceed('rollBack'),

    async dismiss(id) {
      const path = pathOf(directory, id);
      const file = await JournalFile.reopen(path, (await readJournalFile(path)).wholeBytes);
      await file.append({ type: 'dismissed', at: new Date().toISOString() }, { durable: true });
      await file.close();
    },

    async lock(claim) {
      const lock = await takeLock(locks, claim);
      try {
        if (!claim.readsOnly) refuseAfterInterruption(await list(), claim);
        return lock;
      } catch (error) {
        await lock.release();
        throw error;
      }
    },

    async holders() {
      const held = await heldLocks(locks);
      return held.map(({ operationId, title, nodeIds, since, pid, host }) => ({
        ...{ operationId, title, nodeIds, since, host },
        processId: pid,
      }));
    },

    async refuseHeld(nodeIds, { readsOnly = false } = {}) {
      await refuseHeld(locks, nodeIds);
      if (!readsOnly) refuseAfterInterruption(await list(), { nodeIds });
    },

    async begin(id, plan) {
      // A window stays open for weeks, and every operation it knows of is in its memory, plan and all.
      await pruneSettled(reader);
      const startedAt = new Date().toISOString();
      const header = { formatVersion: journalFormatVersion, id, plan, startedAt, ...(await ownIdentity()) } as const;
      const file = await JournalFile.create(pathOf(directory, id), header);
      return { earlier: [], append: (record, options) => file.append(record, options), close: () => file.close() };
    },

    async continue({ id, mode }) {
      const path = pathOf(directory, id);
      const { records, wholeBytes } = await readJournalFile(path);
      const file = await JournalFile.reopen(path, wholeBytes);
      await file.append({ type: 'continued', mode, at: new Date().toISOString(), ...(await ownIdentity()) });
      return { earlier: records, append: (record, options) => file.append(record, options), close: () => file.close() };
    },
  };
  return journal;
}

const idPattern = /^[\w-]{1,64}$/;

function pathOf(directory: string, id: string): string {
  if (!idPattern.test(id)) throw new ClusterError('unknownOperation', `"${id}" is not the id of an operation.`);
  return join(directory, `${id}.jsonl`);
}

// Its nodes may still have lowered settings or half a cluster: a new operation would take that for how they should be.
function refuseAfterInterruption(
  operations: readonly JournaledOperation[],
  claim: Pick<LockClaim, 'nodeIds'> & { operationId?: string },
): void {
  const wanted = new Set(claim.nodeIds);
  const left = operations.find(
    ({ id, plan, needsAttention }) =>
      needsAttention && id !== claim.operationId && plan && nodeIdsOf(plan).some(nodeId => wanted.has(nodeId)),
  );
  if (!left) return;
  const what = `"${left.title}", begun at ${clockText(Date.parse(left.startedAt))}, did not end and may have left these nodes half changed.`;
  throw new OperationError('interruptedOperation', what, {
    now: 'Nothing was changed.',
    remedy: 'Resume that operation or roll it back first.',
    operationId: left.id,
  });
}

async function pruneSettled(reader: JournalReader): Promise<void> {
  const newestFirst = await reader.list();
  const settled = newestFirst.filter(({ state, needsAttention }) => !needsAttention && state !== 'running');
  let bytes = 0;
  for (const [index, { id }] of settled.entries()) {
    bytes += reader.bytesOf(id);
    // The last one is always there to be looked at.
    if (index >= keptOperations || (index > 0 && bytes > keptBytes))
      await rm(pathOf(reader.directory, id), { force: true });
  }
}
