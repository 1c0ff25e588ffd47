import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseFromPage, pageViews, slotModes } from '../../../src/shared/pageProtocol';
import { readRanges } from '../../../src/shared/slotRanges';
import { parsePageState, parseToPage } from '../../../src/webview/parseToPage';
import { readSelection } from '../../../src/webview/slots/slotSelection';
import { filterRows } from '../../../src/webview/table/filterRows';
import { makeBusySnapshot, makeEventfulSnapshot, makeSnapshot, nodeId } from '../../support/pageSnapshots';
import { makePast, makePreview } from '../../support/stillSnapshots';
import { assertReadable, fuzz } from './fuzz';
import { mutatedJson, textLike } from './mutations';

describe('What the page says to the extension', () => {
  const id = nodeId(7000);
  const messages = [
    { type: 'ready' },
    { type: 'select', nodeId: id },
    { type: 'measureSlots', by: 'keys' },
    { type: 'run', request: { command: 'reshard', slots: '0-100', to: id } },
    { type: 'run', request: { command: 'addNode', node: id, as: 'replica', master: id } },
    { type: 'run', request: { command: 'replaceNode', node: id, spare: id } },
    { type: 'whatIf', subject: { kind: 'node', nodeId: id } },
    { type: 'past', request: 1, atMilliseconds: 5, step: 'before' },
    { type: 'endPreview', id: 1, run: true },
    { type: 'copy', text: 'a,b' },
    { type: 'problem', message: 'm' },
  ];
  fuzz('is refused, or nothing but what it may say', mutatedJson(messages), value => {
    const message = parseFromPage(value);
    if (!message) return;
    assert.ok(messages.some(({ type }) => type === message.type) || ['reveal', 'stopMeasuring'].includes(message.type));
    const known = [
      'type',
      'nodeId',
      'by',
      'request',
      'subject',
      'atMilliseconds',
      'step',
      'id',
      'run',
      'text',
      'message',
    ];
    assert.deepEqual(
      Object.keys(message).filter(key => !known.includes(key)),
      [],
    );
    if (message.type === 'run')
      for (const [key, part] of Object.entries(message.request)) {
        if (key === 'slots') assert.ok('ranges' in readRanges(part));
        else if (!['command', 'as'].includes(key)) assert.match(part, /^[0-9a-f]{40}$/);
      }
    // The same again is the same: nothing hangs on the object it came in.
    assert.deepEqual(parseFromPage(structuredClone(message)), message);
  });
});

describe('What the extension says to the page', () => {
  const snapshots = [makeSnapshot(), makeBusySnapshot(), makeEventfulSnapshot()];
  const figures = {
    type: 'slotFigures',
    by: 'keys',
    values: [1, 2],
    atMilliseconds: 1,
    missing: [{ nodeId: 'a', reason: 'x' }],
  };
  const messages: unknown[] = [
    ...snapshots.map(snapshot => ({ type: 'snapshot', snapshot })),
    { type: 'select', nodeId: 'a' },
    figures,
    makePast(snapshots[0]!),
    makePreview(snapshots[0]!),
    { type: 'copied' },
  ];
  fuzz('is taken, or said what is wrong with it', mutatedJson(messages), value => {
    const parsed = parseToPage(value);
    if ('problem' in parsed) assertReadable(parsed.problem, value);
    else assert.equal(typeof parsed.message.type, 'string');
  });

  const state = {
    clusterId: 'a',
    view: 'slots',
    selectedNodeId: 'b',
    timelineFolded: true,
    slots: { mode: 'keys', selected: '0-9', cursor: 1 },
  };
  fuzz('and what a former page left behind', mutatedJson([state]), value => {
    const left = parsePageState(value);
    if (!left) return;
    assert.ok(pageViews.includes(left.view));
    if (left.slots) assert.ok(slotModes.includes(left.slots.mode) && 'ranges' in readRanges(left.slots.selected));
  });
});

describe('What is typed on the page', () => {
  fuzz('to select slots', textLike(['0-100,5461', '16384', '5-1', 'a']), text => {
    const read = readSelection(text);
    if ('selection' in read) assert.ok(read.selection.every(({ start, end }) => start <= end && end < 16384));
    else assert.equal(typeof read.part, 'string');
  });

  const rows = makeSnapshot().nodes.map(node => ({ key: node.id, node, shard: undefined })) as never[];
  fuzz(
    'to find rows',
    fc.oneof(
      textLike(['role:master -host:eu "shard 2"', 'slot:5461 state:failed', 'constructor:x -']),
      fc.string({ maxLength: 200 }),
    ),
    text => {
      assert.ok(filterRows(rows, text).length <= rows.length);
    },
  );
});
