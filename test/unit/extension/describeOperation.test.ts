import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describePlan, planCreate, type JournaledOperation } from '../../../src/core/index';
import { describeOperation } from '../../../src/extension/tree/describeOperation';
import { sampleTopology } from './sampleCluster';

const nodes = Array.from({ length: 6 }, (_, index) => ({ port: 7000 + index, alone: true }));
const plan = planCreate(sampleTopology(nodes), { replicasPerMaster: 1 });
const entry: JournaledOperation = {
  id: '20240501-one',
  title: plan.title,
  plan,
  state: 'cancelled',
  startedAt: '2024-05-01T10:00:00.000Z',
  endedAt: '2024-05-01T10:00:02.000Z',
  processId: 42,
  host: 'desk',
  stepIndex: 3,
  needsAttention: false,
  message: 'Cancelled.',
  notes: ['These nodes were reset.'],
};

describe('What is shown of an operation', () => {
  it('is how it went, on which cluster, what was said, its whole plan, and where it is written', () => {
    const text = describeOperation(entry, 'Shop', '/journal');
    const lines = text.split('\n');
    assert.equal(lines[0], plan.title);
    for (const line of [
      'State:      cancelled',
      'Cluster:    Shop',
      'Started:    2024-05-01T10:00:00.000Z',
      'Ended:      2024-05-01T10:00:02.000Z',
      `Steps done: 3 of ${plan.steps.length}`,
      'Process:    42 on desk',
      `Journal:    ${join('/journal', '20240501-one.jsonl')}`,
      'Cancelled.',
      'These nodes were reset.',
    ])
      assert.ok(lines.includes(line), line);
    assert.ok(text.endsWith(describePlan(plan)));
  });

  it('says what to do about one that needs attention, and nothing of what an unreadable one does not tell', () => {
    const text = describeOperation(
      { id: 'x', title: 'Lost', state: 'unreadable', startedAt: '', stepIndex: 0, needsAttention: true, notes: [] },
      undefined,
      '/journal',
    );
    assert.match(text, /State: {6}unreadable; it needs attention: resume it, roll it back, or dismiss it/);
    assert.doesNotMatch(text, /Cluster|Started|Ended|Steps|Process|plan/);
  });
});
