import assert from 'node:assert/strict';
import { snapshotChanges } from '../../src/shared/snapshotChanges';
import { change, nodeId } from '../support/pageSnapshots';
import { pageThemes, type PageThemeName } from '../support/pageThemes';
import type { OpenPage } from '../support/pageHarness';
import { makeLargeSnapshot, makeTroubledSnapshot } from '../support/scaleSnapshots';
import { findGroup, findNode, focusedPort, openPage, untilStill, waitFor } from './pageSuite';

/** By how much of 255 the picture differs at most from the one that was asked about before. */
const COMPARE_PICTURES = `{
  let before = [];
  window.comparePictures = () =>
    new Promise(done =>
      requestAnimationFrame(() => {
        const canvas = document.querySelector('.grid-stage canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        done(data.reduce((most, value, index) => Math.max(most, Math.abs(value - before[index])), 0));
        before = data;
      }),
    );
}`;

describe('topology page, graph at scale', () => {
  // What a canvas draws, an audit cannot see.
  for (const nodes of [60, 1000])
    for (const theme of nodes === 60 ? (Object.keys(pageThemes) as PageThemeName[]) : (['dark'] as const))
      it(`has no violation with ${nodes} nodes in trouble, in the theme ${theme}`, async () => {
        const page = await openPage(makeTroubledSnapshot(nodes), { theme });
        await page.page.keyboard.press('/');
        await page.page.keyboard.type('host-3');
        await page.page.keyboard.press('Enter');
        await page.screenshot(`scale-${nodes}-${theme}-trouble`);
        assert.deepEqual(await page.audit(), []);
      });

  it('shows tiles from 25 nodes on, shards in trouble as cards before them, and keeps their places', async () => {
    const healthy = makeLargeSnapshot(60);
    const page = await openPage(healthy);
    const place = await findNode(page, 7010).boundingBox();
    await page.send({
      type: 'snapshot',
      snapshot: change(healthy, { 7003: { state: 'failed', stateText: 'failed' } }),
    });
    await untilStill(page);
    assert.match((await page.page.locator('.statement').textContent()) ?? '', /1 shard with problems/);
    const [troubled, well] = await Promise.all(
      ['slot-1756', 'slot-0'].map(id => findGroup(page, `shard:${id}`).boundingBox()),
    );
    assert.ok(troubled && well && troubled.y < well.y && troubled.height > 2 * well.height);
    assert.equal((await findNode(page, 7010).boundingBox())?.x, place?.x);
  });

  it('begins with the problems alone where a grid is in trouble, says so, and shows all on p', async () => {
    const page = await openPage(makeTroubledSnapshot(1000));
    assert.equal(await statement(page), '6 of 498 shards, those with problems, as something is wrong');
    assert.equal(await setSize(page), '16');
    await page.page.keyboard.press('p');
    assert.equal(await statement(page), '6 shards with problems');
    assert.equal(await setSize(page), '1000');
  });

  it('does not begin so when all is well, nor does it fold anybody away by itself later', async () => {
    const healthy = makeLargeSnapshot(300);
    const page = await openPage(healthy);
    assert.equal(await page.page.locator('.toggle').isDisabled(), true);
    const next = change(healthy, { 7003: { state: 'failed', stateText: 'failed' } });
    await page.send({ type: 'snapshot', snapshot: next });
    assert.equal(await setSize(page), '300');
    await page.page.keyboard.press('p');
    assert.equal(await setSize(page), '2');
    // What got well meanwhile stays until nothing is wrong any more.
    const other = change(next, {
      7003: { state: 'ok', stateText: 'ok' },
      7004: { state: 'failed', stateText: 'failed' },
    });
    await page.send({ type: 'snapshot', snapshot: other });
    assert.equal(await setSize(page), '4');
    await page.send({ type: 'snapshot', snapshot: { ...healthy, version: 99 } });
    assert.equal(await setSize(page), '300');
  });

  for (const zoom of [0, 4, 8])
    it(`paints what changed as it would paint all, ${zoom} steps nearer`, async () => {
      const begin = change(makeLargeSnapshot(300), {}, { version: 1 });
      const page = await openPage(begin, { reduceMotion: true });
      for (let step = 0; step < zoom; step++) await page.page.keyboard.press('+');
      await page.page.evaluate(COMPARE_PICTURES);
      const difference = () => page.page.evaluate<number>('comparePictures()');
      const states = ['failed', 'suspect', 'syncing', 'ok', 'unreachable', 'ok'] as const;
      let before = begin;
      await difference();
      const seen: boolean[] = [];
      for (const [turn, state] of states.entries()) {
        const ports = [7000 + turn, 7150 + turn, 7151 - turn, 7297 + (turn % 2)];
        const look = { state, stateText: state, operationsPerSecond: turn };
        const after = change(before, Object.fromEntries(ports.map(port => [port, look])), {
          shards: before.shards.map((shard, index) => (index === turn + 3 ? { ...shard, slots: '0-5' } : shard)),
        });
        await page.send({ type: 'changes', changes: snapshotChanges(before, after) });
        seen.push((await difference()) > 50);
        // The colours are read anew, so that all is painted.
        await page.page.evaluate("document.documentElement.classList.toggle('repaint')");
        // An edge comes out a little otherwise where it is drawn alone and not with a hundred others.
        const blurred = await difference();
        assert.ok(blurred < 20, `turn ${turn}: ${blurred}`);
        before = after;
      }
      assert.ok(seen.includes(true), 'some of it is in sight');
    });

  it('moves the focus by keys to nodes that have their names, and acts on them', async () => {
    const page = await openPage(makeLargeSnapshot(1000));
    const item = page.page.locator('.grid-item');
    await item.focus();
    assert.equal(await focusedPort(page), 7000);
    await page.page.keyboard.press('ArrowRight');
    assert.equal(await focusedPort(page), 7498);
    assert.match((await item.getAttribute('aria-label')) ?? '', /^127\.0\.0\.1:7498, replica of shard 1, ok, host /);
    assert.equal(await item.getAttribute('aria-posinset'), '2');
    await page.page.keyboard.press('ArrowRight');
    await page.page.keyboard.press('ArrowDown');
    const below = await focusedPort(page);
    assert.ok(below !== undefined && below > 7001 && below < 7498);
    await page.page.keyboard.press('Space');
    await page.page.keyboard.press('Enter');
    assert.deepEqual((await page.posted()).slice(-2), [
      { type: 'select', nodeId: nodeId(below) },
      { type: 'reveal', nodeId: nodeId(below) },
    ]);
    await page.page.keyboard.press('Shift+F10');
    assert.equal((await page.menus()).at(-1)?.nodeId, nodeId(below));
    await page.page.keyboard.press('End');
    assert.equal(await item.getAttribute('aria-posinset'), '1000');
  });

  it('finds nodes under the mouse: click, double click, menu and tooltip', async () => {
    const page = await openPage(makeLargeSnapshot(1000));
    await page.page.locator('.grid-item').focus();
    for (let step = 0; step < 3; step++) await page.page.keyboard.press('ArrowRight');
    const port = await focusedPort(page);
    const box = await page.page.locator('.grid-item').boundingBox();
    assert.ok(box && port !== undefined);
    await page.page.keyboard.press('Home');
    await page.page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
    assert.deepEqual((await page.posted()).at(-1), { type: 'reveal', nodeId: nodeId(port) });
    assert.equal(await focusedPort(page), port);
    await page.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, { button: 'right' });
    assert.equal((await page.menus()).at(-1)?.nodeId, nodeId(port));
    assert.match((await page.page.locator('.grid-hover').getAttribute('title')) ?? '', new RegExp(`:${port},`));
  });

  it('zooms with keys, buttons and the wheel, pans by dragging, and shows all on 0', async () => {
    const page = await openPage(makeLargeSnapshot(1000));
    const item = page.page.locator('.grid-item');
    const width = async () => (await item.boundingBox())?.width ?? 0;
    const whole = await width();
    await page.page.keyboard.press('+');
    await page.page.getByRole('button', { name: 'Zoom in (+)' }).click();
    await nextFrame(page);
    const zoomed = await width();
    assert.ok(zoomed > whole * 1.9);
    assert.equal(await page.page.locator('.minimap').isVisible(), true);
    await page.page.mouse.move(600, 400);
    await page.page.mouse.wheel(0, -400);
    await waitFor(page, `document.querySelector('.grid-item').getBoundingClientRect().width > ${zoomed * 1.5}`);

    const posted = (await page.posted()).length;
    const before = await item.boundingBox();
    await page.page.mouse.down();
    await page.page.mouse.move(560, 380, { steps: 4 });
    await page.page.mouse.up();
    await nextFrame(page);
    const after = await item.boundingBox();
    assert.ok(before && after && Math.abs(before.y - 20 - after.y) < 2);
    assert.equal((await page.posted()).length, posted, 'the end of a drag selects nobody');

    await page.page.keyboard.press('0');
    await nextFrame(page);
    assert.ok(Math.abs((await width()) - whole) < 0.01);
    assert.equal(await page.page.locator('.minimap').isVisible(), false);
  });

  it('shows in the small map too that trouble has become another one', async () => {
    const healthy = makeLargeSnapshot(1000);
    const suspect = change(healthy, { 7003: { state: 'suspect', stateText: 'suspect 3/9' } });
    const page = await openPage(healthy);
    await page.send({ type: 'snapshot', snapshot: suspect });
    await page.page.keyboard.press('+');
    await page.page.keyboard.press('+');
    await nextFrame(page);
    const map = () => page.page.evaluate<string>("document.querySelector('.minimap canvas').toDataURL()");
    const before = await map();
    assert.equal(await page.page.locator('.minimap').isVisible(), true);
    const failed = change(suspect, { 7003: { state: 'failed', stateText: 'failed' } });
    await page.send({ type: 'snapshot', snapshot: failed });
    await nextFrame(page);
    assert.notEqual(await map(), before);
  });

  it('searches on /, counts, centres one after the other and gives the focus back to the picture', async () => {
    const page = await openPage(makeLargeSnapshot(1000));
    await page.page.keyboard.press('/');
    await page.page.keyboard.type('host-77');
    const found = page.page.locator('.search-found');
    assert.match((await found.textContent()) ?? '', /^\d+ found$/);
    const stage = await page.page.locator('.grid-stage').boundingBox();
    for (const place of ['1 of', '2 of']) {
      await page.page.keyboard.press('Enter');
      await nextFrame(page);
      assert.match((await found.textContent()) ?? '', new RegExp(`^${place}`));
      const box = await page.page.locator('.grid-item').boundingBox();
      assert.ok(box && stage && box.width > 30 && box.x > stage.x && box.y > stage.y && box.x < stage.x + stage.width);
      assert.match((await page.page.locator('.grid-item').getAttribute('aria-label')) ?? '', /host-77$/);
    }
    await page.page.keyboard.press('Escape');
    assert.equal(await found.textContent(), '');
    await page.page.keyboard.press('Escape');
    assert.notEqual(await focusedPort(page), undefined);
  });

  it('keeps the focus and the place of the view over a poll', async () => {
    const snapshot = makeLargeSnapshot(300);
    const page = await openPage(snapshot);
    await page.page.locator('.grid-item').focus();
    for (const key of ['ArrowDown', 'ArrowDown', '+', '+', '+']) await page.page.keyboard.press(key);
    await nextFrame(page);
    const [port, box] = [await focusedPort(page), await page.page.locator('.grid-item').boundingBox()];
    await page.send({
      type: 'snapshot',
      snapshot: change(snapshot, { [port!]: { state: 'suspect', stateText: 'suspect 2/9' } }),
    });
    assert.equal(await focusedPort(page), port);
    assert.deepEqual(await page.page.locator('.grid-item').boundingBox(), box);
    assert.match((await page.page.locator('.grid-item').getAttribute('aria-label')) ?? '', /suspect 2\/9/);
  });

  it('shows a node the tree selects though the filter leaves it out, and paints anew in another theme', async () => {
    const page = await openPage(makeTroubledSnapshot(400));
    await page.send({ type: 'select', nodeId: nodeId(7100) });
    assert.match((await page.page.locator('.grid-item').getAttribute('aria-label')) ?? '', /:7100,/);
    const picture = () => page.page.evaluate<string>("document.querySelector('.grid-stage canvas').toDataURL()");
    const before = await picture();
    await page.page.evaluate("document.documentElement.style.setProperty('--vscode-charts-green', '#0000ff')");
    await nextFrame(page);
    assert.notEqual(await picture(), before);
  });

  it('stays within a page of 320 pixels', async () => {
    for (const nodes of [60, 1000]) {
      const page = await openPage(makeTroubledSnapshot(nodes), { width: 320, theme: 'light' });
      const widest = await page.page.evaluate<number>(
        "Math.max(...[...document.querySelectorAll('.scaled-graph *')].map(each => each.getBoundingClientRect().right))",
      );
      assert.ok(widest <= 320, `${widest} px`);
      await page.screenshot(`scale-${nodes}-320`);
    }
  });
});

async function statement({ page }: OpenPage): Promise<string | null> {
  return page.locator('.statement').textContent();
}

async function setSize({ page }: OpenPage): Promise<string | null> {
  return page.locator('.grid-item').getAttribute('aria-setsize');
}

async function nextFrame({ page }: OpenPage): Promise<void> {
  await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
}
