import assert from 'node:assert/strict';
import { FixStage, slot } from '../../support/fix/fixStage';
import { settled } from '../../support/members';
import { eventually } from '../../support/testCluster';

describe('fixing a slot that two masters own', () => {
  let stage: FixStage;

  before(async () => {
    stage = await FixStage.open({ settings: { 'enable-debug-command': 'yes' } });
  });
  after(() => stage.close());
  beforeEach(() => stage.reset());
  afterEach(() => hear(true));

  /** Who hears no PING (type 0) answers none, either: they go on claiming what they claim. */
  async function hear(everything: boolean): Promise<void> {
    for (const master of [0, 1, 2] as const) {
      await stage.send(master, 'DEBUG', 'DROP-CLUSTER-PACKET-FILTER', everything ? -1 : 0);
      // Deaf for long, and then quick to dial anew those that did not answer.
      await stage.send(master, 'CONFIG', 'SET', 'cluster-node-timeout', everything ? 1000 : 60_000);
    }
  }

  // Were they to hear of each other, the one with the older epoch would delete its keys, and no tool could help.
  for (const [most, least] of [
    [0, 2],
    [2, 0],
  ] as const)
    it(`leaves it to the one with most keys, number ${most + 1}, and brings the keys of the other there before it hears of it`, async () => {
      await hear(false);
      await stage.send(2, 'CLUSTER', 'DELSLOTS', slot);
      await stage.send(2, 'CLUSTER', 'ADDSLOTS', slot);
      await stage.write(most, ['a', 'b', 'c']);
      await stage.write(least, ['x', 'a']);
      const plan = await stage.plan();
      assert.match(plan.findings![0]!, /both call it their own \((3|2) keys at .* and (3|2) keys at /);
      const { notes } = await stage.client.run(plan).finished;
      assert.match(notes.join(' '), /1 key that .* both had, equal, was removed/);
      await hear(true);
      await settled(stage.client, 3);
      await stage.assertFixed(most);
    });

  it('refuses, having changed nothing, what has become another owner meanwhile', async () => {
    await hear(false);
    await stage.send(2, 'CLUSTER', 'DELSLOTS', slot);
    await stage.send(2, 'CLUSTER', 'ADDSLOTS', slot);
    await stage.write(0, ['a', 'b']);
    await stage.write(2, ['x']);
    const plan = await stage.plan();
    await hear(true);
    await eventually(async () => (await stage.inspect()).slots.length === 0, { what: 'gossip has settled it' });
    // Its keys went with its claim: the servers themselves do that.
    await assert.rejects(stage.client.run(plan).finished, (error: Error & { code?: string }) => {
      assert(['slotsChanged', 'stalePlan'].includes(error.code!), error.message);
      return true;
    });
    const owner = await stage.ownerOf(slot);
    const name = owner === 0 ? 'a' : 'x';
    assert.equal(await stage.send(owner, 'GET', `{aga}${name}`), `home ${name}`);
  });
});
