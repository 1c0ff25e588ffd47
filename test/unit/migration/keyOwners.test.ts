import assert from 'node:assert/strict';
import { ServerReplyError } from '../../../src/core/connection/connectionError';
import type { CommandWords, NodeConnection } from '../../../src/core/connection/types';
import { KeyOwners } from '../../../src/core/migration/keyCopy/keyOwners';
import type { MigrationNodes } from '../../../src/core/migration/types';

const key = { key: Buffer.from('a'), slot: 15495, bytes: 10 };

describe('KeyOwners', () => {
  /** Two nodes, each of which sends whoever asks for a key to the other one. */
  function circle(): { nodes: MigrationNodes; asked: string[] } {
    const asked: string[] = [];
    const open = (address: string): NodeConnection => {
      const other = address === 'a:1' ? 'b:2' : 'a:1';
      const pipelineBuffers = async (commands: readonly CommandWords[]) => {
        asked.push(address);
        if (asked.length > 50) throw new Error('It asks without a pause.');
        return Promise.resolve(
          commands.map(words =>
            words[0] === 'ASKING'
              ? Buffer.from('OK')
              : new ServerReplyError(address, words[0], `ASK ${key.slot} ${other}`),
          ),
        );
      };
      return { address, pipelineBuffers, close: () => undefined } as unknown as NodeConnection;
    };
    return { nodes: { open } as unknown as MigrationNodes, asked };
  }

  it('follows an open slot to its other end at once, and looks for the owners anew before it is led round in a circle', async () => {
    const { nodes, asked } = circle();
    const cancelling = new AbortController();
    let looks = 0;
    const owners = new KeyOwners({
      nodes,
      owners: () => {
        if (++looks === 4) cancelling.abort(new Error('cancelled'));
        return Promise.resolve(new Map([[key.slot, 'a:1']]));
      },
      latencyMilliseconds: 0,
      signal: cancelling.signal,
      safePoint: () => Promise.resolve(),
      report: () => undefined,
      note: () => undefined,
    });
    await assert.rejects(
      owners.ask(0, [key], () => [['EXISTS', key.key]]),
      /cancelled/,
    );
    assert.deepEqual(asked, ['a:1', 'b:2', 'a:1', 'b:2', 'a:1', 'b:2']);
    owners.close();
  });
});
