import assert from 'node:assert/strict';
import { change, failOver, makeBusySnapshot, makeSnapshot, nodeId } from '../support/pageSnapshots';
import type { OpenPage } from '../support/pageHarness';
import { focusedPort, openPage, waitFor } from './pageSuite';

const state = { clusterId: 'cluster-1', view: 'table' };

/** Ports of the rows drawn, from top to bottom. */
async function shownPorts({ page }: OpenPage): Promise<number[]> {
  const ids = await page.evaluate<string[]>(
    "[...document.querySelectorAll('.table-row')].map(row => row.dataset.nodeId)",
  );
  return ids.map(id => Number.parseInt(id, 16));
}

describe('topology page, table', () => {
  const press = ({ page }: OpenPage, ...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const filter = ({ page }: OpenPage) => page.getByRole('searchbox', { name: 'Filter' });
  const count = ({ page }: OpenPage) => page.locator('.table-count').innerText();
  const heading = ({ page }: OpenPage, name: string) => page.getByRole('columnheader', { name, exact: true });

  it('shows every node with its figures under headings, and what they have together', async () => {
    const page = await openPage(makeSnapshot({ spares: 1 }), { state, width: 1900 });
    const table = page.page.getByRole('grid', { name: 'Nodes' });
    assert.equal(await table.getAttribute('aria-rowcount'), '8');
    assert.deepEqual(await shownPorts(page), [7000, 7001, 7002, 7003, 7004, 7005, 7006]);
    const cells = await table.locator('tbody tr').first().locator('th, td').allInnerTexts();
    assert.deepEqual(cells.map(cell => cell.replaceAll(/\s+/g, ' ').trim()).slice(0, 10), [
      'M 127.0.0.1:7000',
      'master',
      'ok',
      'Shard 1',
      '',
      'host-1',
      '5462',
      '0-5461',
      '12.3k',
      '9.2 MB',
    ]);
    const foot = await table.locator('tfoot td').allInnerTexts();
    assert.deepEqual([foot[0], foot[6], foot[8]], ['7 nodes', '16384', '39.2k']);
    await page.screenshot('table');
  });

  it('shows with little room what matters most, and the rest on demand', async () => {
    const page = await openPage(makeSnapshot(), { state, width: 320 });
    const headings = () => page.page.getByRole('columnheader').allInnerTexts();
    assert.deepEqual(
      (await headings()).map(text => text.trim()),
      ['Name', 'State'],
    );
    await page.screenshot('table-320');
    await page.page.getByRole('button', { name: 'All columns' }).click();
    assert.ok((await headings()).length > 15);
    assert.deepEqual(await page.audit(), []);
  });

  it('sorts by a heading: figures from the highest, then the other way, then as it was', async () => {
    const page = await openPage(change(makeSnapshot(), { 7001: { keys: 99_000 } }), { state, width: 1900 });
    const keys = heading(page, 'Keys');
    await keys.getByRole('button').click();
    assert.equal(await keys.getAttribute('aria-sort'), 'descending');
    assert.deepEqual((await shownPorts(page)).slice(0, 3), [7001, 7002, 7000]);
    await keys.getByRole('button').click();
    assert.equal(await keys.getAttribute('aria-sort'), 'ascending');
    assert.deepEqual(await shownPorts(page), [7000, 7002, 7001, 7003, 7004, 7005]);
    await keys.getByRole('button').click();
    assert.equal(await keys.getAttribute('aria-sort'), null);
    assert.deepEqual(await shownPorts(page), [7000, 7001, 7002, 7003, 7004, 7005]);
  });

  it('filters by words and fields and tells how many are left', async () => {
    const page = await openPage(failOver(makeSnapshot({ spares: 1 })), { state });
    await press(page, '/');
    await page.page.keyboard.type('state:failed');
    assert.deepEqual(await shownPorts(page), [7000]);
    assert.equal(await count(page), '1 of 7 nodes');
    await press(page, 'Escape');
    assert.equal(await count(page), '7 nodes');
    await page.page.keyboard.type('role:master host-2');
    assert.deepEqual(await shownPorts(page), [7001, 7003]);
    await filter(page).fill('nobody');
    assert.equal(await page.page.getByText('Nothing matches the filter.').isVisible(), true);
    assert.deepEqual(await page.audit(), []);
    await page.page.getByRole('button', { name: 'Clear the filter' }).click();
    assert.equal((await shownPorts(page)).length, 7);
  });

  it('is one tab stop, walked by keys, and shares the selection', async () => {
    const page = await openPage(makeSnapshot(), { state });
    await filter(page).focus();
    await press(page, 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Space');
    assert.equal(await focusedPort(page), 7002);
    assert.equal(await page.page.locator('tbody [tabindex="0"]').count(), 1);
    await press(page, 'End', 'ArrowDown');
    assert.equal(await focusedPort(page), 7005);
    await press(page, 'Home', 'Enter', 'Shift+F10');
    assert.deepEqual((await page.posted()).slice(1), [
      { type: 'select', nodeId: nodeId(7002) },
      { type: 'reveal', nodeId: nodeId(7000) },
    ]);
    assert.deepEqual(
      (await page.menus()).map(menu => [menu.webviewSection, menu.nodeId]),
      [['node', nodeId(7000)]],
    );
    await press(page, '1');
    assert.equal(
      await page.page.locator('[role=treeitem][aria-selected=true]').getAttribute('data-node-id'),
      nodeId(7002),
    );
  });

  it('keeps rows and the focus over a poll, in whatever order they come then', async () => {
    const snapshot = makeSnapshot();
    const page = await openPage(snapshot, { state, width: 1900 });
    await heading(page, 'Op/s').getByRole('button').click();
    await page.page.locator(`[data-node-id="${nodeId(7003)}"]`).focus();
    await page.page.evaluate("document.querySelectorAll('.table-row').forEach(row => row.mark = true)");
    await page.send({ type: 'snapshot', snapshot: change(snapshot, { 7003: { operationsPerSecond: 5000 } }) });
    assert.equal((await shownPorts(page))[0], 7003);
    assert.equal(await focusedPort(page), 7003);
    assert.equal(
      await page.page.evaluate<number>("[...document.querySelectorAll('.table-row')].filter(row => row.mark).length"),
      6,
    );
  });

  it('draws of a thousand rows those in sight, and keeps the focused one', async () => {
    const page = await openPage(makeSnapshot({ shards: 334, replicas: 2, hosts: 50 }), { state, height: 700 });
    const drawn = () => page.page.locator('.table-row').count();
    assert.equal(await count(page), '1,002 nodes');
    assert.ok((await drawn()) < 60, `${await drawn()} rows`);
    await page.page.locator('.table-row').first().focus();
    await page.page.evaluate("document.querySelector('.table-scroll').scrollTop = 12000");
    await waitFor(
      page,
      "document.querySelectorAll('.table-row').length > 5 && document.querySelector('[aria-rowindex=\"440\"]')",
    );
    assert.equal(await focusedPort(page), 7000);
    await press(page, 'End');
    assert.equal(await focusedPort(page), 8001);
    assert.equal(await page.page.locator(':focus').getAttribute('aria-rowindex'), '1003');
    await press(page, 'PageUp');
    assert.ok((await focusedPort(page))! < 8001);
    await page.screenshot('table-1000');
  });

  it('gives each shard its totals, and marks the one that holds more than its share', async () => {
    const page = await openPage(change(makeSnapshot(), { 7001: { keys: 40_000 } }), { state, width: 1600 });
    await page.page.getByRole('button', { name: 'Shards', exact: true }).click();
    const rows = page.page.locator('.table-row');
    assert.equal(await rows.count(), 3);
    assert.match(await rows.nth(1).innerText(), /Shard 2\s+127\.0\.0\.1:7001\s+1\.8 × the mean keys/);
    assert.equal(await page.page.locator('.table-row', { hasText: 'the mean' }).count(), 1);
    await rows.nth(1).click();
    assert.deepEqual((await page.posted()).at(-1), { type: 'select', nodeId: nodeId(7001) });
    assert.deepEqual(await page.audit(), []);
    await page.screenshot('table-shards');
  });

  it('copies what it shows as Markdown, all figures as CSV, and says so once it is done', async () => {
    const evil = '=HYPERLINK("http://x","a|b")';
    const page = await openPage(change(makeSnapshot(), { 7000: { hostLabel: evil } }), { state, width: 1500 });
    await filter(page).fill('role:master');
    await page.page.getByRole('button', { name: 'Copy as Markdown' }).click();
    await page.page.getByRole('button', { name: 'Copy as CSV' }).click();
    const [markdown, csv] = (await page.posted()).flatMap(message => (message.type === 'copy' ? [message.text] : []));
    assert.match(markdown!, /^\| Name \| Role \|.*\n\| --- \| --- \|/);
    assert.equal(markdown!.trim().split('\n').length, 5);
    assert.match(csv!, /^Name,Role,State,.*\r\n127\.0\.0\.1:7000,master,ok,/);
    assert.ok(csv!.includes(`"'=HYPERLINK(""http://x"",""a|b"")"`));
    await page.send({ type: 'copied' });
    assert.equal(await count(page), '3 nodes copied');
  });

  it('has no violation sorted, selected and focused, with all columns there is room for', async () => {
    const page = await openPage(makeBusySnapshot(), { state, width: 1600 });
    await heading(page, 'Memory').getByRole('button').click();
    await page.page.locator('.table-row').nth(2).click();
    await press(page, 'ArrowDown');
    await page.screenshot('table-sorted');
    assert.deepEqual(await page.audit(), []);
  });
});
