import assert from 'node:assert/strict';
import { paced } from '../../../src/extension/tree/paced';

describe('What is paced', () => {
  it('is done at once, then once more for all the requests that came too soon', async () => {
    let acts = 0;
    let tellSecond!: () => void;
    const second = new Promise<void>(resolve => (tellSecond = resolve));
    const many = paced(() => ++acts === 2 && tellSecond(), 20);
    for (let times = 0; times < 10; times++) many.request();
    assert.equal(acts, 1);
    await second;
    assert.equal(acts, 2);
  });

  it('is not done any more after its end', async () => {
    let acts = 0;
    const stopped = paced(() => acts++, 5);
    stopped.request();
    stopped.request();
    stopped.dispose();
    // A later one with a longer gap acts for the second time after the stopped one would have.
    let others = 0;
    await new Promise<void>(resolve => {
      const other = paced(() => ++others === 2 && resolve(), 20);
      other.request();
      other.request();
    });
    assert.equal(acts, 1);
  });
});
