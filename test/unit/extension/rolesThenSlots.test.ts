import assert from 'node:assert/strict';
import { PlanError, type OperationResult } from '../../../src/core/index';
import { rolesThenSlots } from '../../../src/extension/commands/rolesThenSlots';

describe('Balancing roles and then slots', () => {
  const completed = { outcome: 'completed' } as OperationResult;

  it('goes on to the slots when the roles are balanced, at once or already, and says the latter', async () => {
    assert.deepEqual(await balance(() => Promise.resolve(completed)), { slots: 1, told: [] });
    const already = new PlanError('alreadyBalanced', 'The roles are balanced.');
    assert.deepEqual(await balance(() => Promise.reject(already)), { slots: 1, told: [already.message] });
  });

  it('leaves the slots when the first plan was turned down or cancelled, or there can be none', async () => {
    assert.deepEqual(await balance(() => Promise.resolve(undefined)), { slots: 0, told: [] });
    assert.deepEqual(await balance(() => Promise.resolve({ ...completed, outcome: 'cancelled' })), {
      slots: 0,
      told: [],
    });
    const unhealthy = new PlanError('clusterNotHealthy', 'A node failed.');
    await assert.rejects(
      balance(() => Promise.reject(unhealthy)),
      unhealthy,
    );
  });
});

async function balance(roles: () => Promise<OperationResult | undefined>): Promise<{ slots: number; told: string[] }> {
  const told: string[] = [];
  let slots = 0;
  await rolesThenSlots(
    roles,
    () => {
      slots++;
      return Promise.resolve(undefined);
    },
    message => told.push(message),
  );
  return { slots, told };
}
