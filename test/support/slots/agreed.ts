import assert from 'node:assert/strict';
import type { Topology } from '../../../src/core/topology/types';
import { eventually, sendCommand, type TestServers } from '../testCluster';

/**
 * Until all nodes are well, agree and hold these keys: replicas and gossip of the move before must not slow the next one down,
 * and a new master takes no keys before it calls the cluster ok itself.
 */
export async function agreed({ ports }: TestServers, observe: () => Promise<Topology>, keys: number): Promise<void> {
  await eventually(
    async () => {
      for (const port of ports)
        if (!String(await sendCommand(port, ['CLUSTER', 'INFO'])).includes('cluster_state:ok')) return false;
      const { nodes, disagreements, clusterState } = await observe();
      const all = nodes.filter(({ role }) => role === 'master').reduce((sum, { info }) => sum + (info?.keys ?? 0), 0);
      assert.equal(all, keys, 'no key is lost');
      const well = nodes.every(({ status }) => status === 'ok' || status === 'spare');
      return clusterState === 'ok' && disagreements.length === 0 && well;
    },
    { timeoutMilliseconds: 60_000, what: 'all nodes agree' },
  );
}
