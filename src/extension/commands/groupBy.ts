import type { CommandDependencies } from './dependencies';

/** Groups the tree by shard or by host; kept per workspace. */
export async function groupBy({ clustersView }: CommandDependencies, grouping: 'shard' | 'host'): Promise<void> {
  await clustersView.setGrouping(grouping);
}
