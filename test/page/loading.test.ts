import assert from 'node:assert/strict';
import type { Route } from 'playwright-core';
import { makeSnapshot } from '../support/pageSnapshots';
import { findNode, openPage, waitFor } from './pageSuite';

const url = /otherViews-.*\.js$/;

describe('topology page, scripts that come when they are wanted', () => {
  it('stays with the view that is shown, the focus in it, until the other one can be drawn', async () => {
    let release: (() => void) | undefined;
    const held = new Promise<void>(done => (release = done));
    const answer = (route: Route): Promise<void> => held.then(() => route.continue());
    const page = await openPage(makeSnapshot(), { intercept: { url, answer } });
    await findNode(page, 7001).focus();
    const before = await page.page.locator('#app').innerHTML();
    await page.page.keyboard.press('4');
    await page.page.keyboard.press('2');
    assert.equal(await page.page.locator('#app').innerHTML(), before);
    release?.();
    await waitFor(page, "document.querySelector('.slots')?.checkVisibility()");
    assert.equal(await page.page.locator('.table-view').count(), 0, 'What was chosen before was drawn.');
    await waitFor(page, "document.querySelector('.slots').contains(document.activeElement)");
  });

  it('says so when a view cannot be loaded, keeps the one it has, and tries again when asked to', async () => {
    let isLost = true;
    const answer = (route: Route): Promise<void> => (isLost ? route.abort() : route.continue());
    const page = await openPage(makeSnapshot(), { intercept: { url, answer } });
    await page.page.getByRole('button', { name: 'Table' }).click();
    const notice = page.page.getByText('The view "Table" could not be loaded');
    await notice.first().waitFor();
    assert.equal(await findNode(page, 7000).isVisible(), true);
    assert.match(JSON.stringify(await page.posted()), /The view \\"table\\" could not be loaded/);
    isLost = false;
    await page.page.getByRole('button', { name: 'Table' }).click();
    await waitFor(page, "document.querySelector('.table-view')?.checkVisibility()");
    assert.equal(await page.page.locator('.notice').isVisible(), false);
  });

  it('takes that back when the view that is shown is chosen instead', async () => {
    const page = await openPage(makeSnapshot(), { intercept: { url, answer: route => route.abort() } });
    await page.page.getByRole('button', { name: 'Table' }).click();
    await page.page.locator('.notice').waitFor();
    await page.page.getByRole('button', { name: 'Graph' }).click();
    assert.equal(await page.page.locator('.notice').isVisible(), false);
    assert.equal(await findNode(page, 7000).isVisible(), true);
  });

  it('shows the graph after a reload when the view it had cannot be loaded', async () => {
    const state = { clusterId: 'cluster-1', view: 'slots' };
    const page = await openPage(undefined, { state, intercept: { url, answer: route => route.abort() } });
    await waitFor(page, "testHost.posted.some(({ type }) => type === 'ready')");
    await page.send({ type: 'snapshot', snapshot: makeSnapshot() });
    assert.equal(await findNode(page, 7000).isVisible(), true);
    assert.equal(
      await page.page
        .locator('.notice')
        .innerText()
        .then(text => text.split('\n')[0]),
      'The view "Slots" could not be loaded',
    );
    await page.screenshot('view-missing');
  });
});
