import assert from 'node:assert/strict';
import { PlanError } from '../../../src/core/plan/planError';
import type { Plan } from '../../../src/core/plan/types';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Topology } from '../../../src/core/topology/types';
import {
  changed,
  loneNode,
  looksAt,
  modelCluster,
  nodeId,
  refusedLook,
  viewOf,
  type ModelNode,
  type Viewpoint,
} from '../topology/modelCluster';

/** Three masters, `nodeId(1)` to `(3)`, with a replica each, `nodeId(4)` to `(6)`. */
export interface Scene {
  nodes?: readonly ModelNode[];
  silent?: readonly string[];
  viewpoints?: Readonly<Record<string, Viewpoint>>;
  /** Servers outside: `loneNode(21)` and up, or with what they say. */
  spares?: readonly { node: ModelNode; viewpoint?: Viewpoint; silent?: boolean }[];
  /** `host:port` -> label. */
  hosts?: Readonly<Record<string, string>>;
  previous?: Topology;
}

export const spareId = nodeId(21);

export function sceneOf({
  nodes = modelCluster(3, 1),
  spares = [{ node: loneNode(21) }],
  hosts = {},
  previous,
  ...looks
}: Scene = {}): Topology {
  return mergeLooks(
    [
      ...looksAt(nodes, looks),
      ...spares.map(({ node, viewpoint, silent }) =>
        silent ? refusedLook(`${node.host}:${node.port}`, node.id) : { view: viewOf([node], node.id, viewpoint) },
      ),
    ],
    { nowMilliseconds: 1_000_000, hosts, ...(previous && { previous }) },
  );
}

/** The node failed, by the word of all, and does not answer. */
export function withFailed(id: string, nodes = modelCluster(3, 1)): Scene {
  return { nodes: changed(nodes, id, { flags: ['fail'] }), silent: [id] };
}

/** Its replica took the slots of the first master over, which is dead. */
export function failedOver(): Scene {
  const nodes = modelCluster(3, 1);
  const { slots } = nodes[0]!;
  const after = changed(changed(nodes, nodeId(1), { flags: ['fail'], slots: '' }), nodeId(4), {
    role: 'master',
    masterId: '-',
    slots,
    epoch: 9,
  });
  return { nodes: after, silent: [nodeId(1)], previous: sceneOf() };
}

export function kindsOf({ steps }: Plan): string[] {
  return steps.map(({ kind }) => kind);
}

export function after(plan: Plan, id: string): Plan['after']['nodes'][0] | undefined {
  return plan.after.nodes.find(node => node.id === id);
}

export function assertRefused(make: () => Plan, code: string, ...texts: RegExp[]): void {
  assert.throws(make, (error: unknown) => {
    assert(error instanceof PlanError, String(error));
    assert.equal(error.code, code, error.message);
    for (const text of texts) assert.match(error.message, text);
    assert.match(error.message, /Nothing was changed\./);
    assert(error.remedy, 'it says what would make it possible');
    return true;
  });
}

/** JSON, the same both times, with every node of the cluster before and after. */
export function assertSound(make: () => Plan, topology: Topology): Plan {
  const plan = make();
  assert.deepEqual(make(), plan);
  assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
  assert.equal(plan.stateId, topology.stateId);
  const before = new Set(plan.before.nodes.map(({ id }) => id));
  for (const { id, inCluster } of topology.nodes) assert(before.has(id) || !inCluster, `${id} is in the picture`);
  for (const { text } of plan.steps) assert.match(text, /\.$/);
  return plan;
}
