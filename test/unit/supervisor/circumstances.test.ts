import assert from 'node:assert/strict';
import type { Journal, JournaledOperation } from '../../../src/core/operation/types';
import type { Plan } from '../../../src/core/plan/types';
import { CircumstanceFinder } from '../../../src/core/supervisor/circumstances';
import type { Topology } from '../../../src/core/topology/types';
import { aM } from './stage';

describe('what holds around a cluster', () => {
  const wall = Date.UTC(2030, 0, 1);

  it('is changed by an operation that runs, or ended a moment ago, and changes roles or slots', async () => {
    assert.equal(await isChanging({ state: 'running' }), true);
    assert.equal(await isChanging({ state: 'completed', endedAt: new Date(wall - 4000).toISOString() }), true);
    assert.equal(await isChanging({ state: 'completed', endedAt: new Date(wall - 60_000).toISOString() }), false);
    assert.equal(await isChanging({ state: 'running', plan: planOf('0-5460', '0-5460') }), false);
    assert.equal(await isChanging({ state: 'running', id: 'own' }), false);
    assert.equal(await isChanging({ state: 'interrupted', needsAttention: true }), false);
  });

  it('names what was interrupted', async () => {
    const { operations } = await find({ state: 'interrupted', needsAttention: true });
    assert.deepEqual(
      operations.map(({ title }) => title),
      ['Reshard'],
    );
    assert.match(operations[0]!.text, /^"Reshard", begun at .+, did not end\.$/);
  });

  async function isChanging(operation: Partial<JournaledOperation>): Promise<boolean> {
    return (await find(operation)).isChanging;
  }

  function find(operation: Partial<JournaledOperation>) {
    const entry: JournaledOperation = {
      id: 'other',
      title: 'Reshard',
      plan: planOf('0-5460', '0-5000'),
      state: 'completed',
      startedAt: new Date(wall - 120_000).toISOString(),
      stepIndex: 0,
      needsAttention: false,
      notes: [],
      ...operation,
    };
    const journal = { directory: '/nowhere', history: () => Promise.resolve([entry]) } as Partial<Journal> as Journal;
    const client = {
      node: (address: string): never => {
        throw new Error(`${address} is not to be asked.`);
      },
    };
    return new CircumstanceFinder(client, journal).find(
      { nodes: [{ id: aM, address: '10.0.0.1:7001' }] } as unknown as Topology,
      { held: true, text: '' },
      { tombstones: [], running: { operationId: 'own' } as never },
      undefined,
      { monotonic: 0, wall },
    );
  }

  function planOf(before: string, after: string): Plan {
    const picture = (slots: string): object => ({ nodes: [{ id: aM, slots }] });
    return { before: picture(before), after: picture(after) } as unknown as Plan;
  }
});
