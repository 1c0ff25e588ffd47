import assert from 'node:assert/strict';
import { change, makeSnapshot, SNAPSHOT_TIME } from '../support/pageSnapshots';
import { makeManyMoves, makeMovingSnapshot, makeSwappedSnapshot } from '../support/movingSnapshots';
import { pageThemes, type PageThemeName } from '../support/pageThemes';
import { findCard, findNode, openPage } from './pageSuite';

describe('topology page, what moves', () => {
  for (const theme of Object.keys(pageThemes) as PageThemeName[])
    it(`draws slots on their way, in the theme ${theme}, without a violation`, async () => {
      const page = await openPage(makeMovingSnapshot({ spares: 2 }), { theme });
      await findNode(page, 7003).focus();
      await page.screenshot(`motion-slots-${theme}`);
      assert.deepEqual(await page.page.locator('.arc-label').allTextContents(), ['400 of 1,000', '200 of 365']);
      assert.deepEqual(await page.audit(), []);
    });

  it('follows what arrives in place, and puts all back when it is done', async () => {
    const moving = makeMovingSnapshot();
    const page = await openPage(moving);
    const label = await page.page.locator('.arc-label').first().elementHandle();
    const top = async (): Promise<number> => (await findCard(page, 7000).boundingBox())!.y;
    const before = await top();
    await page.send({
      type: 'snapshot',
      snapshot: change(moving, { 7001: { slots: '0-399,1000-1599,5462-10922' } }),
    });
    assert.equal(await label.textContent(), '1,000 of 1,000');
    assert.equal(await label.getAttribute('data-done'), '');
    assert.equal(await top(), before);
    assert.match(
      (await findNode(page, 7001).getAttribute('aria-label'))!,
      /takes slots from 127\.0\.0\.1:7000, 1,000 of 1,000/,
    );
    await page.send({ type: 'snapshot', snapshot: { ...makeSnapshot(), version: 9 } });
    assert.equal(await page.page.locator('.arc-label, .lines path').count(), 0);
    assert.equal(await page.page.locator('[data-motion]').count(), 0);
  });

  it('draws all pairs up to a limit, also between tiles', async () => {
    const page = await openPage(makeManyMoves(makeSnapshot({ shards: 8, replicas: 2 }), 11), { theme: 'light' });
    await page.screenshot('motion-many');
    assert.equal(await page.page.locator('.lines [data-kind=slots]').count(), 8);
    assert.ok(await page.page.getByText('and 3 more pairs').isVisible());
    const tiles = await openPage(makeManyMoves(makeSnapshot({ shards: 20 }), 3));
    assert.equal(await tiles.page.locator('.lines [data-kind=slots]').count(), 3);
    assert.equal(await tiles.page.locator('.node[data-motion=gives]').count(), 3);
    await tiles.screenshot('motion-tiles');
    const grid = await openPage(makeManyMoves(makeSnapshot({ shards: 120 }), 9));
    await findNode(grid, 7000).focus();
    await grid.screenshot('motion-grid');
    assert.match((await findNode(grid, 7000).getAttribute('aria-label'))!, /gives slots to 127\.0\.0\.1:7001, 0 of 21/);
  });

  it('swaps two nodes by arrows after a failover, and says so in their names', async () => {
    const page = await openPage(makeSwappedSnapshot());
    await page.screenshot('motion-swap');
    assert.equal(await page.page.locator('.lines [data-kind=swap]').count(), 1);
    assert.match((await findNode(page, 7003).getAttribute('aria-label'))!, /took over from 127\.0\.0\.1:7000/);
    assert.deepEqual(await page.audit(), []);
  });

  it('cuts no word of a failed node that was swapped in a narrow card', async () => {
    // It was busy until a moment ago.
    const trend = { trend: [3, 9, 7, null], trendSinceMilliseconds: SNAPSHOT_TIME - 20_000 };
    const stopped = { stateText: 'stopped, failed 5/5', ...trend };
    const page = await openPage(change(makeSwappedSnapshot(), { 7000: stopped }), { width: 820 });
    await page.screenshot('motion-swap-narrow');
    const cut = await page.page.evaluate<string[]>(
      `[...document.querySelectorAll('.node[data-motion] :is(.node-role, .node-aside, .node-state .clip)')]
        .filter(text => text.scrollWidth > text.clientWidth).map(text => text.textContent)`,
    );
    assert.deepEqual(cut, []);
    const marks = await page.page.evaluate(
      `[...document.querySelectorAll('.node[data-motion] .node-motion')].map(mark => {
        const edge = mark.getBoundingClientRect();
        const [icon, word] = [...mark.children].map(part => part.getBoundingClientRect());
        return {
          isIconSeen: icon.right <= edge.right,
          isWordWholeOrAway: word.top >= edge.bottom || word.left >= icon.right && word.right <= edge.right,
        };
      })`,
    );
    assert.deepEqual(marks, Array(2).fill({ isIconSeen: true, isWordWholeOrAway: true }));
  });

  it('draws who follows whom for the focused or the selected node alone', async () => {
    const page = await openPage(makeSnapshot({ replicas: 2 }));
    const links = page.page.locator('.lines [data-kind=follows]');
    assert.equal(await links.count(), 0);
    await findNode(page, 7005).focus();
    assert.equal(await links.count(), 1, 'of a replica, to its master');
    await page.page.keyboard.press('ArrowUp');
    assert.equal(await links.count(), 2, 'of a master, from its replicas');
    await findNode(page, 7005).click();
    await page.page.getByRole('button', { name: 'Keys and marks' }).focus();
    assert.equal(await links.count(), 1, 'the selected one keeps its line');
  });

  it('keeps still for who asked for it', async () => {
    const running = 'document.getAnimations().filter(each => each.animationName === "run").length';
    const still = await openPage(makeMovingSnapshot(), { reduceMotion: true });
    assert.equal(await still.page.evaluate(running), 0);
    const lively = await openPage(makeMovingSnapshot());
    assert.equal(await lively.page.evaluate(running), 2);
  });

  it('has room for it in a narrow side bar', async () => {
    const page = await openPage(makeMovingSnapshot(), { width: 320 });
    await page.screenshot('motion-narrow');
    assert.equal(await page.page.evaluate('document.documentElement.scrollWidth <= 320'), true);
  });
});
