import assert from 'node:assert/strict';
import { failOver, makeSnapshot, nodeId } from '../support/pageSnapshots';
import type { OpenPage } from '../support/pageHarness';
import { findGroup, findNode, focusedKey, focusedPort, openPage } from './pageSuite';

describe('topology page, keyboard and menu', () => {
  const press = ({ page }: OpenPage, ...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

  it('has one tab stop for the whole graph', async () => {
    const page = await openPage(makeSnapshot({ spares: 1 }));
    assert.equal(await page.page.locator('[role=tree] [tabindex="0"]').count(), 1);
    await page.page.getByRole('button', { name: 'Keys and marks' }).focus();
    await press(page, 'Tab');
    assert.equal(await focusedKey(page), 'shard:slot-0');
    await press(page, 'ArrowDown', 'ArrowRight', 'Shift+Tab', 'Tab');
    assert.equal(await focusedPort(page), 7001, 'coming back finds the item that was left');
    assert.equal(await page.page.locator('[role=tree] [tabindex="0"]').count(), 1);
  });

  it('walks by arrows as the picture lies', async () => {
    const page = await openPage(makeSnapshot({ spares: 1 }));
    await findNode(page, 7000).focus();
    for (const [key, port] of [
      ['ArrowDown', 7003],
      ['ArrowRight', 7004],
      ['ArrowUp', 7001],
      ['ArrowRight', 7002],
      ['ArrowRight', 7006],
      ['ArrowRight', 7006],
      ['ArrowLeft', 7002],
      ['End', 7006],
    ] as const) {
      await press(page, key);
      assert.equal(await focusedPort(page), port, key);
    }
    await press(page, 'Home');
    assert.equal(await focusedKey(page), 'shard:slot-0');
  });

  it('selects by Space and by click, reveals by Enter and by double click', async () => {
    const page = await openPage(makeSnapshot());
    await findNode(page, 7001).focus();
    await press(page, 'Space');
    assert.equal(await findNode(page, 7001).getAttribute('aria-selected'), 'true');
    await press(page, 'Enter');
    await findNode(page, 7002).click();
    assert.equal(await focusedPort(page), 7002);
    await findNode(page, 7005).dblclick();
    assert.deepEqual((await page.posted()).slice(1), [
      { type: 'select', nodeId: nodeId(7001) },
      { type: 'reveal', nodeId: nodeId(7001) },
      { type: 'select', nodeId: nodeId(7002) },
      { type: 'select', nodeId: nodeId(7005) },
      { type: 'select', nodeId: nodeId(7005) },
      { type: 'reveal', nodeId: nodeId(7005) },
    ]);
    assert.equal(await page.page.locator('[aria-selected=true]').count(), 1);
  });

  it('closes on Esc what lies on top: the help, then the problems, then the selection', async () => {
    const page = await openPage(failOver(makeSnapshot()));
    await findNode(page, 7001).click();
    await page.page.getByRole('button', { name: '1 error, 1 warning' }).focus();
    await press(page, '?');
    const dialog = page.page.getByRole('dialog');
    assert.equal(await dialog.isVisible(), true);
    await press(page, 'Escape');
    assert.equal(await dialog.isVisible(), false);
    assert.equal(await page.page.locator('.problems-list').isVisible(), true);
    await press(page, 'Escape');
    assert.equal(await page.page.locator('.problems-list').isVisible(), false);
    assert.equal(await page.page.locator('[aria-selected=true]').count(), 1);
    await press(page, 'Escape');
    assert.equal(await page.page.locator('[aria-selected=true]').count(), 0);
  });

  it('switches the grouping by h and keeps the focus on the node', async () => {
    const page = await openPage(makeSnapshot());
    await findNode(page, 7004).focus();
    await press(page, 'h');
    const host = page.page.locator('.tree [data-key="host:host-1"]');
    assert.equal(await host.isVisible(), true);
    assert.equal(await focusedPort(page), 7004);
    await press(page, 'h');
    assert.equal(await host.isVisible(), false);
    assert.equal(await focusedPort(page), 7004);
    await press(page, 'Control+h');
    assert.equal(await host.isVisible(), false, 'a shortcut of the editor is not ours');
  });

  it('keeps the focus in the graph when the focused item is gone', async () => {
    const page = await openPage(makeSnapshot());
    await findGroup(page, 'shard:slot-5462').focus();
    await press(page, 'h');
    assert.notEqual(await focusedKey(page), undefined);
    await findNode(page, 7005).focus();
    const snapshot = makeSnapshot();
    const nodes = snapshot.nodes.filter(node => node.id !== nodeId(7005));
    await page.send({ type: 'snapshot', snapshot: { ...snapshot, version: 2, nodes } });
    assert.notEqual(await focusedKey(page), undefined);
  });

  it('opens the menu of the node under the pointer with all that `when` clauses need', async () => {
    const page = await openPage(makeSnapshot());
    await findNode(page, 7003).click({ button: 'right' });
    assert.deepEqual(await page.menus(), [
      {
        webviewSection: 'node',
        nodeId: nodeId(7003),
        clusterId: 'cluster-1',
        redisClusterNode: 'node replica ok local',
        rcm_node: true,
        rcm_replica: true,
        rcm_ok: true,
        rcm_local: true,
        preventDefaultContextMenuItems: true,
      },
    ]);
    assert.equal(await focusedPort(page), 7003);
  });

  for (const key of ['Shift+F10', 'ContextMenu'])
    it(`opens the menu of the focused node once by ${key}`, async () => {
      const page = await openPage(makeSnapshot());
      await findNode(page, 7002).focus();
      await press(page, key);
      assert.deepEqual(
        (await page.menus()).map(menu => [menu.webviewSection, menu.nodeId]),
        [['node', nodeId(7002)]],
      );
    });

  it('has a menu of its own for the rest of the page', async () => {
    const page = await openPage(makeSnapshot());
    await page.page.locator('h1').click({ button: 'right' });
    await findGroup(page, 'shard:slot-0').click({ button: 'right', position: { x: 20, y: 10 } });
    const topology = { webviewSection: 'topology', clusterId: 'cluster-1', preventDefaultContextMenuItems: true };
    assert.deepEqual(await page.menus(), [topology, topology]);
  });
});
