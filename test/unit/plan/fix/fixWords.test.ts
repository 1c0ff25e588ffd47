import assert from 'node:assert/strict';
import { sayingsHash } from '../../../../src/core/plan/fix/sayings';
import { changed, modelCluster, nodeId, type ModelNode } from '../../topology/modelCluster';
import { after, assertRefused } from '../memberTopologies';
import { collision, fixOf, importing, migrating, step, type FixedScene } from './fixScenes';

const [first, second, third, replica] = [1, 2, 3, 4].map(nodeId) as [string, string, string, string];
const [one, two, three] = ['10.0.0.0:7001', '10.0.0.1:7002', '10.0.0.2:7003'] as const;
const nodes = modelCluster(3, 1);
const bothOpen = { [first]: migrating(609, 2), [second]: importing(609, 1) };

/** This one claims these slots, by its own word alone. */
function claiming(id: string, slots: string, from: readonly ModelNode[] = nodes): FixedScene['viewpoints'] {
  return { [id]: { nodes: changed(from, id, { slots }) } };
}

describe('A fix tells what it found and what becomes of it', () => {
  it('where two or three call slots their own', () => {
    const twice = fixOf({
      viewpoints: claiming(second, '7-9 5462-10922')!,
      keys: { 7: { [second]: 3 }, 8: { [first]: 1 } },
    });
    assert.deepEqual(twice.findings, [
      `Slots 7,9: ${one} and ${two} both call them their own (3 keys at ${two}). They are made ${two}'s.`,
      `Slot 8: ${one} and ${two} both call it their own (1 key at ${one}). It is made ${one}'s.`,
    ]);
    const all = { ...claiming(second, '7 5462-10922'), ...claiming(third, '7 10923-16383') };
    assert.match(fixOf({ viewpoints: all }).findings![0]!, /7001, \S+7002 and \S+7003 all call it their own/);
    const keys = { 7: { [first]: 1, [second]: 3 }, 8: { [first]: 2, [second]: 4 } };
    assert.deepEqual(fixOf({ viewpoints: claiming(second, '7-8 5462-10922')!, keys }).findings, [
      `Slots 7-8: ${one} and ${two} both call them their own (3 keys at ${one} and 7 keys at ${two}). They are made ${two}'s, and all their keys go there.`,
    ]);
  });

  it('where slots belong to nobody, or to a node that is gone', () => {
    const lacking = { nodes: changed(nodes, first, { slots: '0-608 611-5461' }) };
    assert.deepEqual(fixOf(lacking, { uncovered: 'assign' }).findings, [
      `Slot 609: it belongs to nobody. It is made ${one}'s.`,
      `Slot 610: it belongs to nobody. It is made ${two}'s.`,
    ]);
    const failed = { nodes: changed(nodes, second, { flags: ['fail'] }), silent: [second] };
    const taken = fixOf(failed, { unreachableOwners: 'take', slots: '5462' });
    assert.match(
      taken.findings![0]!,
      /^Slot 5462: it belongs to 10\.0\.0\.1:7002, which is gone\. It is made 10\.0\.0\.\d:700\d's\.$/,
    );
  });

  it('where the owner denies a slot, others do not see it there, or hold keys of it', () => {
    const denied = claiming(first, '0-608 610-5461')!;
    assert.deepEqual(fixOf({ viewpoints: denied }).findings, [
      `Slot 609: ${one} does not claim it though others call it the owner. It is made ${one}'s.`,
    ]);
    const other = changed(changed(nodes, first, { slots: '0-608 610-5461' }), third, { slots: '609 10923-16383' });
    const unseen = fixOf({ viewpoints: { [second]: { nodes: other }, [nodeId(5)]: { nodes: other } } });
    assert.deepEqual(unseen.findings, [
      `Slot 609: 10.0.0.1:7002 and 10.0.0.4:7005 do not see its owner ${one}. It is made ${one}'s.`,
    ]);
    assert.deepEqual(fixOf({ keys: { 609: { [first]: 1, [third]: 2 } } }).findings, [
      `Slot 609: it belongs to ${one}, and others hold keys of it (1 key at ${one} and 2 keys at ${three}). It stays with ${one}, and the keys elsewhere go home to it.`,
    ]);
  });
});

