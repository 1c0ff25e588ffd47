import assert from 'node:assert/strict';
import { FixStage, slot } from '../../support/fix/fixStage';

const some = ['a', 'b', 'c'];

describe('fixing keys at a master that does not own their slot', () => {
  let stage: FixStage;

  before(async () => {
    stage = await FixStage.open();
  });
  after(() => stage.close());
  beforeEach(() => stage.reset());

  it('finds nothing of them without being asked, and brings them home when asked', async () => {
    await stage.write(0, some);
    await stage.leaveStray(1, 0, ['x', 'y']);
    assert.equal((await stage.refusal()).code, 'nothingToDo');
    await stage.fix({}, { strayKeys: true });
    await stage.assertFixed(0);
  });

  it('removes those that are equal to the ones of the owner', async () => {
    await stage.write(0, some);
    await stage.leaveStray(1, 0, some, { value: 'home' });
    const { result } = await stage.fix({}, { strayKeys: true });
    assert.match(result.notes.join(' '), /3 keys that .* both had, equal, were removed/);
    await stage.assertFixed(0);
  });

  it('keeps both where they differ, brings the rest home, shows both, and does then what is chosen', async () => {
    await stage.write(0, some);
    await stage.leaveStray(1, 0, ['a', 'b'], { expect: false });
    await stage.leaveStray(1, 0, ['x']);
    const plan = await stage.plan({}, { strayKeys: true });
    await assert.rejects(stage.client.run(plan).finished, (error: Error & { code?: string }) => {
      assert.equal(error.code, 'keysDiffer', error.message);
      assert.match(error.message, /2 keys are at two nodes.*\{aga\}a in slot 609/);
      return true;
    });
    assert.equal(await stage.send(0, 'GET', '{aga}a'), 'home a');
    assert.equal(await stage.send(0, 'GET', '{aga}x'), 'away x');
    const inspection = await stage.inspect();
    const collisions = inspection.slots.find(each => each.slot === slot)!.collisions;
    assert.deepEqual(
      collisions.map(({ name, compared, copies }) => [
        name,
        compared,
        copies.map(({ type, preview }) => `${type} ${preview}`).sort(),
      ]),
      ['a', 'b'].map(name => [`{aga}${name}`, 'different', [`string away ${name}`, `string home ${name}`]]),
    );
    const refusal = await stage.refusal();
    assert.equal(refusal.code, 'collisionsUndecided');
    assert.match(refusal.message, /"away a".*"home a"|"home a".*"away a"/);

    const [first, second] = collisions;
    const choice = await stage.plan({ collisions: { [first!.key]: stage.ids[1], [second!.key]: stage.ids[0] } });
    assert.equal(choice.risk, 'losesData');
    assert.equal(choice.warnings.filter(({ code }) => code === 'copyDropped').length, 2);
    assert.equal((await stage.client.run(choice).finished).outcome, 'completed');
    stage.written.set(first!.name, `away ${first!.name.slice(5)}`);
    await stage.assertFixed(0);
  });

  it('keeps a copy that has changed since it was chosen against', async () => {
    await stage.write(0, ['a']);
    await stage.setSlot(1, slot, 'IMPORTING', 0);
    await stage.writeImported(1, ['a'], { expect: false });
    const plan = await stage.plan({ collisions: 'owner' });
    await stage.writeImported(1, ['a'], { value: 'newer', expect: false });
    await assert.rejects(stage.client.run(plan).finished, { code: 'keysDiffer' });
    await stage.fix({ collisions: 'other' });
    stage.written.set('{aga}a', 'newer a');
    await stage.assertFixed(0);
  });

  for (const [rule, value] of [
    ['owner', 'home'],
    ['other', 'away'],
  ] as const)
    it(`lets the copy of the ${rule} count by a rule, on the way home and on the way to the target`, async () => {
      for (const openSlots of ['rollBack', 'finish'] as const) {
        await stage.reset();
        await stage.write(0, some);
        await stage.setSlot(1, slot, 'IMPORTING', 0);
        await stage.setSlot(0, slot, 'MIGRATING', 1);
        await stage.writeImported(1, ['a'], { expect: false });
        stage.written.set('{aga}a', `${value} a`);
        await stage.fix({ openSlots, collisions: rule });
        await stage.assertFixed(openSlots === 'finish' ? 1 : 0);
      }
    });

  it('compares values of every type, and keys and values that are no text', async () => {
    const node = stage.client.node(`127.0.0.1:${stage.ports[0]}`);
    const name = Buffer.from([...Buffer.from('{aga}'), 0, 255, 128]);
    const values = [
      ['RPUSH', '{aga}list', 'one', 'two'],
      ['HSET', '{aga}hash', 'field', 'value'],
      ['SADD', '{aga}set', 'member'],
      ['ZADD', '{aga}zset', 1, 'member'],
      ['XADD', '{aga}stream', '1-1', 'field', 'value'],
      ['SET', name, Buffer.from([0, 254])],
    ] as const;
    for (const words of values) await node.command(words);
    await stage.setSlot(1, slot, 'IMPORTING', 0);
    const other = stage.client.node(`127.0.0.1:${stage.ports[1]}`);
    for (const words of values) await other.pipeline([['ASKING'], words]);
    await other.pipeline([['ASKING'], ['HSET', '{aga}hash', 'field', 'other']]);
    const [found] = (await stage.inspect()).slots;
    const verdicts = Object.fromEntries(found!.collisions.map(each => [each.name, each.compared]));
    assert.deepEqual(verdicts, {
      '{aga}list': 'equal',
      '{aga}hash': 'different',
      '{aga}set': 'equal',
      '{aga}zset': 'equal',
      '{aga}stream': 'equal',
      '{aga}\\x00\\xff\\x80': 'equal',
    });
    assert(found!.collisions.every(({ copies }) => copies.every(({ bytes, preview }) => bytes! > 0 && preview !== '')));
    await stage.fix({ collisions: 'owner' });
    assert.equal(await stage.send(0, 'HGET', '{aga}hash', 'field'), 'value');
    assert.equal(await stage.send(0, 'CLUSTER', 'COUNTKEYSINSLOT', slot), values.length);
    await stage.assertFixed(0).catch((error: Error) => assert.match(error.message, /keys of slot/));
    assert.equal(await stage.send(1, 'DBSIZE'), 0);
  });
});
