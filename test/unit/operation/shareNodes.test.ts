import assert from 'node:assert/strict';
import { isOfSameNodes, shareNodes } from '../../../src/core/operation/shareNodes';
import type { Plan, PlannedNode } from '../../../src/core/plan/types';

const node = (id: string, role: PlannedNode['role'] = 'master'): PlannedNode => ({
  ...{ id, address: `127.0.0.1:${7000 + Number(id)}`, role, slots: '', hostLabel: 'here' },
});
const planOf = (before: PlannedNode[], after: PlannedNode[]): Plan => ({
  ...{
    formatVersion: 1,
    kind: 'failover',
    title: 'Fail over',
    stateId: 'state',
    steps: [],
    warnings: [],
    risk: 'none',
  },
  before: { nodes: before },
  after: { nodes: after },
});

describe('plans in memory', () => {
  it('say the same when they share nodes', () => {
    const [plan, other] = [planOf([node('1'), node('2')], [node('1', 'replica'), node('2')]), planOf([node('3')], [])];
    const before = structuredClone([plan, other]);
    assert.deepEqual(shareNodes(plan, other), before[0]);
    assert.deepEqual(shareNodes(plan, undefined), before[0]);
    assert.deepEqual([plan, other], before);
  });

  it('hold a node once that is the same before and after, and in the plan before', () => {
    const earlier = planOf([node('1')], [node('1', 'replica'), node('2')]);
    const { before, after } = shareNodes(planOf([node('1', 'replica'), node('2')], [node('1'), node('2')]), earlier);
    assert.deepEqual(
      [before.nodes[0] === earlier.after.nodes[0], after.nodes[0] === earlier.before.nodes[0]],
      [true, true],
    );
    assert.ok(before.nodes[1] === earlier.after.nodes[1] && before.nodes[1] === after.nodes[1]);
    assert.notEqual(before.nodes[0], after.nodes[0]);
  });

  it('are of the same nodes when one has the id of one of the other', () => {
    const plan = planOf([], [node('1'), node('2')]);
    assert.ok(isOfSameNodes(plan, planOf([], [node('2'), node('3')])));
    assert.ok(!isOfSameNodes(plan, planOf([node('1')], [node('3')])));
  });
});
