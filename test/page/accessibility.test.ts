import assert from 'node:assert/strict';
import { pageViews } from '../../src/shared/pageProtocol';
import { makeBusySnapshot, makeSnapshot } from '../support/pageSnapshots';
import { pageThemes, type PageThemeName } from '../support/pageThemes';
import { findNode, openPage, waitFor } from './pageSuite';

describe('topology page, accessibility', () => {
  for (const theme of Object.keys(pageThemes) as PageThemeName[])
    for (const view of pageViews)
      it(`has no violation in the view ${view}, in the theme ${theme}, with problems, an operation, a selection and the focus`, async () => {
        const page = await openPage(makeBusySnapshot(), { theme, state: { clusterId: 'cluster-1', view } });
        await findNode(page, 7003).focus();
        await page.page.keyboard.press('Space');
        await page.page.keyboard.press('ArrowDown');
        await page.screenshot(`theme-${theme}-${view}`);
        assert.deepEqual(await page.audit(), []);
      });

  it('has no violation while it waits, when nobody answers, and in the help', async () => {
    const page = await openPage();
    assert.deepEqual(await page.audit(), []);
    await page.send({ type: 'snapshot', snapshot: { ...makeSnapshot({ shards: 0 }), status: 'unknown' } });
    assert.deepEqual(await page.audit(), []);
    await page.page.keyboard.press('?');
    assert.deepEqual(await page.audit(), []);
  });

  it('finds what is wrong, so that its silence means something', async () => {
    const page = await openPage(makeSnapshot());
    await page.page.evaluate("document.querySelector('[role=treeitem]').removeAttribute('aria-label')");
    assert.match((await page.audit()).join(), /aria-treeitem-name|treeitem/);
  });

  it('draws every card with a border in high contrast', async () => {
    for (const theme of ['highContrastDark', 'highContrastLight'] as const) {
      const page = await openPage(makeSnapshot(), { theme });
      const colour = await page.page.evaluate<string>(
        "getComputedStyle(document.querySelector('.node')).borderTopColor",
      );
      assert.equal(colour, theme === 'highContrastDark' ? 'rgb(111, 195, 223)' : 'rgb(15, 74, 133)');
    }
  });

  it('nests nodes under shards in what screen readers get', async () => {
    const page = await openPage(makeSnapshot({ shards: 1 }));
    const tree = await page.page.getByRole('tree').ariaSnapshot();
    assert.equal(
      tree.replaceAll(/ {2,}/g, ' '),
      [
        '- tree "Topology of orders, by shard":',
        ' - treeitem "Shard 1, slots 0-16383, 2 nodes" [level=1]',
        ' - treeitem "127.0.0.1:7000, master of shard 1, slots 0-16383, ok, host host-1" [level=2]',
        ' - treeitem "127.0.0.1:7001, replica of shard 1, ok, host host-2" [level=2]',
      ].join('\n'),
    );
  });

  it('breaks no rule of the content policy, and would notice', async () => {
    const page = await openPage(makeBusySnapshot());
    assert.deepEqual(await page.complaints(), []);
    await page.page.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')");
    await waitFor(page, 'testHost.violations.length > 0');
    assert.match((await page.complaints()).join(), /^style-src-attr inline/);
    await page.page.evaluate('testHost.violations.length = 0');
  });
});
