import assert from 'node:assert/strict';
import { topologyAfter } from '../../src/core/plan/topologyAfter';
import type { Plan } from '../../src/core/plan/types';
import type { Topology } from '../../src/core/topology/types';

/** The nodes now have the roles, masters, slots and places in shards that the preview of the plan showed. */
export function assertPreviewed(before: Topology, plan: Plan, now: Topology): void {
  const preview = topologyAfter(before, plan);
  assert.deepEqual(shownBy(now), shownBy(preview));
  assert.equal(now.clusterState, preview.clusterState);
}

function shownBy({ nodes, shards }: Topology): object {
  return {
    nodes: nodes.map(({ address, role, masterId, slots, status, inCluster }) =>
      [address, role, masterId, slots, status, inCluster].join(' '),
    ),
    shards: shards.map(({ id, masterId, replicaIds, slots }) => [id, masterId, ...replicaIds, slots].join(' ')),
  };
}
