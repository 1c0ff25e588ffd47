import assert from 'node:assert/strict';
import type { PageWhatIfAnswer } from '../../src/shared/pageWhatIf';
import { pageViews, type Snapshot } from '../../src/shared/pageProtocol';
import { makeMovingSnapshot, makeSwappedSnapshot } from '../support/movingSnapshots';
import type { OpenPage } from '../support/pageHarness';
import {
  change,
  failOver,
  makeBusySnapshot,
  makeEventfulSnapshot,
  makeSnapshot,
  nodeId,
} from '../support/pageSnapshots';
import { chineseTranslation, markGiven, pseudoTranslation, untranslated } from '../support/pageWords';
import { makeTroubledSnapshot } from '../support/scaleSnapshots';
import { makePast, makePreview, withPast } from '../support/stillSnapshots';
import { findFlaws } from './findFlaws';
import { openPage } from './pageSuite';

describe('topology page, in another language', () => {
  const translation = pseudoTranslation();
  let version = 0;
  let page: OpenPage;

  const show = (snapshot: Snapshot): Promise<void> =>
    page.send(markGiven({ type: 'snapshot', snapshot: { ...snapshot, version: ++version } }));
  const press = (key: string): Promise<void> => page.page.keyboard.press(key);

  /** All that is to be read or heard must be from the bundle, or given. */
  async function check(where: string): Promise<void> {
    const left = (await readAll(page)).filter(text => untranslated(text) !== '');
    assert.deepEqual(left, [], `Not translated ${where}.`);
  }

  beforeEach(async () => {
    version = 0;
    page = await openPage(undefined, { translation, width: 1280 });
    await page.page.evaluate(recordSaid);
  });

  it('says nothing in English: what stands in place of a picture, and the help', async () => {
    assert.equal(await page.page.evaluate('document.documentElement.lang'), 'qps-ploc');
    assert.equal(await page.page.locator('.notice-title').innerText(), '⟦Looking at the cluster…⟧');
    await check('while it waits');
    await press('?');
    await check('in the help');
    await press('Escape');
    await show({ ...makeSnapshot({ shards: 0 }), status: 'unknown' });
    await check('where nobody answers');
    await show(makeSnapshot({ shards: 0 }));
    await check('where there is no node');
  });

  it('says nothing in English in any view, whatever goes on', async () => {
    const busy = makeBusySnapshot();
    const stories = {
      'when all is well': makeSnapshot({ spares: 2 }),
      'when a master failed': withPast(failOver(makeSnapshot({ spares: 2 }))),
      'in all states': change(busy, { 7009: { name: '10.0.0.9:6379', hostLabel: '10.0.0.9' } }),
      'with events': makeEventfulSnapshot(),
      'while slots move': makeMovingSnapshot(),
      'after a failover': makeSwappedSnapshot(),
      'with open slots': openSlots(),
      'with all stopped': stopped(),
    };
    for (const view of pageViews) {
      await press(String(pageViews.indexOf(view) + 1));
      for (const [what, snapshot] of Object.entries(stories)) {
        await show(snapshot);
        await check(`${what}, in the view ${view}`);
      }
    }
  });

  it('says nothing in English where something is asked for', async () => {
    await show(makeSnapshot({ spares: 1 }));
    await press('3');
    await page.page.locator('.host-bar .segmented button').nth(1).click();
    await check('in the matrix');
    await page.page.locator('.host-bar .segmented button').nth(0).click();
    await page.page.locator('[data-key^="host:"]').first().focus();
    await press('w');
    await check('while it is asked what if');
    await page.send(whatIfOf((await page.posted()).findLast(({ type }) => type === 'whatIf')));
    await check('in a what-if');
    await press('Escape');
    await press('4');
    await page.page.locator('.table-bar .segmented button').nth(1).click();
    await check('in the table of shards');
    await page.page.locator('.table-filter input').fill('nothing has this');
    await check('in an empty table');
    await page.send({ type: 'copied' });
    await check('after a copy');
    await press('Escape');
    await press('Escape');
    await press('2');
    for (const [index, by] of (['keys', 'memory', 'cpu', 'network'] as const).entries()) {
      await page.page
        .locator('.slot-modes button')
        .nth(index + 2)
        .click();
      await check(`while ${by} are measured`);
      const values = Array.from({ length: 16384 }, (_, slot) => slot % 5);
      const missing = [{ nodeId: nodeId(7002), reason: 'It is silent.' }];
      await page.send(markGiven({ type: 'slotFigures', by, values, atMilliseconds: 0, sampled: true, missing }));
      await check(`where ${by} were measured`);
    }
    const field = page.page.locator('.slot-finder input');
    for (const typed of ['', '9-1', '99999', '?', '0-100,5461']) {
      await field.first().fill(typed);
      await press('Enter');
      await check(`after ${typed} was typed for slots`);
    }
    await field.last().fill('user');
    await check('where a key was looked up');
  });

  it('says nothing in English while something is moved, of a plan, and of the past', async () => {
    const live = withPast(makeSnapshot({ spares: 1, replicas: 2 }));
    await show(live);
    for (const port of [7003, 7009, 7000]) {
      await page.page
        .locator(`[data-node-id="${nodeId(port)}"]`)
        .first()
        .focus();
      await press('m');
      await check(`while ${port} is moved`);
      await press('ArrowRight');
      await check(`while ${port} is on another`);
      await press('Escape');
    }
    await page.send(markGiven({ type: 'preview', preview: makePreview(live, { outdated: true }) }));
    await check('of a plan');
    await press('Escape');
    await page.page.locator('.time-handle').focus();
    await press('Home');
    const then = change(failOver(live), { 7001: { slots: '', slotCount: 0 }, 7005: { state: 'syncing' } });
    await page.send(markGiven(makePast(then, { atMilliseconds: live.nowMilliseconds - 60_000, seen: 0 })));
    await check('of the past');
    await press('m');
    await check('where nothing may be moved');
  });

  it('says nothing in English of a large cluster, on the canvas as well', async () => {
    await show(makeTroubledSnapshot(300));
    await page.page.locator('.search-field').fill('7003');
    await check('in the search');
    await page.page.locator('.scale-bar .toggle').click();
    for (let times = 0; times < 8; times++) await page.page.locator('.scale-bar .segmented button').last().click();
    await check('on cards that are painted');
  });
});

