import assert from 'node:assert/strict';
import { planFix } from '../../../src/core/plan/fix/planFix';
import { FixStage, slot } from '../../support/fix/fixStage';

describe('a slot that is open at both ends, empty when it was planned to stay with its owner', () => {
  let stage: FixStage;

  before(async () => {
    stage = await FixStage.open();
  });
  after(() => stage.close());
  beforeEach(() => stage.reset());

  it('keeps the keys that clients were sent to write at the other end meanwhile', async () => {
    await stage.setSlot(1, slot, 'IMPORTING', 0);
    await stage.setSlot(0, slot, 'MIGRATING', 1);
    const plan = planFix(await stage.client.observe(), { openSlots: 'rollBack', inspection: await stage.inspect() });
    let written: Promise<void> | undefined;
    const operation = stage.client.run(plan, {
      onProgress: ({ step }) => {
        // After the look that finds all as it was planned from.
        if (step && step.kind !== 'checkFix') written ??= stage.writeImported(1, ['late']);
      },
    });
    assert.equal((await operation.finished).outcome, 'completed');
    await written;
    await stage.assertFixed(0);
    assert.equal(stage.written.size, 1);
  });
});
