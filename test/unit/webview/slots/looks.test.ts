import assert from 'node:assert/strict';
import { levelFigures, UNKNOWN_LEVEL } from '../../../../src/webview/slots/figureLevels';
import { MOST_HUES, paintMode } from '../../../../src/webview/slots/looks';
import { makeSlotModel, slotStates } from '../../../../src/webview/slots/slotModel';
import { slotStrings } from '../../../../src/webview/slots/slotStrings';
import { change, makeSnapshot, nodeId } from '../../../support/pageSnapshots';

const everySlot = (value: (slot: number) => number): number[] =>
  Array.from({ length: 16384 }, (_, slot) => value(slot));

describe('the looks of the slots', () => {
  const troubled = makeSlotModel({
    ...change(makeSnapshot(), { 7000: { slots: '10-5461' }, 7002: { state: 'failed' } }),
    openSlots: [{ slots: '6000-6009', nodeId: nodeId(7001), direction: 'migrating', peerId: nodeId(7000) }],
  });

  it('counts every slot once in the legend, the worst last', () => {
    const { legend, cells, looks } = paintMode('state', troubled, undefined);
    assert.deepEqual(
      legend.map(({ meaning, count }) => [slotStrings.meaning(meaning, undefined, String), count]),
      [
        ['ok', 5452 + 5451],
        ['half-open, migrating', 10],
        ['owner failed', 5461],
        ['no owner', 10],
      ],
    );
    assert.ok(cells.every(code => looks[code]));
  });

  it('gives every state that is not well a pattern of its own, so that colour is never all there is', () => {
    const model = makeSlotModel(makeSnapshot());
    slotStates.forEach((_, code) => (model.state[code] = code));
    const { legend } = paintMode('state', model, undefined);
    const patterns = legend.map(({ look }) => look.pattern);
    assert.equal(patterns.length, slotStates.length);
    assert.equal(new Set(patterns).size, slotStates.length);
    assert.ok(legend.every(({ look }) => (look.pattern === undefined) === (look.ink === undefined)));
  });

  it('shows owners by hue, as long as hues can be told apart', () => {
    const hues = (shards: number): Set<string> =>
      new Set(
        paintMode('owner', makeSlotModel(makeSnapshot({ shards })), undefined).legend.map(({ look }) =>
          JSON.stringify(look),
        ),
      );
    assert.equal(hues(MOST_HUES).size, MOST_HUES);
    assert.equal(hues(MOST_HUES + 1).size, 1);
  });

  it('alternates the shade of neighbours that look alike else', () => {
    const { cells, looks } = paintMode('state', makeSlotModel(makeSnapshot()), undefined);
    assert.notEqual(looks[cells[0]!]!.strength, looks[cells[5462]!]!.strength);
  });

  it('shows moves without what does not move', () => {
    const { legend } = paintMode('migration', troubled, undefined);
    assert.deepEqual(
      legend.map(({ meaning }) => slotStrings.meaning(meaning, undefined, String)),
      ['at rest', 'half-open, migrating', 'no owner'],
    );
  });

  it('shows a gap and what is not known in the modes of figures', () => {
    const figures = levelFigures(everySlot(slot => (slot < 100 ? -1 : slot === 5000 ? 640 : 10)));
    const { legend } = paintMode('keys', troubled, figures);
    assert.deepEqual(
      legend.map(({ meaning, count }) => [slotStrings.meaning(meaning, 'keys', String), count]),
      [
        ['1 – 20', 16283],
        ['321 – 640', 1],
        ['no owner', 10],
        ['not known', 90],
      ],
    );
  });
});

describe('the levels of figures', () => {
  it('double up to the largest', () => {
    const { bounds, levels, total, known } = levelFigures([0, 1, 2, 3, 32, 33, 63, 64, -1]);
    assert.deepEqual(bounds, [0, 2, 4, 8, 16, 32, 64]);
    assert.deepEqual([...levels], [0, 1, 1, 2, 5, 6, 6, 6, UNKNOWN_LEVEL]);
    assert.deepEqual([total, known], [198, 8]);
  });

  it('leave out those that hold nothing', () => {
    assert.deepEqual(levelFigures([0, 0]).bounds, [0]);
    assert.deepEqual(levelFigures([1, 0]).bounds, [0, 1]);
    assert.deepEqual(levelFigures([3]).bounds, [0, 1, 2, 3]);
    assert.deepEqual(levelFigures([-1]), { levels: Uint8Array.of(UNKNOWN_LEVEL), bounds: [0], total: 0, known: 0 });
  });
});
