import { poll } from '../connection/poll';
import { parseClusterInfo } from '../topology/parseInfo';
import type { ClusterInfo } from '../topology/types';
import { MigrationError } from './migrationError';
import type { Transfer, TransferContext } from './types';

/** Every node pings every other at least once in half a node timeout, 7.5 s by default. */
const timeoutMilliseconds = 20_000;

/**
 * Waits until the target has heard of the source's config epoch. A target takes slots with an epoch above all it has heard of:
 * below that of the source it would lose them to the source's next ping, and delete their keys (seen with Redis 8.0.2 after a
 * BUMPEPOCH at the source, of which nobody is told at once; cluster.c, clusterBumpConfigEpochWithoutConsensus). Throws a
 * MigrationError `targetUnreachable` after 20 s, the signal's reason, or what asking the two throws.
 */
export async function awaitEpoch(
  { source, target, slots }: Transfer,
  { nodes, signal }: Pick<TransferContext, 'nodes' | 'signal'>,
): Promise<void> {
  const look = async (address: string): Promise<ClusterInfo> =>
    parseClusterInfo(String(await nodes.node(address).command(['CLUSTER', 'INFO'])), address);
  const heard = await poll(
    async () => {
      const [{ ownEpoch }, { currentEpoch }] = await Promise.all([look(source.address), look(target.address)]);
      return currentEpoch >= ownEpoch || undefined;
    },
    { signal, timeoutMilliseconds },
  );
  if (heard) return;
  throw new MigrationError(
    'targetUnreachable',
    `${target.address} did not hear of the config epoch of ${source.address} within ${timeoutMilliseconds / 1000} s, and would lose the slots again.`,
    { node: target.address, slots, remedy: 'See to the cluster bus between the two, and try again.' },
  );
}
