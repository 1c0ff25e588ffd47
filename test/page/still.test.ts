import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { pageViews } from '../../src/shared/pageProtocol';
import type { OpenPage } from '../support/pageHarness';
import { change, makeSnapshot, nodeId, SNAPSHOT_TIME } from '../support/pageSnapshots';
import { pageThemes, type PageThemeName } from '../support/pageThemes';
import { makePast, makePreview, makeStory, PAST_TIME, withPast } from '../support/stillSnapshots';
import { findCard, findNode, openPage } from './pageSuite';

const banner = ({ page }: OpenPage): Locator => page.locator('.still');
const slider = ({ page }: OpenPage): Locator => page.getByRole('slider', { name: 'Time' });
const announced = ({ page }: OpenPage): Promise<string> => page.locator('#announcer').innerText();
const questions = async (page: OpenPage) => (await page.posted()).filter(({ type }) => type === 'past');

/** Two minutes back, from the keyboard. */
async function openPast(options: Parameters<typeof openPage>[1] = {}): Promise<OpenPage> {
  const { live, then } = makeStory({ spares: 1 });
  const page = await openPage(live, options);
  await slider(page).press('ArrowLeft');
  await page.send(makePast(then));
  return page;
}

describe('topology page, the past', () => {
  it('has a line of time once there is a past, which stands at now', async () => {
    const page = await openPage(makeSnapshot());
    assert.equal(await slider(page).count(), 0);
    await page.send({ type: 'snapshot', snapshot: { ...withPast(makeSnapshot()), version: 2 } });
    assert.equal(await slider(page).getAttribute('aria-valuetext'), 'Now');
    assert.equal(await slider(page).getAttribute('aria-valuenow'), '1800');
    assert.equal(await banner(page).isVisible(), false);
  });

  it('is dragged to a time, shows how it was then, and comes back to what is now by Escape', async () => {
    const { live, then } = makeStory();
    const page = await openPage(live);
    const track = (await page.page.locator('.time-track').boundingBox())!;
    await page.page.mouse.move(track.x + track.width, track.y + 20);
    await page.page.mouse.down();
    await page.page.mouse.move(track.x + track.width / 2, track.y + 20);
    await page.page.mouse.up();
    const [question] = await questions(page);
    assert(question?.type === 'past' && question.step === undefined);
    assert.ok(Math.abs(question.atMilliseconds - (SNAPSHOT_TIME - 900_000)) < 20_000, String(question.atMilliseconds));

    await page.send(makePast(then, { atMilliseconds: question.atMilliseconds }));
    assert.match(await banner(page).innerText(), /As it was at \d\d:\d\d:\d\d \(15 min ago\)/);
    assert.match((await findNode(page, 7000).getAttribute('aria-label')) ?? '', /master of shard 1, slots 0-5461, ok/);
    await page.page.keyboard.press('Escape');
    assert.equal(await banner(page).isVisible(), false);
    assert.match((await findNode(page, 7000).getAttribute('aria-label')) ?? '', /failed/);
    assert.equal(await slider(page).getAttribute('aria-valuetext'), 'Now');
  });

  it('is stepped by keys, says where it is and keeps the focus', async () => {
    const { live, then } = makeStory();
    const page = await openPage(live);
    await slider(page).press('ArrowLeft');
    assert.deepEqual((await questions(page))[0], {
      type: 'past',
      request: 1,
      atMilliseconds: SNAPSHOT_TIME,
      step: 'before',
    });
    await page.send(makePast(then));
    assert.match((await slider(page).getAttribute('aria-valuetext')) ?? '', /^\d\d:\d\d:\d\d, 2 min ago$/);
    assert.match(await announced(page), /As it was at .* 2 nodes differ from now: /);
    await slider(page).press('Home');
    await page.send(makePast(then, { request: 2, atMilliseconds: SNAPSHOT_TIME - 1_800_000 }));
    await slider(page).press('ArrowRight');
    assert.deepEqual((await questions(page)).slice(1), [
      { type: 'past', request: 2, atMilliseconds: SNAPSHOT_TIME - 1_800_000 },
      { type: 'past', request: 3, atMilliseconds: SNAPSHOT_TIME - 1_800_000, step: 'after' },
    ]);
    await page.send({ type: 'past', request: 3, now: true });
    assert.equal(await slider(page).getAttribute('aria-valuetext'), 'Now');
    assert.equal(await page.page.evaluate("document.activeElement.getAttribute('role')"), 'slider');
  });

  it('asks one thing at a time, and ignores answers it does not wait for', async () => {
    const { live, then } = makeStory();
    const page = await openPage(live);
    for (const key of ['Home', 'PageUp', 'PageUp']) await slider(page).press(key);
    assert.equal((await questions(page)).length, 1);
    await page.send(makePast(then, { request: 7 }));
    assert.equal(await banner(page).isVisible(), false);
    await page.send(makePast(then, { request: 1, atMilliseconds: SNAPSHOT_TIME - 1_800_000 }));
    const [, last, ...more] = await questions(page);
    assert.deepEqual(last, { type: 'past', request: 2, atMilliseconds: SNAPSHOT_TIME - 1_680_000 });
    assert.deepEqual(more, []);
    await slider(page).press('End');
    await page.send(makePast(then, { request: 2 }));
    assert.equal(await banner(page).isVisible(), false);
  });

  it('goes on hearing of now, which it shows on the way back', async () => {
    const page = await openPast();
    const { live } = makeStory({ spares: 1 });
    await page.send({
      type: 'snapshot',
      snapshot: change(
        live,
        { 7001: { state: 'suspect', stateText: 'suspect 2/5' } },
        { nowMilliseconds: SNAPSHOT_TIME + 60_000 },
      ),
    });
    assert.match(await banner(page).innerText(), /3 min ago/);
    assert.match(await findCard(page, 7001).innerText(), /now suspect/);
    assert.doesNotMatch((await findNode(page, 7001).getAttribute('aria-label')) ?? '', /suspect 2/);
    await banner(page).getByRole('button', { name: 'Back to now' }).click();
    assert.match((await findNode(page, 7001).getAttribute('aria-label')) ?? '', /suspect 2\/5/);
  });

  it('marks what differs from now in every view, by glyph and word', async () => {
    const page = await openPast();
    assert.match(await findCard(page, 7003).innerText(), /now master \+1/);
    assert.match((await findNode(page, 7003).getAttribute('aria-label')) ?? '', /, now master, now slots 0-5461$/);
    assert.match((await findNode(page, 7000).getAttribute('aria-label')) ?? '', /, now failed, now no slots$/);
    assert.doesNotMatch((await findNode(page, 7001).getAttribute('aria-label')) ?? '', /now/);
    await page.page.keyboard.press('2');
    assert.match(await page.page.locator('.slots tr', { hasText: '127.0.0.1:7000' }).innerText(), /Δ now failed/);
    await page.page.keyboard.press('3');
    assert.match((await findNode(page, 7000).getAttribute('aria-label')) ?? '', /now failed/);
    await page.page.keyboard.press('4');
    assert.match(
      await page.page.locator('.table-row', { hasText: '127.0.0.1:7003' }).innerText(),
      /now master, now slots 0-5461/,
    );
    await page.page.keyboard.press('Escape');
    assert.equal(await page.page.getByRole('columnheader', { name: 'Differs' }).count(), 0);
  });

  it('names who came since and marks who is gone since', async () => {
    const then = makeSnapshot({ spares: 1 });
    const live = withPast({ ...then, nodes: then.nodes.slice(1), version: 2 });
    const page = await openPage(live);
    await slider(page).press('ArrowLeft');
    await page.send(makePast({ ...then, nodes: then.nodes.slice(0, -1) }));
    assert.match(await banner(page).innerText(), /Came since: 127\.0\.0\.1:7006\./);
    assert.match(await findCard(page, 7000).innerText(), /gone since/);
  });

  it('says where nobody looked', async () => {
    const { live, then } = makeStory();
    const page = await openPage(live);
    await slider(page).press('Home');
    await page.send(makePast(then, { seen: PAST_TIME - 60_000 }));
    assert.match(await banner(page).innerText(), /Nobody looked at that time/);
  });

  it('does nothing: no menu, no what-if, no slots moved, and says why', async () => {
    const page = await openPast();
    const why = /Nothing was done: this is the past/;
    await findNode(page, 7001).click({ button: 'right' });
    assert.deepEqual(await page.menus(), []);
    assert.match(await banner(page).innerText(), why);
    await findNode(page, 7001).focus();
    await page.page.keyboard.press('Shift+F10');
    assert.deepEqual(await page.menus(), []);
    await page.page.keyboard.press('w');
    assert.match(await announced(page), why);
    assert.equal(await page.page.locator('.what-if').isVisible(), false);
    await page.page.keyboard.press('2');
    await page.page.locator('.slot-owner-name').first().dblclick();
    const move = page.page.getByRole('button', { name: 'Move to' });
    assert.equal(await move.getAttribute('aria-disabled'), 'true');
    assert.match(await page.page.locator('.slot-selection-reason').innerText(), /This is the past/);
    const acts = (await page.posted()).filter(({ type }) => ['run', 'whatIf', 'measureSlots'].includes(type));
    assert.deepEqual(acts, []);
  });

  it('is over with another cluster', async () => {
    const page = await openPast();
    await page.send({ type: 'snapshot', snapshot: { ...makeSnapshot(), clusterId: 'cluster-2' } });
    assert.equal(await banner(page).isVisible(), false);
    assert.match((await findNode(page, 7000).getAttribute('aria-label')) ?? '', /ok/);
  });
});

