import assert from 'node:assert/strict';
import type { CommandWords, NodeConnection } from '../../../src/core/connection/types';
import type { Member } from '../../../src/core/migration/types';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { ClassicStage } from '../../support/slots/classicStage';

describe('The source of a classic move', () => {
  const slots = SlotSet.parse('0-999');
  let stage: ClassicStage;
  before(async () => (stage = await ClassicStage.start()));
  after(() => stage.close());

  it('is not told who owns the slots before it has heard so from the new owner', async () => {
    const [first, second] = await stage.masters();
    const { connections } = stage;
    const early: string[] = [];
    const nodes = {
      node: (address: string) => connections.node(address),
      open: (address: string) => watched(connections.open(address), first, second, early),
      capabilities: (address: string) => connections.capabilities(address),
      options: connections.options,
    };
    await stage.move(first, second, slots.toString(), { nodes });
    assert.deepEqual(early, []);
    await stage.assertOwner(second, slots.toString());
  });

  /** Looks, in the same breath as a SETSLOT NODE, whose the slot is at the source. */
  function watched(connection: NodeConnection, source: Member, target: Member, early: string[]): NodeConnection {
    if (connection.address !== source.address) return connection;
    const send = connection.pipeline.bind(connection);
    connection.pipeline = async (commands, options) => {
      if (!commands.some(words => words[3] === 'NODE')) return send(commands, options);
      const looking: CommandWords = ['CLUSTER', 'NODES'];
      const [view, ...replies] = await send([looking, ...commands], options);
      const line = String(view)
        .split('\n')
        .find(each => each.startsWith(target.id));
      const owned = SlotSet.parse((line?.split(' ').slice(8) ?? []).filter(word => !word.startsWith('[')).join());
      const unheard = commands.filter(words => words[3] === 'NODE' && !owned.has(Number(words[2])));
      early.push(...unheard.map(words => String(words[2])));
      return replies;
    };
    return connection;
  }
});
