import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../../src/core/operation/journal';
import { SupervisorLease } from '../../../src/core/supervisor/lease';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Topology } from '../../../src/core/topology/types';
import { looksAt, modelCluster, nodeId, type ModelNode } from '../topology/modelCluster';

describe('the lease of a supervisor', () => {
  let directory: string;
  let leases: SupervisorLease[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rcm-lease-'));
    leases = [];
  });
  afterEach(async () => {
    for (const lease of leases) await lease.release();
    await rm(directory, { recursive: true, force: true });
  });

  const nodes = modelCluster(6);
  const seen = (...numbers: number[]): Topology =>
    topologyOf(nodes.filter(({ id }) => numbers.map(nodeId).includes(id)));

  async function newLease(): Promise<SupervisorLease> {
    const lease = new SupervisorLease(await openJournal(directory));
    leases.push(lease);
    return lease;
  }

  it('follows the nodes that join: another window, which sees only these, does not get it', async () => {
    const [first, second] = [await newLease(), await newLease()];
    assert((await first.hold(seen(1, 2, 3))).held);
    assert((await first.hold(seen(1, 2, 3, 4))).held);
    const { held, text } = await second.hold(seen(4, 5));
    assert(!held);
    assert.match(text, /supervised by/);
  });

  it('lets nodes go that have left: they may be supervised in another cluster', async () => {
    const [first, second] = [await newLease(), await newLease()];
    await first.hold(seen(1, 2, 3, 4));
    assert(!(await second.hold(seen(4, 5, 6))).held);
    assert((await first.hold(seen(1, 2, 3))).held);
    assert((await second.hold(seen(4, 5, 6))).held);
  });

  it('keeps all nodes while none of them answers', async () => {
    const [first, second] = [await newLease(), await newLease()];
    await first.hold(seen(1, 2, 3));
    assert((await first.hold(topologyOf([]))).held);
    assert(!(await second.hold(seen(3, 4))).held);
  });

  it('is one when two supervised clusters become one, and the other is told', async () => {
    const [first, second] = [await newLease(), await newLease()];
    assert((await first.hold(seen(1, 2, 3))).held);
    assert((await second.hold(seen(4, 5, 6))).held);
    const all = seen(1, 2, 3, 4, 5, 6);
    assert(!(await first.hold(all)).held);
    assert((await second.hold(all)).held);
    assert(!(await first.hold(all)).held);
    await second.release();
    assert((await first.hold(all)).held);
  });
});

function topologyOf(nodes: readonly ModelNode[]): Topology {
  return mergeLooks(looksAt(nodes), { nowMilliseconds: Date.UTC(2030, 0, 1) });
}