describe('topology page, in Chinese', () => {
  const translation = chineseTranslation();

  for (const width of [320, 1280])
    it(`keeps every word in its place at ${width} px, in every view`, async () => {
      const page = await openPage(makeBusySnapshot(), { translation, width });
      for (const [index, view] of pageViews.entries()) {
        await page.page.keyboard.press(String(index + 1));
        await page.screenshot(`chinese-${view}-${width}`);
        assert.deepEqual(await findFlaws(page), []);
      }
      assert.equal(
        await page.page.locator('.counts').innerText(),
        '4 个主节点 · 7 个副本 · 2 个备用节点 · 1 个故障节点',
      );
      assert.deepEqual(await page.audit(), []);
    });
});

function openSlots(): Snapshot {
  const [nodeA, nodeB] = [nodeId(7000), nodeId(7001)];
  return {
    ...makeSnapshot(),
    openSlots: [
      { slots: '0-3', direction: 'migrating', nodeId: nodeA, peerId: nodeB },
      { slots: '5461', direction: 'importing', nodeId: nodeA, peerId: nodeB },
    ],
    disputedSlots: [{ slots: '7', text: 'Two say that it is theirs.' }],
  };
}

function stopped(): Snapshot {
  const snapshot = makeSnapshot();
  const at = {
    role: 'spare',
    state: 'unreachable',
    stateText: 'stopped',
    stopped: true,
    slots: '',
    slotCount: 0,
  } as const;
  return { ...snapshot, shards: [], nodes: snapshot.nodes.map(node => ({ ...node, ...at })) };
}

function whatIfOf(asked: unknown): PageWhatIfAnswer {
  const { subject } = asked as PageWhatIfAnswer;
  const [first, second] = makeSnapshot().shards;
  return {
    type: 'whatIf',
    subject,
    loss: markGiven({
      text: 'Slots are lost.',
      remedy: 'Add a replica.',
      mends: [],
      nodeIds: [nodeId(7000)],
      losesMajority: true,
      fates: [
        { shardId: first!.id, kind: 'lost', slots: first!.slots },
        { shardId: second!.id, kind: 'takenOver', slots: second!.slots, replicaId: nodeId(7004) },
      ],
      slotsDown: first!.slots,
      slotsDownCount: 5461,
    }),
  };
}

/** What can be seen, hovered or heard, and what was said or painted since the last time. Keys bear the names that stand on them. */
function readAll({ page }: OpenPage): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const texts = new Set(testHost.said.splice(0));
    for (const element of document.querySelectorAll('body, body *')) {
      if (element.closest('kbd, script, .marker-letter, .matrix-mark, #slot-field-key')) continue;
      if (!element.checkVisibility?.({ visibilityProperty: true })) continue;
      for (const name of ['title', 'aria-label', 'aria-description', 'aria-valuetext', 'placeholder'])
        if (element.hasAttribute(name)) texts.add(element.getAttribute(name));
      for (const node of element.childNodes) if (node.nodeType === 3) texts.add(node.nodeValue);
    }
    return [...texts];
  })()`);
}

const recordSaid = `(() => {
  testHost.said = [];
  new MutationObserver(() => testHost.said.push(document.getElementById('announcer').textContent))
    .observe(document.getElementById('announcer'), { childList: true });
  const paint = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    // What was shortened for want of room, and the letters in marks, are no whole words.
    if (!text.includes('…') && text.length > 1) testHost.said.push(text);
    paint.call(this, text, ...rest);
  };
})()`;