describe('topology page, a plan before it runs', () => {
  const live = withPast(makeSnapshot());

  it('stands beside how it is now where there is room, with what changes marked in both', async () => {
    const page = await openPage(live, { width: 1280 });
    await page.send({ type: 'preview', preview: makePreview(live) });
    const words = await banner(page).innerText();
    for (const part of [
      'Plan: Let 127.0.0.1:7003 take over',
      'Nothing is done yet',
      'Writes to slots',
      '2 nodes change',
    ])
      assert.ok(words.includes(part), words);
    const [now, after] = ['Now', 'After the plan'].map(name => page.page.getByRole('group', { name, exact: true }));
    const label = async (pane: Locator, port: number) =>
      (await pane.locator(`[data-node-id="${nodeId(port)}"]:visible`).getAttribute('aria-label')) ?? '';
    assert.match(
      await label(now!, 7003),
      /replica of shard 1, ok, host host-2, will be master, will have slots 0-5461$/,
    );
    assert.match(
      await label(after!, 7003),
      /master of shard 1, slots 0-5461.*, was replica of 127\.0\.0\.1:7000, had no slots$/,
    );
    assert.equal(await banner(page).getByRole('button', { name: 'Now' }).count(), 0);
  });

  it('is switched where there is no room for both', async () => {
    const page = await openPage(live, { width: 700 });
    await page.send({ type: 'preview', preview: makePreview(live) });
    assert.match((await findNode(page, 7003).getAttribute('aria-label')) ?? '', /^127\.0\.0\.1:7003, master/);
    await banner(page).getByRole('button', { name: 'Now' }).click();
    assert.match((await findNode(page, 7003).getAttribute('aria-label')) ?? '', /^127\.0\.0\.1:7003, replica/);
    await page.page.setViewportSize({ width: 1300, height: 800 });
    await page.page.getByRole('group', { name: 'After the plan' }).waitFor();
  });

  it('is run or left from its banner or by Escape, once', async () => {
    const page = await openPage(live);
    const ends = async () => (await page.posted()).filter(({ type }) => type === 'endPreview');
    await page.send({ type: 'preview', preview: makePreview(live) });
    await banner(page).getByRole('button', { name: 'Fail Over…' }).click();
    assert.equal(await banner(page).isVisible(), false);
    await page.send({ type: 'preview', preview: makePreview(live, { id: 2 }) });
    await page.page.keyboard.press('Escape');
    await page.page.keyboard.press('Escape');
    assert.deepEqual(await ends(), [
      { type: 'endPreview', id: 1, run: true },
      { type: 'endPreview', id: 2, run: false },
    ]);
    await page.send({ type: 'preview', preview: makePreview(live, { id: 3 }) });
    await page.send({ type: 'preview' });
    assert.equal(await banner(page).isVisible(), false);
  });

  it('says when the cluster has changed since, and begins nothing else', async () => {
    const page = await openPage(live);
    await page.send({ type: 'preview', preview: makePreview(live, { outdated: true }) });
    assert.match(await banner(page).innerText(), /The cluster has changed since this plan was made/);
    await findNode(page, 7001).first().click({ button: 'right' });
    assert.deepEqual(await page.menus(), []);
    await slider(page).press('ArrowLeft');
    assert.match(await banner(page).innerText(), /a plan is being looked at/);
    assert.deepEqual(await questions(page), []);
  });

  it('walks each picture by keys on its own', async () => {
    const page = await openPage(live);
    await page.send({ type: 'preview', preview: makePreview(live) });
    const after = page.page.getByRole('group', { name: 'After the plan' });
    await after.locator(`[data-node-id="${nodeId(7001)}"]:visible`).focus();
    await page.page.keyboard.press('ArrowDown');
    assert.equal(await after.locator(':focus').count(), 1);
    await page.page.keyboard.press('Space');
    assert.equal(await page.page.locator('[aria-selected="true"]:visible').count(), 2);
  });
});

