import assert from 'node:assert/strict';
import { FollowedNodes, type ObservableNodes } from '../../../src/core/operation/followedNodes';
import type { JournalRecord } from '../../../src/core/operation/journalRecord';
import { OperationRecord } from '../../../src/core/operation/operationRecord';
import type { Plan } from '../../../src/core/plan/types';
import type { Topology } from '../../../src/core/topology/types';

const node = { id: 'a'.repeat(40), address: '10.0.0.1:7000' };
const plan = { before: { nodes: [node] }, after: { nodes: [] } } as unknown as Plan;

describe('FollowedNodes', () => {
  /** Each answers under the address it is asked for, but for `aliases`. */
  function follow(aliases: Record<string, string> = {}): FollowedNodes {
    const at = (address: string) => ({ address: aliases[address] ?? address });
    return new FollowedNodes({ node: at, open: at } as unknown as ObservableNodes);
  }

  function seen(address: string, reachable = true): Topology {
    return { nodes: [{ id: node.id, address, reachable }] } as unknown as Topology;
  }

  it('reaches a node by its old address where it was found, says so once, and has it written down once', async () => {
    const nodes = follow();
    nodes.follow(plan, seen('10.0.0.2:7009'));
    nodes.follow(plan, seen('10.0.0.2:7009'));
    assert.equal(nodes.node(node.address).address, '10.0.0.2:7009');
    assert.equal(nodes.open(node.address).address, '10.0.0.2:7009');
    assert.deepEqual(nodes.notes, ['The node that was at 10.0.0.1:7000 answers at 10.0.0.2:7009 now.']);
    const written: JournalRecord[] = [];
    const append = (record: JournalRecord) => Promise.resolve(void written.push(record));
    const record = new OperationRecord({ earlier: [], append, close: () => Promise.resolve() });
    await nodes.writeMoves(record);
    await nodes.writeMoves(record);
    assert.deepEqual(written, [{ type: 'nodeMoved', node, address: '10.0.0.2:7009' }]);

    const later = follow();
    later.recall(record.moves());
    assert.equal(later.node(node.address).address, '10.0.0.2:7009');
    assert.deepEqual(later.notes, []);
  });

  it('takes neither another name of the same place nor a node that does not answer for a move', () => {
    const nodes = follow({ '10.0.0.1:7000': 'redis-1:7000' });
    nodes.follow(plan, seen('redis-1:7000'));
    nodes.follow(plan, seen('10.0.0.2:7009', false));
    assert.deepEqual(nodes.notes, []);
    assert.equal(nodes.node(node.address).address, 'redis-1:7000');
  });
});
