import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import type { Topology } from '../../../src/core/topology/types';
import { eventually } from '../../support/testCluster';

/** All answer, agree and are well, replicas are linked, and the cluster serves all slots. */
export async function settled(client: ClusterClient, timeoutMilliseconds = 45_000): Promise<Topology> {
  let topology: Topology | undefined;
  await eventually(
    async () => {
      // A look at all nodes is work, and others need the machine too.
      if (topology) await wait(80);
      topology = await client.observe();
      const unwell = topology.nodes.filter(
        ({ status, role, info, reachable, inCluster }) =>
          !reachable ||
          (inCluster && status !== 'ok' && status !== 'spare') ||
          (role === 'replica' && info?.masterLink !== 'up'),
      );
      assert.deepEqual(
        unwell.map(({ address, status, info }) => `${address} ${status} ${info?.masterLink}`),
        [],
      );
      assert.deepEqual([topology.clusterState, topology.disagreements], ['ok', []]);
      return true;
    },
    { timeoutMilliseconds, what: 'all members agree and are well' },
  );
  return topology!;
}
