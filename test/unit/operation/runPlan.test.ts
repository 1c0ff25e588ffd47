import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../../src/core/operation/journal';
import { StalePlanError } from '../../../src/core/operation/operationError';
import type { ObservableNodes } from '../../../src/core/operation/followedNodes';
import { runPlan } from '../../../src/core/operation/runPlan';
import type { Journal, JournaledOperation, PlanRunner } from '../../../src/core/operation/types';
import type { Plan } from '../../../src/core/plan/types';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Topology } from '../../../src/core/topology/types';
import { startChild } from '../../support/childProcess';

const here: Topology = mergeLooks([], { nowMilliseconds: 0 });
const plan: Plan = {
  formatVersion: 1,
  kind: 'create',
  title: 'Create it',
  stateId: here.stateId,
  steps: [],
  before: { nodes: [{ id: 'a', address: '127.0.0.1:7000', role: 'spare', slots: '', hostLabel: 'here' }] },
  after: { nodes: [{ id: 'a', address: '127.0.0.1:7000', role: 'master', slots: '0-16383', hostLabel: 'here' }] },
  warnings: [],
  risk: 'none',
};

describe('the journal of an operation', () => {
  let directory: string;
  let journal: Journal;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rcm-run-'));
    journal = await openJournal(directory);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('has it before the first look at the nodes', async () => {
    const seen: JournaledOperation[][] = [];
    const nodes = nodesThat(async () => {
      seen.push(await journal.history());
      return here;
    });
    await runPlan(plan, nodes, { journal }).finished;
    assert.deepEqual(
      seen[0]?.map(({ title, state, stepIndex }) => [title, state, stepIndex]),
      [['Create it', 'running', 0]],
    );
  });

  it('offers it to the next process when its own was killed during the first look, to be resumed, rolled back or dismissed', async () => {
    const id = await killedWhileLooking();
    const results = [];
    for (const way of ['resume', 'rollBack'] as const)
      results.push(
        (
          await journal[way](
            runnerThat(() => Promise.resolve(here)),
            id,
          ).finished
        ).outcome,
      );
    assert.deepEqual(results, ['completed', 'cancelled']);
    assert.deepEqual(await journal.unfinished(), []);

    await journal.dismiss(await killedWhileLooking());
    assert.deepEqual(await journal.unfinished(), []);
  });

  it('refuses to resume what was never begun on nodes that are no longer those of its plan, and still offers it', async () => {
    const id = await killedWhileLooking();
    const elsewhere = { ...here, stateId: 'another' };
    const operation = journal.resume(
      runnerThat(() => Promise.resolve(elsewhere)),
      id,
    );
    await assert.rejects(operation.finished, StalePlanError);
    assert.deepEqual(
      (await journal.unfinished()).map(entry => entry.id),
      [id],
    );
  });

  for (const [what, look, reason] of [
    ['the nodes changed since the plan was made', () => Promise.resolve({ ...here, stateId: 'another' }), /changed/],
    ['nobody could be asked', () => Promise.reject(new Error('The wire is cut.')), /The wire is cut/],
  ] as const)
    it(`says that nothing was changed, and asks nobody to see to it, when ${what}`, async () => {
      await assert.rejects(runPlan(plan, nodesThat(look), { journal }).finished, reason);
      const [entry] = await journal.history();
      assert.equal(entry?.state, 'failed');
      assert.match(entry.message ?? '', reason);
      assert.deepEqual(entry.notes, ['Nothing was changed.']);
      assert.equal(entry.needsAttention, false);
      await journal.lock({ operationId: 'next', title: 'Next', nodeIds: ['a'] });
    });

  async function killedWhileLooking(): Promise<string> {
    const child = startChild(join(__dirname, 'lookingRunner.ts'), [directory, JSON.stringify(plan)]);
    await child.line('looking');
    await child.kill();
    const [entry, ...more] = await journal.unfinished();
    assert.equal(entry?.state, 'interrupted');
    assert.deepEqual(more, []);
    return entry.id;
  }
});

function nodesThat(observe: () => Promise<Topology>): ObservableNodes {
  return { observe } as unknown as ObservableNodes;
}

function runnerThat(observe: () => Promise<Topology>): PlanRunner {
  return { run: (resumed, options) => runPlan(resumed, nodesThat(observe), options) };
}
