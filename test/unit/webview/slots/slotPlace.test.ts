import assert from 'node:assert/strict';
import { formatRanges } from '../../../../src/shared/slotRanges';
import { mapKey } from '../../../../src/webview/slots/mapKeys';
import { makeSlotModel } from '../../../../src/webview/slots/slotModel';
import {
  brush,
  dragTo,
  goTo,
  nextWith,
  placeAt,
  press,
  pressKey,
  selectStretch,
} from '../../../../src/webview/slots/slotPlace';
import { readSelection, toggleSlot } from '../../../../src/webview/slots/slotSelection';
import { makeSnapshot } from '../../../support/pageSnapshots';

const model = makeSlotModel(makeSnapshot());
const start = placeAt(300, []);
const selected = ({ selection }: typeof start): string => formatRanges(selection);

describe('what the hand does in the slots', () => {
  it('selects from where a drag begins to where it is, either way', () => {
    const down = press(start, 500, 'replace');
    assert.equal(selected(down), '500');
    assert.equal(selected(dragTo(down, 600)), '500-600');
    assert.equal(selected(dragTo(dragTo(down, 600), 450)), '450-500');
  });

  it('adds, takes out and extends', () => {
    const some = press(start, 500, 'replace');
    const more = dragTo(press(some, 700, 'add'), 710);
    assert.equal(selected(more), '500,700-710');
    assert.equal(selected(press(more, 705, 'add')), '500,700-704,706-710');
    assert.equal(selected(press(some, 490, 'extend')), '490-500');
  });

  const keys = (place: typeof start, ...pressed: string[]): typeof start =>
    pressed.reduce((before, text) => {
      const names = text.split('+').filter(Boolean);
      const key = mapKey(
        {
          key: text.endsWith('+') ? '+' : names.at(-1)!,
          shiftKey: names[0] === 'Shift',
          ctrlKey: names[0] === 'Ctrl',
          metaKey: false,
          altKey: names[0] === 'Alt',
        },
        before.cursor,
        before.window.columns,
      );
      return (key && pressKey(before, key, model)) ?? before;
    }, place);

  it('moves by keys, by slots, rows and pages, and stops at the ends', () => {
    assert.equal(keys(start, 'ArrowRight').cursor, 301);
    assert.equal(keys(start, 'ArrowDown', 'ArrowLeft').cursor, 427);
    assert.equal(keys(start, 'PageDown').cursor, 300 + 1024);
    assert.equal(keys(start, 'Home').cursor, 0);
    assert.equal(keys(start, 'End').cursor, 16383);
    assert.equal(keys(start, 'PageUp', 'ArrowLeft').cursor, 0);
    assert.equal(keys(start, 'End', 'ArrowDown').cursor, 16383);
    assert.equal(keys(start, 'Alt+ArrowRight').cursor, 300);
  });

  it('selects by keys', () => {
    assert.equal(selected(keys(start, 'Shift+ArrowRight', 'Shift+ArrowRight')), '300-302');
    assert.equal(selected(keys(start, 'Shift+ArrowRight', 'Shift+ArrowLeft', 'Shift+ArrowLeft')), '299-300');
    assert.equal(selected(keys(start, ' ', 'ArrowRight', 'ArrowRight', ' ')), '300,302');
    assert.equal(selected(keys(start, 'Enter')), '0-5461');
    assert.equal(selected(keys(start, 'Ctrl+a')), '0-16383');
    assert.equal(selected(keys(start, 'Ctrl+a', 'Escape')), '');
    assert.equal(pressKey(start, { does: 'clear' }, model), undefined);
  });

  it('shows fewer and more slots, the cursor among them', () => {
    const near = keys(start, '+', '+');
    assert.deepEqual([near.window.columns, near.window.first <= 300 && near.window.first + 1024 > 300], [32, true]);
    assert.equal(keys(near, '-').window.columns, 64);
    assert.equal(keys(near, '0').window.columns, 128);
    const far = keys(near, 'End');
    assert.equal(far.window.first, 16384 - 1024);
    assert.equal(far.window.columns, 32);
  });

  it('brings the cursor along when the strip is brushed', () => {
    const { window, cursor } = brush(start, { start: 8000, end: 8100 });
    assert.equal(window.columns, 16);
    assert(cursor >= window.first && cursor < window.first + 256);
  });

  it('takes the stretch of one owner and state', () => {
    assert.equal(selected(selectStretch(start, 6000, model)), '5462-10922');
    assert.equal(selected(selectStretch(start, 16383, model)), '10923-16383');
  });

  it('goes from one stretch to the next, and begins again', () => {
    const cells = new Uint8Array(16384);
    cells.fill(3, 100, 200);
    cells.fill(4, 16000);
    assert.equal(nextWith(cells, [3, 4], 0), 100);
    assert.equal(nextWith(cells, [3, 4], 150), 16000);
    assert.equal(nextWith(cells, [3, 4], 16383), 100);
    assert.equal(nextWith(cells, [7], 0), undefined);
    assert.equal(nextWith(cells, [0], 16383), 0);
    assert.equal(goTo(start, 100).cursor, 100);
  });
});

describe('slots that somebody typed', () => {
  for (const [text, expected] of [
    ['0-100,5461', { selection: '0-100,5461' }],
    [' 7 , 5-6', { selection: '5-7' }],
    ['', { problem: 'empty', part: '' }],
    [' , ', { problem: 'empty', part: ',' }],
    ['a-b', { problem: 'unreadable', part: 'a-b' }],
    ['1,16384', { problem: 'beyond', part: '16384' }],
    ['0-99999999', { problem: 'beyond', part: '0-99999999' }],
    ['9-3', { problem: 'backwards', part: '9-3' }],
    ['-3', { problem: 'unreadable', part: '-3' }],
  ] as const)
    it(`"${text}"`, () => {
      const read = readSelection(text);
      assert.deepEqual('selection' in read ? { selection: formatRanges(read.selection) } : read, expected);
    });

  it('takes a slot out of the middle and back in', () => {
    const without = toggleSlot([{ start: 1, end: 3 }], 2);
    assert.equal(formatRanges(without), '1,3');
    assert.equal(formatRanges(toggleSlot(without, 2)), '1-3');
    assert.deepEqual(toggleSlot([{ start: 1, end: 1 }], 1), []);
  });
});
