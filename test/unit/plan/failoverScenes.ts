import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Topology } from '../../../src/core/topology/types';
import { looksAt, modelCluster, nodeId, type ModelNode, type Viewpoint } from '../topology/modelCluster';

/** The masters of the usual scene, and the replica of the first. */
export const [firstMaster, secondMaster, thirdMaster, firstReplica] = [1, 2, 3, 4].map(nodeId) as [
  string,
  string,
  string,
  string,
];

/** Three masters with a replica each, unless a test says otherwise. */
export interface Scene {
  nodes?: readonly ModelNode[];
  silent?: readonly string[];
  viewpoints?: Readonly<Record<string, Viewpoint>>;
}

export function topologyOf({ nodes = modelCluster(3, 1), ...scene }: Scene = {}): Topology {
  return mergeLooks(looksAt(nodes, scene), { nowMilliseconds: 1_000_000 });
}
