import assert from 'node:assert/strict';
import { ClassicStage } from '../../support/slots/classicStage';
import { loadSlots } from '../../support/slots/loadSlots';

describe('The target of a classic move', () => {
  let stage: ClassicStage;
  before(async () => (stage = await ClassicStage.start()));
  after(() => stage.close());

  it('does not tell the whole cluster of every slot by itself, where a Redis takes them', async () => {
    const [first, second] = await stage.masters();
    const { flavour } = (await stage.connections.observe()).nodes.find(({ id }) => id === second.id)!.info!;
    const before = await pongsSent(second);
    await stage.move(first, second, '0-999');
    // One for each slot and node otherwise.
    if (flavour === 'redis') assert.ok((await pongsSent(second)) - before < 500);
    await stage.assertOwner(second, '0-999');
  });

  for (const right of ['multi', 'cluster|bumpepoch'])
    it(`takes slots one by one where its user may not ${right}`, async () => {
      const [first, second] = await stage.masters();
      const [from, to] = [first, second].sort((a, b) => Number(b.slots.has(500)) - Number(a.slots.has(500)));
      await loadSlots(stage.connections.node(from!.address), [500, 501, 502], 20);
      for (const node of [first, second])
        await stage.send(node, 'ACL', 'SETUSER', 'mover', 'reset', 'on', '>word', '~*', '&*', '+@all', `-${right}`);
      const asUser = new ClassicStage(stage.servers, { username: 'mover', password: 'word' });
      try {
        const { moved } = await asUser.move(from!, to!, '500-502');
        assert.equal(moved.toString(), '500-502');
      } finally {
        asUser.connections.close();
      }
      for (const slot of [500, 501, 502]) {
        assert.equal(await stage.countKeys(to!, slot), 20);
        assert.equal(await stage.countKeys(from!, slot), 0);
      }
      await stage.assertOwner(to!, '500-502');
    });

  async function pongsSent(node: { port: number }): Promise<number> {
    const info = String(await stage.send(node, 'CLUSTER', 'INFO'));
    return Number(/cluster_stats_messages_pong_sent:(\d+)/.exec(info)?.[1] ?? 0);
  }
});
