import type { ClusterNode } from './types';

/** Whether another server process answers as this node than at an earlier look, or at the last that it answered. */
export function wasRestarted(was: ClusterNode, { info }: ClusterNode): boolean {
  const before = was.info ?? was.lastInfo;
  return (
    before !== undefined &&
    info !== undefined &&
    // In a container every process has the same number.
    (info.processId !== before.processId || info.uptimeSeconds < before.uptimeSeconds)
  );
}
