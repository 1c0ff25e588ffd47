import assert from 'node:assert/strict';
import type { PageNode, Snapshot } from '../../../../src/shared/pageProtocol';
import { compareSnapshots } from '../../../../src/webview/still/compareSnapshots';
import { differenceMarks } from '../../../../src/webview/still/differenceMarks';
import type { Viewpoint } from '../../../../src/webview/still/stillStrings';
import { eventTicks, fractionOf, timeAt } from '../../../../src/webview/still/timeScale';
import { change, failOver, makeEvent, makeSnapshot, nodeId } from '../../../support/pageSnapshots';

const well = makeSnapshot({ spares: 1 });

function without(snapshot: Snapshot, port: number): Snapshot {
  return { ...snapshot, nodes: snapshot.nodes.filter(({ id }) => id !== nodeId(port)) };
}

describe('compareSnapshots', () => {
  const cases: [string, Record<number, Partial<PageNode>>, number, Record<Viewpoint, string>][] = [
    [
      'a state',
      { 7001: { state: 'failed', stateText: 'failed 3/5' } },
      7001,
      { past: 'now failed', after: 'was failed', before: 'will be failed' },
    ],
    [
      'a role with slots',
      { 7003: { role: 'master', slots: '0-9', slotCount: 10 } },
      7003,
      {
        past: 'now master, now slots 0-9',
        after: 'was master, had slots 0-9',
        before: 'will be master, will have slots 0-9',
      },
    ],
    [
      'a master',
      { 7003: { masterId: nodeId(7002) } },
      7003,
      {
        past: 'now replica of 127.0.0.1:7002',
        after: 'was replica of 127.0.0.1:7002',
        before: 'will be replica of 127.0.0.1:7002',
      },
    ],
    [
      'many ranges of slots',
      { 7001: { slots: '0-1,3-4,6-7,9-10,12-13,15-16', slotCount: 12 } },
      7001,
      { past: 'now 12 slots', after: 'had 12 slots', before: 'will have 12 slots' },
    ],
    [
      'a spare that joined',
      { 7006: { role: 'replica', state: 'ok', stateText: 'ok', masterId: nodeId(7001) } },
      7006,
      {
        past: 'now replica of 127.0.0.1:7001',
        after: 'was replica of 127.0.0.1:7001',
        before: 'will be replica of 127.0.0.1:7001',
      },
    ],
  ];
  for (const [title, changes, port, texts] of cases)
    it(`tells ${title}, from each point of view`, () => {
      const found = compareSnapshots(well, change(well, changes));
      assert.deepEqual([...found.nodes.keys()], [nodeId(port)]);
      for (const from of ['past', 'after', 'before'] as const)
        assert.equal(differenceMarks(found, from).get(nodeId(port))?.text, texts[from]);
    });

  it('finds nothing between equal pictures, whatever their figures', () => {
    const other = change(well, { 7001: { memoryBytes: 1, keys: 5, lagBytes: 9, stateText: 'well' } });
    const found = compareSnapshots(well, other);
    assert.deepEqual([found.nodes.size, found.missing.length], [0, 0]);
  });

  it('tells who is gone and who came', () => {
    const found = compareSnapshots(well, without(well, 7000));
    assert.deepEqual(found.nodes.get(nodeId(7000))?.kinds, ['absent']);
    const words = (['past', 'after', 'before'] as const).map(
      from => differenceMarks(found, from).get(nodeId(7000))?.word,
    );
    assert.deepEqual(words, ['gone since', 'new', 'leaves']);
    const back = compareSnapshots(without(well, 7000), well);
    assert.deepEqual(
      back.missing.map(({ id }) => id),
      [nodeId(7000)],
    );
  });

  it('says the first thing on the picture and how many more', () => {
    const marks = differenceMarks(compareSnapshots(well, failOver(well)), 'past');
    assert.equal(marks.get(nodeId(7003))?.word, 'now master +1');
  });
});

describe('the line of time', () => {
  const span = { sinceMilliseconds: 1000, nowMilliseconds: 101_000 };

  it('has the earliest at its left end and now at its right one', () => {
    assert.deepEqual(
      [0, 1000, 51_000, 101_000, 200_000].map(at => fractionOf(at, span)),
      [0, 0, 0.5, 1, 1],
    );
    assert.deepEqual(
      [-1, 0, 0.5, 0.99, 2].map(part => timeAt(part, span)),
      [1000, 1000, 51_000, undefined, undefined],
    );
    assert.equal(timeAt(0, { sinceMilliseconds: 5, nowMilliseconds: 5 }), undefined);
  });

  it('shows one event per place, the worst of those that fall together, and none from before', () => {
    const events = (['joined', 'failed', 'answers', 'left'] as const).map((kind, index) => ({
      ...makeEvent(kind, 0, `${kind}.`),
      atMilliseconds: [90_100, 90_000, 89_900, 500][index]!,
    }));
    assert.deepEqual(
      eventTicks({ ...span, events }).map(({ place, text }) => [place, text]),
      [[90, 'failed.']],
    );
  });
});
