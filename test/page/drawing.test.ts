import assert from 'node:assert/strict';
import { change, failOver, makeBusySnapshot, makeSnapshot, nodeId } from '../support/pageSnapshots';
import type { OpenPage } from '../support/pageHarness';
import { findFlaws } from './findFlaws';
import { findCard, findGroup, findNode, openPage } from './pageSuite';

describe('topology page, drawing', () => {
  it('asks for a snapshot and says that it waits', async () => {
    const page = await openPage();
    assert.deepEqual(await page.posted(), [{ type: 'ready' }]);
    assert.equal(await page.page.locator('.notice-title').innerText(), 'Looking at the cluster…');
    assert.equal(await page.page.locator('[role=treeitem]').count(), 0);
    await page.screenshot('waiting');
  });

  it('shows name, status, counts, marks and every node with its words', async () => {
    const page = await openPage({ ...makeSnapshot({ spares: 1 }), marks: ['read-only'] });
    assert.equal(await page.page.locator('h1').innerText(), 'orders');
    assert.equal(await page.page.locator('.status').innerText(), '3 shards');
    assert.equal(await page.page.locator('.counts').innerText(), '3 masters · 3 replicas · 1 spare');
    assert.equal(await page.page.locator('.mark').innerText(), 'read-only');
    assert.equal(await page.page.locator('.notice').isVisible(), false);
    assert.equal(await page.page.locator('.node').count(), 7);
    assert.match(await findCard(page, 7000).innerText(), /127\.0\.0\.1:7000\s+master\s+host-1\s+ok\s+12\.3k keys/);
    await page.screenshot('healthy');
  });

  it('labels shards and nodes with all a sighted reader sees', async () => {
    const page = await openPage(makeSnapshot({ spares: 1 }));
    const label = (port: number) => findNode(page, port).getAttribute('aria-label');
    assert.equal(await label(7000), '127.0.0.1:7000, master of shard 1, slots 0-5461, ok, host host-1');
    assert.equal(await label(7003), '127.0.0.1:7003, replica of shard 1, ok, host host-2');
    assert.equal(await label(7006), '127.0.0.1:7006, spare, host host-1');
    assert.equal(await findGroup(page, 'shard:slot-0').getAttribute('aria-label'), 'Shard 1, slots 0-5461, 2 nodes');
    const place = await Promise.all(
      ['aria-level', 'aria-posinset', 'aria-setsize'].map(name => findNode(page, 7003).getAttribute(name)),
    );
    assert.deepEqual(place, ['2', '2', '2']);
  });

  it('cuts long names in the middle on narrow cards: the port stays, and the whole is in the tooltip', async () => {
    const host = 'redis-cluster-0.redis-headless.production.svc.cluster.local';
    const snapshot = makeSnapshot({ shards: 5, spares: 1 });
    const name = `${host}:7000`;
    const hostLabel = 'ip-10-0-12-34.eu-west-1.compute.internal';
    const page = await openPage(change(snapshot, { 7000: { name, address: name, hostLabel } }), { width: 560 });
    const card = findCard(page, 7000);
    const tail = card.locator('.node-name span').last();
    assert.equal(await card.locator('.node-name').textContent(), name);
    const isCut = "(head => head.scrollWidth > head.clientWidth)(document.querySelector('.node-name .clip'))";
    assert.equal(await page.page.evaluate<boolean>(isCut), true);
    assert.match((await tail.textContent()) ?? '', /:7000$/);
    const [inner, outer] = [await tail.boundingBox(), await card.boundingBox()];
    assert.ok(inner && outer && inner.width > 0 && inner.x + inner.width <= outer.x + outer.width);
    assert.ok((await card.getAttribute('title'))?.includes(name));
    assert.equal(await findCard(page, 7001).locator('.node-name').innerText(), '127.0.0.1:7001');
    await page.screenshot('long-names');
    await page.page.getByRole('button', { name: 'Hosts' }).click();
    await page.screenshot('long-names-hosts');
  });

  it('counts as spares those that stand by, and shows what the others are', async () => {
    const away = { state: 'unreachable', stateText: 'stopped', stopped: true } as const;
    const page = await openPage(change(makeSnapshot({ spares: 2 }), { 7006: away }));
    assert.equal(await page.page.locator('.counts').innerText(), '3 masters · 3 replicas · 1 spare · 1 stopped');
    assert.equal(await findGroup(page, 'spares').getAttribute('aria-label'), 'Spares, 1 node standing by · 1 stopped');
    assert.match(await findCard(page, 7006).innerText(), /stopped/);
    await page.screenshot('stopped-spare');
  });

  it('stands a master above its replicas in one column, inside the box of its shard', async () => {
    const page = await openPage(makeSnapshot());
    const [group, master, replica] = await Promise.all([
      findGroup(page, 'shard:slot-0').boundingBox(),
      findCard(page, 7000).boundingBox(),
      findCard(page, 7003).boundingBox(),
    ]);
    assert.ok(group && master && replica);
    assert.equal(master.x, replica.x);
    assert.ok(master.y + master.height <= replica.y);
    assert.ok(group.x < master.x && group.y + group.height > replica.y + replica.height);
  });

  it('tells every state by its own shape, glyph and word', async () => {
    const page = await openPage(makeBusySnapshot());
    const looks = new Map<string, string>();
    for (const [port, word] of [
      [7001, 'ok'],
      [7002, 'suspect 2/6'],
      [7000, 'failed'],
      [7007, 'unreachable'],
      [7011, 'joining'],
      [7005, 'syncing 43 %'],
      [7006, 'link down'],
      [7008, 'loading'],
    ] as const) {
      const card = findCard(page, port);
      assert.match(await card.innerText(), new RegExp(`\\b${word}`));
      looks.set((await card.locator('.node-state .codicon').getAttribute('class')) ?? '', word);
    }
    assert.equal(looks.size, 8, 'each state has a glyph of its own');
    assert.equal(await findCard(page, 7000).locator('.marker-cross').isVisible(), true);
    assert.equal(await findCard(page, 7001).locator('.marker-cross').isVisible(), false);
    assert.equal(await findCard(page, 7005).locator('.marker-hatch').isVisible(), true);
    assert.equal(await findCard(page, 7002).locator('.marker-letter').textContent(), '?');
    assert.notEqual(await corner(page, 7001), await corner(page, 7010), 'a master is square, a replica round');
  });

  it('marks the place of a missing replica', async () => {
    const page = await openPage(makeSnapshot({ replicas: 0 }));
    assert.deepEqual(await page.page.locator('.vacancy').allInnerTexts(), ['No replica', 'No replica', 'No replica']);
    assert.match((await findGroup(page, 'shard:slot-0').getAttribute('aria-label')) ?? '', /, no replica$/);
    await page.screenshot('no-replicas');
  });

  it('shows problems with their remedies, folds them, and leads to their nodes', async () => {
    const page = await openPage(failOver(makeSnapshot()));
    const toggle = page.page.getByRole('button', { name: '1 error, 1 warning' });
    assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
    assert.match(await page.page.locator('.problems-list').innerText(), /5 of 5 nodes agree[^]*Start it again/);
    await page.page.getByRole('button', { name: 'Show 127.0.0.1:7003' }).click();
    assert.equal(await findNode(page, 7003).getAttribute('aria-selected'), 'true');
    assert.ok((await page.posted()).some(message => message.type === 'select' && message.nodeId === nodeId(7003)));
    await toggle.click();
    assert.equal(await page.page.locator('.problems-list').isVisible(), false);
    await page.send({ type: 'snapshot', snapshot: change(failOver(makeSnapshot()), {}, { version: 9 }) });
    assert.equal(await page.page.locator('.problems-list').isVisible(), false, 'a poll leaves it folded');
    await page.send({ type: 'snapshot', snapshot: { ...makeSnapshot(), version: 10 } });
    assert.equal(await page.page.locator('.problems').isVisible(), false);
  });

  it('shows four problems at first and the rest on demand', async () => {
    const problems = Array.from({ length: 9 }, (_, index) => ({
      severity: 'warning' as const,
      text: `Problem ${index}.`,
      remedy: 'Mend it.',
      nodeIds: [],
    }));
    const page = await openPage({ ...makeSnapshot(), problems });
    assert.equal(await page.page.locator('.problems-list li').count(), 4);
    await page.page.getByRole('button', { name: 'Show 5 more' }).click();
    assert.equal(await page.page.locator('.problems-list li').count(), 9);
  });

  it('shows what runs and how far it is', async () => {
    const operation = { title: 'Rebalance slots', message: '560 of 1,365 slots', fraction: 0.41 };
    const page = await openPage({ ...makeSnapshot(), operation });
    const bar = page.page.getByRole('progressbar', { name: 'Rebalance slots' });
    assert.equal(await bar.getAttribute('aria-valuenow'), '41');
    assert.equal(await bar.getAttribute('aria-valuetext'), '41 %, 560 of 1,365 slots');
    await page.send({ type: 'snapshot', snapshot: change(makeSnapshot(), {}) });
    assert.equal(await page.page.locator('.operation').isVisible(), false);
  });

  it('shows what runs in another window, and no progress of it, which nobody knows here', async () => {
    const operation = { title: 'Move 2,000 slots', message: 'Runs in another window since 14:03:10' };
    const page = await openPage({ ...makeSnapshot(), operation });
    const line = page.page.locator('.operation');
    assert.equal((await line.innerText()).replaceAll(/\s+/g, ' '), `${operation.title} ${operation.message}`);
    assert.equal(await page.page.getByRole('progressbar').count(), 0);
    assert.equal(await line.getByRole('button').count(), 0);
    assert.deepEqual(await page.audit(), []);
    await page.screenshot('operation-elsewhere');
    const here = { ...operation, message: '560 of 2,000 slots', fraction: 0.28 };
    await page.send({ type: 'snapshot', snapshot: change(makeSnapshot(), {}, { operation: here }) });
    assert.equal(await page.page.getByRole('progressbar').getAttribute('aria-valuenow'), '28');
    await page.screenshot('operation-here');
  });

  for (const width of [320, 480])
    it(`shows all words of what runs at ${width} px`, async () => {
      const operation = {
        title: 'Rebalance slots by memory, as the weights say',
        message: '560 of 1,365 slots moved, 127.0.0.1:7001 to 127.0.0.1:7003',
        fraction: 0.41,
      };
      const page = await openPage({ ...makeSnapshot(), operation }, { width });
      await page.screenshot(`operation-${width}`);
      const cut = await page.page.evaluate<string[]>(
        `[...document.querySelectorAll('.operation-line > :not(.codicon)')]
          .filter(text => text.scrollWidth > text.clientWidth).map(text => text.textContent)`,
      );
      assert.deepEqual(cut, []);
    });

  it('says so when no node answers, and shows why', async () => {
    const problem = { severity: 'error' as const, text: 'Nobody answers.', remedy: 'Start them.', nodeIds: [] };
    const page = await openPage({ ...makeSnapshot({ shards: 0 }), status: 'unknown', problems: [problem] });
    assert.equal(await page.page.locator('.notice-title').innerText(), 'No node answers');
    assert.match(await page.page.locator('.problems').innerText(), /Nobody answers\.\s+Start them\./);
    await page.send({ type: 'snapshot', snapshot: { ...makeSnapshot({ shards: 0 }), version: 2, status: 'none' } });
    assert.equal(await page.page.locator('.notice-title').innerText(), 'No nodes');
    await page.send({ type: 'snapshot', snapshot: { ...makeSnapshot(), version: 3 } });
    assert.equal(await page.page.locator('.notice').isVisible(), false);
    assert.equal(await page.page.locator('.node').count(), 6);
  });

  for (const [width, fontSizePixels] of [
    [320, 13],
    [480, 13],
    [820, 13],
    [1280, 13],
    [2560, 13],
    [320, 20],
    [1280, 20],
  ] as const)
    for (const view of ['graph', 'hosts'] as const)
      it(`cuts nothing off and overlaps nothing at ${width} px, ${fontSizePixels} px font, in the view ${view}`, async () => {
        const state = { clusterId: 'cluster-1', view };
        const page = await openPage(makeBusySnapshot(), { width, fontSizePixels, state });
        await page.screenshot(`busy-${view}-${width}-${fontSizePixels}`);
        assert.deepEqual(await findFlaws(page), []);
      });

  it('stacks the cards at 320 px', async () => {
    const page = await openPage(makeSnapshot({ spares: 1 }), { width: 320 });
    const boxes = await Promise.all([7000, 7001, 7002, 7006].map(port => findCard(page, port).boundingBox()));
    assert.equal(new Set(boxes.map(box => box?.x)).size, 1);
  });

  it('keeps names and state words whole in a narrow page with large text', async () => {
    const snapshot = change(makeSnapshot(), { 7000: { state: 'unreachable', stateText: 'unreachable' } });
    const page = await openPage(snapshot, { width: 320, fontSizePixels: 18 });
    const cut = await page.page.evaluate<string[]>(
      `[...document.querySelectorAll('.node-name, .node-state .clip')]
        .filter(text => text.scrollWidth > text.clientWidth).map(text => text.textContent)`,
    );
    assert.deepEqual(cut, []);
  });

  it('draws sixty nodes in small cards, all of them whole', async () => {
    const page = await openPage(makeSnapshot({ shards: 20, replicas: 2, spares: 3, hosts: 6 }));
    assert.equal(await page.page.locator('.node').count(), 63);
    assert.equal(await page.page.locator('.tree.dense').count(), 1);
    assert.deepEqual(await findFlaws(page), []);
    await page.screenshot('sixty');
    await page.page.keyboard.press('3');
    assert.equal(await page.page.locator('.hosts .node').count(), 63);
    assert.deepEqual(await findFlaws(page), []);
    await page.screenshot('sixty-hosts');
    const shards = await page.page.evaluate<{ text: string; isWhole: boolean }[]>(
      `[...document.querySelectorAll('.hosts .node-aside:not([hidden])')]
        .map(aside => ({ text: aside.textContent, isWhole: aside.scrollWidth <= aside.clientWidth }))`,
    );
    assert.equal(shards.length, 60);
    assert.ok(shards.every(({ text, isWhole }) => isWhole && /^Shard \d+$/.test(text)));
  });

  it('never reads data as markup', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    const snapshot = change(makeSnapshot(), { 7000: { name: evil, stateText: evil, hostLabel: evil } });
    const page = await openPage({ ...snapshot, clusterName: evil, marks: [evil] });
    assert.equal(await page.page.locator('h1').innerText(), evil);
    assert.equal(await page.page.locator('main img').count(), 0);
  });

  it('says in plain words which keys and marks there are', async () => {
    const page = await openPage(makeSnapshot());
    await page.page.getByRole('button', { name: 'Keys and marks' }).click();
    const dialog = page.page.getByRole('dialog', { name: 'Keys and marks' });
    assert.match(await dialog.innerText(), /Shift\+F10\s+Open the menu/);
    assert.match(await dialog.innerText(), /failed: the cluster agrees/);
    await page.screenshot('help');
  });
});

function corner(page: OpenPage, port: number): Promise<string> {
  return page.page.evaluate<string>(
    `getComputedStyle(document.querySelector('[data-node-id="${nodeId(port)}"]').parentElement.querySelector('.marker-ring')).rx`,
  );
}