describe('A fix says in its steps', () => {
  it('what is looked at before: the slots, and that none moves where some are opened', () => {
    assert.equal(
      step(fixOf({ viewpoints: bothOpen }), 'checkFix').text,
      'Look once more whether slot 609 is still as found.',
    );
    const epochs = fixOf({ nodes: changed(nodes, second, { epoch: 1 }) });
    assert.match(step(epochs, 'checkFix').text, /whether the cluster is still as found\.$/);
    assert.equal(epochs.title, 'Give the masters different config epochs');
    assert.match(step(epochs, 'separateEpochs').text, /^Give 10\.0\.0\.0:7001 and 10\.0\.0\.1:7002 different/);
    assert.deepEqual(
      step(epochs, 'separateEpochs')
        .nodes.map(({ id }) => id)
        .sort(),
      [first, second, third],
    );
    const busy = Object.fromEntries([first, second, third].map(id => [id, { info: { keys: 9 } }]));
    const opened = fixOf({ hidden: { [second]: 4 }, viewpoints: busy });
    assert.match(step(opened, 'checkFix').text, /still as found, and no slots move\.$/);
    assert.equal(opened.title, 'Bring keys home that no slot shows');
    assert.match(
      step(opened, 'moveStrays').text,
      /^Bring home what shows when they are open of slots 0-5461 from 10\.0\.0\.1:7002 to/,
    );
    assert.equal(step(opened, 'moveStrays').rule, undefined);
  });

  it('who gives up, who claims, who is told, and what is waited for', () => {
    const plan = fixOf({
      viewpoints: claiming(second, '7-8 5462-10922')!,
      keys: { 7: { [first]: 1 }, 8: { [first]: 1 } },
    });
    assert.equal(
      step(plan, 'releaseSlots').text,
      `Let ${two} slots 7-8 to ${one}: it gives up its claim and keeps its keys.`,
    );
    assert.equal(step(plan, 'claimSlots').text, `Make ${one} the owner of slots 7-8, each with one new config epoch.`);
    assert.deepEqual(
      step(plan, 'tellOwners')
        .nodes.map(({ id }) => id)
        .sort(),
      [first, second, third],
    );
    const wait = step(plan, 'awaitOwners');
    assert.equal(wait.text, 'Wait until all nodes see the new owners of 2 slots.');
    assert.deepEqual(wait.owners, [{ node: { id: first, address: one }, slots: '7-8' }]);
    assert.equal(wait.nodes.length, 6);
    assert.equal(plan.title, 'Fix 2 slots');
    assert.ok(!fixOf({ viewpoints: { [first]: migrating(609, 2) } }).steps.some(({ kind }) => kind === 'awaitOwners'));
  });

  it('what is closed where, moved on and brought home, with how many keys', () => {
    const closed = fixOf({ viewpoints: { [nodeId(5)]: importing(609, 1), [third]: migrating(11000, 2) } });
    assert.equal(
      step(closed, 'closeSlots').text,
      `Close slot 609 at 10.0.0.4:7005 through its master ${two} and slot 11000 at ${three} (CLUSTER SETSLOT STABLE).`,
    );
    const keys = { 609: { [first]: 5, [second]: 3 }, 610: { [first]: 1 } };
    const viewpoints = {
      [first]: { openSlots: [609, 610].map(slot => `[${slot}->-${second}]`).join(' ') },
      [second]: { openSlots: [609, 610].map(slot => `[${slot}-<-${first}]`).join(' ') },
    };
    const moved = step(fixOf({ viewpoints, keys }), 'moveSlots');
    assert.equal(moved.text, `Move on slots 609-610 with 6 keys from ${one} to ${two}.`);
    assert.deepEqual([moved.moves.length, moved.moves[0]!.keys, moved.moves[0]!.slots], [1, 6, '609-610']);
    const home = step(fixOf({ viewpoints, keys }, { openSlots: 'rollBack' }), 'moveStrays');
    assert.match(
      home.text,
      /^Bring home 3 keys of slots 609-610 from 10\.0\.0\.1:7002 to 10\.0\.0\.0:7001\. Keys both have/,
    );
  });

  it('which copies are deleted, chosen per key, with what the choice was made from', () => {
    const [a, b] = [collision('a', 'different', [1, 2]), collision('b', 'otherVersions', [1, 2])];
    const scene = { viewpoints: bothOpen, keys: { 609: { [first]: 2, [second]: 2 } }, collisions: { 609: [a, b] } };
    assertRefused(
      () => fixOf(scene),
      'collisionsUndecided',
      /^2 keys are at two nodes/,
      /b in slot 609 \(.*other versions/,
    );
    assertRefused(() => fixOf(scene, { collisions: { [a.key]: first } }), 'collisionsUndecided', /^A key is .*: b in/);
    const plan = fixOf(scene, { collisions: { [a.key]: first, [b.key]: second } });
    assert.equal(
      step(plan, 'settleCollisions').text,
      `Delete a at ${two} (that of ${one} counts) and b at ${one} (that of ${two} counts).`,
    );
    assert.deepEqual(step(plan, 'settleCollisions').choices[0]!.digests, ['digest 1', 'digest 2']);
    const foreign = {
      keys: { 609: { [second]: 1, [third]: 2 } },
      collisions: { 609: [collision('k', 'different', [2, 3])] },
    };
    const kept = (rule: 'owner' | 'other') =>
      step(fixOf(foreign, { collisions: rule }), 'moveStrays').choices[0]!.keep.id;
    assert.deepEqual([kept('owner'), kept('other')], [third, third], 'the owner has none: that of who holds most');
  });
});

describe('A fix of some slots', () => {
  const open = { viewpoints: { [first]: { openSlots: `[609->-${second}] [700->-${third}]` } } };

  it('leaves all others as they are, epochs too', () => {
    const collided = changed(nodes, second, { epoch: 1 });
    const plan = fixOf({ ...open, nodes: collided }, { slots: '609' });
    assert.deepEqual(
      step(plan, 'closeSlots').closings.map(({ slots }) => slots),
      ['609'],
    );
    assert.ok(!plan.steps.some(({ kind }) => kind === 'separateEpochs'));
    assert.ok(fixOf({ ...open, nodes: collided }).steps.some(({ kind }) => kind === 'separateEpochs'));
  });

  it('searches only them for keys that servers hide, and none that are on their way or left', () => {
    const busy = Object.fromEntries([first, second, third].map(id => [id, { info: { keys: 9 } }]));
    const strays = (scene: FixedScene, slots?: string) =>
      step(fixOf({ hidden: { [second]: 4 }, ...scene }, slots === undefined ? {} : { slots }), 'moveStrays').strays.map(
        ({ holder, owner, slots: theirs }) => `${holder.address} ${owner.address} ${theirs}`,
      );
    assert.deepEqual(strays({ viewpoints: busy }, '5-6,6000'), [`${two} ${one} 5-6`]);
    const moving = {
      ...busy,
      [first]: { ...busy[first], ...migrating(609, 3) },
      [third]: { ...busy[third], ...importing(609, 1) },
    };
    assert.deepEqual(strays({ viewpoints: moving }), [`${two} ${one} 0-608,610-5461`, `${two} ${three} 10923-16383`]);
    const empty = { ...busy, [second]: { info: { keys: 0 } } };
    assertRefused(() => fixOf({ hidden: { [second]: 4 }, viewpoints: empty }), 'nothingToDo');
  });
});

describe('Where servers hide keys, slots are opened', () => {
  const hidden = { [first]: 0, [second]: 0, [third]: 0 };
  const opened = (scene: FixedScene): string[] => {
    const viewpoints = Object.fromEntries(
      nodes.map(({ id }) => [id, { info: { keys: 9 }, ...scene.viewpoints?.[id] }]),
    );
    const plan = fixOf({ hidden, ...scene, viewpoints }, { openSlots: 'rollBack' });
    const strays = plan.steps.flatMap(each => (each.kind === 'moveStrays' ? each.strays : []));
    return strays.map(({ holder, owner, slots }) => `${holder.address} ${owner.address} ${slots}`);
  };

  it('at who was sent the slot, or takes it, and at nobody else', () => {
    assert.deepEqual(opened({ viewpoints: { [first]: migrating(609, 2) } }), [`${two} ${one} 609`]);
    assert.deepEqual(opened({ viewpoints: { [third]: importing(609, 1) } }), [`${three} ${one} 609`]);
  });

  it('at everybody where the other end is gone, or the owner was in question', () => {
    const all = [`${two} ${one} 609`, `${three} ${one} 609`];
    assert.deepEqual(opened({ viewpoints: { [first]: migrating(609, 99) } }), all);
    const twice = { viewpoints: claiming(second, '609 5462-10922')!, keys: { 609: { [first]: 1 } } };
    assert.deepEqual(opened(twice), all);
  });
});

describe('The picture after a fix', () => {
  it('has slots with who gets them, and a master that keeps none without any', () => {
    const plan = fixOf(
      { nodes: changed(nodes, first, { slots: '0-608 610-5461' }), keys: { 609: { [third]: 2 } } },
      { uncovered: 'assign' },
    );
    assert.equal(after(plan, third)?.slots, '609,10923-16383');
    assert.equal(after(plan, first)?.slots, '0-608,610-5461');
    assert.equal(after(plan, replica)?.role, 'replica');
  });
});

describe('What slots are said to be', () => {
  const said = {
    slot: 7,
    claims: [first, second],
    open: [{ node: first, direction: 'migrating' as const, peer: second }],
  };

  it('is the same in any order of who says it, and another with another claim or end', () => {
    const both = [...said.open, { node: second, direction: 'importing' as const, peer: first }];
    const hash = sayingsHash([{ ...said, open: both }]);
    assert.equal(sayingsHash([{ ...said, claims: [second, first], open: [...both].reverse() }]), hash);
    const others = [said, { ...said, slot: 8 }, { ...said, claims: [first] }, { ...said, open: [] }];
    assert.equal(new Set([hash, ...others.map(each => sayingsHash([each]))]).size, 5);
    assert.match(hash, /^[0-9a-f]{16}$/);
  });
});
