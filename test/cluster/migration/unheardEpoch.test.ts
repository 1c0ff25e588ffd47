import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { NodeConnection } from '../../../src/core/connection/types';
import { ClassicStage } from '../../support/slots/classicStage';
import { keyInSlot, loadSlots } from '../../support/slots/loadSlots';

describe('A classic move of slots from a master whose new epoch nobody has heard of', () => {
  const slot = 42;
  const keys = 30;
  let stage: ClassicStage;
  before(async () => (stage = await ClassicStage.start()));
  after(() => stage.close());

  it('keeps the slots and their keys at the target, also when the source hears late that it gave them away', async () => {
    const [first, second] = await stage.masters();
    // From now on the target's epoch is the highest it has heard of: it sees no need for a higher one.
    await stage.move(first, second, '41');
    await stage.masters();
    await loadSlots(stage.connections.node(first.address), [slot], keys);
    const { connections } = stage;
    const nodes = {
      node: (address: string) => late(connections.node(address), first.address),
      open: (address: string) => late(connections.open(address), first.address),
      capabilities: (address: string) => connections.capabilities(address),
      options: connections.options,
    };
    await stage.send(first, 'CLUSTER', 'BUMPEPOCH');
    await stage.move(first, second, String(slot), { nodes });
    assert.equal(await stage.send(second, 'GET', keyInSlot(slot, 3)), 'v'.repeat(100));
    assert.equal(await stage.countKeys(second, slot), keys);
    await stage.assertOwner(second, `41-${slot}`);
  });

  /** In the meantime the source pings the target, and claims the slots by its epoch. */
  function late(connection: NodeConnection, address: string): NodeConnection {
    if (connection.address !== address) return connection;
    return new Proxy(connection, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const call = (...words: unknown[]): unknown => Reflect.apply(value, target, words);
        if (name !== 'command' && name !== 'pipeline') return call;
        return async (...words: unknown[]) => {
          if (JSON.stringify(words[0]).includes('"NODE"')) await wait(2000);
          return call(...words);
        };
      },
    });
  }
});
