import { hostname } from 'node:os';

/** Whether it is this window that a lock or a journal tells of: each window is a process of its own. */
export function isOfThisWindow({ processId, host }: { processId?: number; host?: string }): boolean {
  return processId === process.pid && host === hostname();
}