describe('topology page, other pictures in every theme', () => {
  const themes = Object.keys(pageThemes) as PageThemeName[];
  for (const theme of themes)
    it(`the past and a plan have no violation in the theme ${theme}`, async () => {
      const page = await openPast({ theme });
      const inViews = async (what: string): Promise<void> => {
        for (const [index, view] of pageViews.entries()) {
          // Each view in one theme, the graph in all.
          if (view !== 'graph' && theme !== themes[index]) continue;
          await page.page.keyboard.press(String(index + 1));
          assert.deepEqual(await page.audit(), [], view);
          await page.screenshot(`still-${what}-${theme}-${view}`);
        }
      };
      await inViews('past');
      const { live } = makeStory({ spares: 1 });
      await page.page.keyboard.press('Escape');
      await page.send({ type: 'preview', preview: makePreview({ ...live, shards: live.shards.slice(1) }) });
      await page.page.keyboard.press('1');
      await inViews('plan');
    });

  for (const [nodes, shards] of [
    [6, 3],
    [60, 29],
    [400, 198],
  ] as const)
    for (const width of [320, 1600])
      it(`${nodes} nodes fit into ${width} px`, async () => {
        const { live, then } = makeStory({ shards, spares: nodes > 6 ? 2 : 0 });
        const page = await openPage(live, { width, height: 900 });
        const fits = async (what: string): Promise<void> => {
          const wider = await page.page.evaluate('document.documentElement.scrollWidth - innerWidth');
          assert.ok((wider as number) <= 0, `${what}: ${String(wider)} px too wide`);
          await page.screenshot(`still-${what}-${nodes}-${width}`);
        };
        await slider(page).press('ArrowLeft');
        await page.send(makePast(then));
        await fits('past');
        await page.page.keyboard.press('Escape');
        const well = { ...withPast(then), version: live.version + 1 };
        await page.send({ type: 'snapshot', snapshot: well });
        await page.send({ type: 'preview', preview: makePreview(well) });
        await fits('plan');
      });
});
