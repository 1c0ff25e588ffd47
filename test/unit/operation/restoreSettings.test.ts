import assert from 'node:assert/strict';
import type { CommandWords, NodeConnection, Reply } from '../../../src/core/connection/types';
import { restoreOn } from '../../../src/core/operation/steps/restoreSettings';
import type { ManagedNodes } from '../../../src/core/operation/steps/types';

const address = '127.0.0.1:7001';
const lowered = {
  type: 'setting',
  node: { id: 'one', address },
  parameter: 'cluster-node-timeout',
  original: '1000',
  value: '300',
} as const;

describe('putting a lowered setting back', () => {
  let sent: CommandWords[];

  /** A node that answers CONFIG GET so the first time, and as it should afterwards. */
  function nodesThatAnswer(first: Reply): ManagedNodes {
    sent = [];
    let isFirst = true;
    const pipeline: NodeConnection['pipeline'] = async commands =>
      commands.map(words => {
        sent.push(words);
        if (words[1] === 'SET') return 'OK';
        const reply = isFirst ? first : ['cluster-node-timeout', '1000'];
        isFirst = false;
        return reply;
      });
    return { node: () => ({ pipeline }) as unknown as NodeConnection } as unknown as ManagedNodes;
  }

  const sets = (): number => sent.filter(([, word]) => word === 'SET').length;

  it('sets what it was before, and verifies that', async () => {
    assert.deepEqual(await restoreOn(address, [lowered], nodesThatAnswer(['cluster-node-timeout', '300'])), []);
    assert.equal(sets(), 1);
  });

  it('leaves what somebody else has set meanwhile, and says so', async () => {
    const texts = await restoreOn(address, [lowered], nodesThatAnswer(['cluster-node-timeout', '4000']));
    assert.match(texts.join(), /cluster-node-timeout is 4000 now, set by somebody else/);
    assert.equal(sets(), 0);
  });

  for (const [what, reply] of [
    ['is empty', []],
    ['has another value than it can have', ['cluster-node-timeout', '3\u0011x']],
  ] as const)
    it(`takes an answer that ${what} for a damaged one, not for a new value`, async () => {
      await assert.rejects(restoreOn(address, [lowered], nodesThatAnswer([...reply])), {
        code: 'malformedReply',
        node: address,
      });
      assert.equal(sets(), 0);
    });
});
