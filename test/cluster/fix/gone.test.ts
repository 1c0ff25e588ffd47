import assert from 'node:assert/strict';
import { FixStage, slot } from '../../support/fix/fixStage';
import { nodeAt, settled } from '../../support/members';
import { eventually, sendCommand } from '../../support/testCluster';

const some = ['a', 'b', 'c'];

describe('fixing slots whose nodes are gone', () => {
  let stage: FixStage;

  beforeEach(async () => {
    stage = await FixStage.open({
      count: 4,
      nodeTimeoutMilliseconds: 1000,
      settings: { 'cluster-require-full-coverage': 'no' },
    });
  });
  afterEach(() => stage.close());

  const fail = async (port: number): Promise<void> => {
    await stage.servers.servers.kill(port);
    await eventually(async () => nodeAt(await stage.client.observe(), port).status === 'failed', {
      what: `${port} is called failed`,
    });
  };

  it('never takes slots from a failed owner by itself; takes them when its data is given up', async () => {
    const dead = stage.servers.ports[3]!;
    await fail(dead);
    const error = await stage.refusal({ uncovered: 'assign', openSlots: 'rollBack' });
    assert.equal(error.code, 'ownerUnreachable');
    assert.match(error.message, /12288-16383/);
    const { plan } = await stage.fix({ unreachableOwners: 'take' });
    assert.equal(plan.risk, 'losesData');
    assert.match(plan.warnings.find(({ code }) => code === 'slotsTaken')!.text, /12288-16383 are taken from/);
    const { nodes, coveredSlots } = await stage.client.observe();
    assert.equal(coveredSlots.count, 16384);
    assert(nodes.find(({ port }) => port === dead)!.slots.isEmpty);
    const shares = nodes.filter(({ port }) => port !== dead).map(({ slots }) => slots.count);
    assert(Math.max(...shares) - Math.min(...shares) <= 1, shares.join());
  });

  it('does not take slots from an owner that the cluster still sees', async () => {
    const hidden = stage.servers.ports[3]!;
    // The others shall not miss it while it sleeps.
    for (const port of stage.servers.ports) await sendCommand(port, ['CONFIG', 'SET', 'cluster-node-timeout', 60_000]);
    await stage.servers.servers.pause(hidden);
    try {
      const error = await stage.refusal({ unreachableOwners: 'take' });
      assert.equal(error.code, 'ownerUnreachable');
    } finally {
      await stage.servers.servers.resume(hidden);
    }
  });

  it('closes a slot that was on the way to a node that has failed, and says what that means; brings its keys home when it is back', async () => {
    const dead = stage.servers.ports[3]!;
    const id = String(await sendCommand(dead, ['CLUSTER', 'MYID']));
    await stage.write(0, some);
    await sendCommand(dead, ['CLUSTER', 'SETSLOT', slot, 'IMPORTING', stage.ids[0]]);
    await stage.send(0, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', id);
    await stage.client.node(`127.0.0.1:${dead}`).pipeline([['ASKING'], ['SET', '{aga}x', 'away x']]);
    await sendCommand(dead, ['SAVE']);
    await fail(dead);
    const { plan } = await stage.fix({ openSlots: 'finish', slots: `${slot}` });
    assert.equal(plan.risk, 'losesData');
    assert.match(plan.warnings.find(({ code }) => code === 'peerGone')!.text, /missing until it is back/);
    assert.equal(
      (await stage.inspect()).slots.some(each => each.open.length > 0),
      false,
    );

    await stage.servers.servers.start(dead);
    await settled(stage.client, 4);
    await stage.fix({}, { strayKeys: true });
    stage.written.set('{aga}x', 'away x');
    await stage.assertFixed(0, stage.servers.ports);
  });
});
