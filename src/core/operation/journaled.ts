import { ClusterError } from '../topology/clusterError';
import { OperationError } from './operationError';
import { whatOf } from './whatOf';

/** Says of an error of the file system what it means for work with the journal: an OperationError `journalNotWritable`. */
export async function journaled<T>(work: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ClusterError) throw error;
    throw new OperationError('journalNotWritable', `The journal cannot be written: ${whatOf(error)}.`, {
      now: 'Nothing was changed.',
      remedy: 'Make its directory writable, or free disk space.',
      cause: error,
    });
  }
}
