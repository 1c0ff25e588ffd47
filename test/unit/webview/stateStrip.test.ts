import assert from 'node:assert/strict';
import type { PageRun } from '../../../src/shared/pageProtocol';
import { formatAgo, formatClock, formatDuration } from '../../../src/webview/formatTimes';
import { describeHistory, STRIP_CELLS, stripCells, stripPaths } from '../../../src/webview/stateStrip';

/** At the end of a cell of twenty seconds. */
const now = Date.UTC(2030, 0, 1, 14, 3, 19, 999);
const run = (secondsAgo: number, state: PageRun['state']): PageRun => ({
  atMilliseconds: now - secondsAgo * 1000,
  state,
});

describe('stripCells', () => {
  it('fills every cell of a node that was always well', () => {
    assert.deepEqual(stripCells([run(3600, 'ok')], now), Array(STRIP_CELLS).fill('ok'));
  });

  it('shows a failure of a second as a whole cell', () => {
    const cells = stripCells([run(3600, 'ok'), run(50, 'failed'), run(49, 'ok')], now);
    assert.deepEqual(cells.slice(-4), ['ok', 'failed', 'ok', 'ok']);
  });

  it('shows the worst of what was in a cell, whichever came last', () => {
    const cells = stripCells([run(3600, 'ok'), run(18, 'failed'), run(12, 'suspect'), run(6, 'ok')], now);
    assert.deepEqual(cells.slice(-2), ['ok', 'failed']);
  });

  it('leaves out the time before the first look and that in which nobody looked', () => {
    const cells = stripCells([run(95, 'ok'), run(75, 'unknown'), run(35, 'ok')], now);
    assert.deepEqual(cells.slice(-6), [undefined, 'ok', 'ok', undefined, 'ok', 'ok']);
    assert.deepEqual(stripCells([], now), Array(STRIP_CELLS).fill(undefined));
  });

  it('keeps its cells where they are while time goes on, and moves them on by one when one is full', () => {
    const history = [run(3600, 'ok'), run(110, 'failed'), run(105, 'ok')];
    const at = (seconds: number): number => stripCells(history, now + seconds * 1000).indexOf('failed');
    assert.equal(at(19), at(1));
    assert.equal(at(21), at(1) - 1);
  });
});

describe('stripPaths', () => {
  it('draws one path per state, the worse the higher', () => {
    assert.deepEqual(stripPaths(['ok', undefined, 'failed', 'ok']), [
      { state: 'ok', path: 'M0 9h8v3h-8zM30 9h8v3h-8z' },
      { state: 'failed', path: 'M20 0h8v12h-8z' },
    ]);
  });

  it('gives every trouble a shape of its own', () => {
    const shapes = (['ok', 'linkDown', 'suspect', 'unreachable', 'failed'] as const).map(
      state => stripPaths([state])[0]!.path,
    );
    assert.equal(new Set(shapes).size, shapes.length);
  });
});

describe('describeHistory', () => {
  it('says nothing of a node that did not change', () => {
    assert.equal(describeHistory([run(3600, 'ok')], now), undefined);
    assert.equal(describeHistory([run(3600, 'failed'), run(1200, 'ok')], now), undefined);
    assert.equal(describeHistory([], now), undefined);
  });

  it('says what it was, when it changed and for how long', () => {
    const history = [run(3600, 'ok'), run(30, 'failed'), run(18, 'ok')];
    const clock = formatClock(now - 30_000);
    assert.equal(describeHistory(history, now), `Last 10 minutes: ok, failed ${clock} for 12 s, ok`);
  });

  it('says since when it is in trouble', () => {
    const history = [run(300, 'ok'), run(30, 'linkDown')];
    assert.equal(
      describeHistory(history, now),
      `Since ${formatClock(now - 300_000)}: ok, link down since ${formatClock(now - 30_000)}`,
    );
  });

  it('counts the changes that are too many to tell', () => {
    const history = Array.from({ length: 30 }, (_, index) => run(90 - 3 * index, index % 2 === 0 ? 'suspect' : 'ok'));
    assert.match(describeHistory(history, now) ?? '', /^Since \d\d:\d\d:\d\d: 21 changes, ok, suspect /);
  });
});

describe('formatAgo and formatDuration', () => {
  for (const [seconds, text] of [
    [-3, 'now'],
    [4, 'now'],
    [23, '20 s ago'],
    [60, '1 min ago'],
    [5399, '90 min ago'],
    [7200, '2 h ago'],
    [400_000, '5 days ago'],
  ] as const)
    it(`calls ${seconds} s "${text}"`, () => assert.equal(formatAgo(seconds * 1000), text));
  for (const [seconds, text] of [
    [0.04, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [300, '5 min'],
    [9000, '2.5 h'],
  ] as const)
    it(`writes ${seconds} s as ${text}`, () => assert.equal(formatDuration(seconds * 1000), text));
});
