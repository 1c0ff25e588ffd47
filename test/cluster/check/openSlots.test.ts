import assert from 'node:assert/strict';
import type { CheckFinding } from '../../../src/core/health/check/types';
import { eventually } from '../../support/testCluster';
import { assertMended, complaintsOf, plant, SLOT, startStage, tell, unusual, type CheckStage } from './checkSuite';

describe('checking open slots', () => {
  let stage: CheckStage;
  let [first, second, third] = [0, 0, 0];

  before(async () => {
    stage = await startStage();
    [first, second, third] = stage.masters as [number, number, number];
    await tell(first, 'MSET', '{b}a', '1', '{b}b', '2');
  });
  after(() => stage.close());
  afterEach(async () => {
    for (const port of stage.masters) {
      await tell(port, 'CLUSTER', 'SETSLOT', SLOT, 'STABLE');
      if (port !== first) await tell(port, 'FLUSHALL');
    }
    await assertMended(stage);
  });

  it('names a slot that is on the way with the keys at both ends, and what each way out would do', async () => {
    await openAt(second, 'IMPORTING', first);
    await openAt(first, 'MIGRATING', second);
    await plant(second, 3);
    const found = await onlyFinding();
    assert.deepEqual([found.form, found.severity, found.slots?.toString()], ['bothEnds', 'warning', String(SLOT)]);
    assert.deepEqual(found.keys, { [idOf(first)]: 2, [idOf(second)]: 3 });
    assert.match(found.text, /on the way from \S+ \(2 keys\) to \S+ \(3 keys\)\.$/);
    assert.match(found.remedy, /Finishing moves 2 keys to .*rolling back moves 3 keys to /);
  });

  it('calls it an error when a master gives a slot away that nobody takes', async () => {
    await openAt(first, 'MIGRATING', second);
    const found = await onlyFinding();
    assert.deepEqual([found.form, found.severity], ['onlyMigrating', 'error']);
    assert.match(
      found.text,
      new RegExp(
        `:${first} \\(2 keys\\) gives slot ${SLOT} to \\S+:${second}${stage.hidesForeignKeys ? '' : ' \\(0 keys\\)'}, which`,
      ),
    );
    if (!stage.hidesForeignKeys) assert.match(found.remedy, /Rolling back closes it at /);
    else assert.match(found.remedy, /Rolling back moves whatever keys are left of /);
  });

  it('tells a master that takes a slot nobody gives away, with the keys no client finds there', async () => {
    await openAt(second, 'IMPORTING', first);
    await plant(second, 1);
    const found = await onlyFinding();
    assert.deepEqual([found.form, found.severity], ['onlyImporting', 'warning']);
    assert.match(found.text, /and what \S+ holds no client finds\.$/);
    assert.match(found.remedy, /Fix rolls this back: it moves 1 key of /);
  });

  it('tells ends that do not match: two takers, and a taker that names the wrong giver', async () => {
    await openAt(first, 'MIGRATING', second);
    await openAt(second, 'IMPORTING', first);
    await openAt(third, 'IMPORTING', first);
    const threeEnds = await onlyFinding();
    assert.deepEqual([threeEnds.form, threeEnds.severity], ['mismatch', 'error']);
    assert.match(threeEnds.text, /gives it to .*takes it from .*takes it from .* owns it\.$/s);
    for (const port of stage.masters) await tell(port, 'CLUSTER', 'SETSLOT', SLOT, 'STABLE');

    await openAt(second, 'IMPORTING', third);
    const wrongGiver = await onlyFinding();
    assert.deepEqual([wrongGiver.form, wrongGiver.severity], ['mismatch', 'warning']);
  });

  it('makes one finding of many slots that stand the same way', async () => {
    await tell(first, 'CLUSTER', 'SETSLOT', 1, 'MIGRATING', idOf(second));
    await tell(first, 'CLUSTER', 'SETSLOT', 2, 'MIGRATING', idOf(second));
    await tell(first, 'CLUSTER', 'SETSLOT', 3, 'MIGRATING', idOf(third));
    const found = unusual(await stage.check());
    assert.deepEqual(found.map(({ slots }) => slots?.toString()).sort(), ['1-2', '3']);
    for (const slot of [1, 2, 3]) await tell(first, 'CLUSTER', 'SETSLOT', slot, 'STABLE');
  });

  async function onlyFinding(): Promise<CheckFinding> {
    let found: CheckFinding[] = [];
    // What a node says of itself is there at once; what it tells the others is on its way.
    await eventually(
      async () => (found = unusual(await stage.check())).length === 1 && found[0]!.code === 'openSlots',
      { what: 'the open slot is all that is found' },
    );
    assert.notDeepEqual(await complaintsOf(stage), []);
    assert.equal(found[0]!.fix, 'openSlots');
    return found[0]!;
  }

  function openAt(port: number, direction: 'IMPORTING' | 'MIGRATING', peer: number): Promise<unknown> {
    return tell(port, 'CLUSTER', 'SETSLOT', SLOT, direction, idOf(peer));
  }

  function idOf(port: number): string {
    return stage.ids.get(port)!;
  }
});
