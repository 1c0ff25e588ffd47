import assert from 'node:assert/strict';
import type { Snapshot } from '../../src/shared/pageProtocol';
import { snapshotChanges } from '../../src/shared/snapshotChanges';
import { change, failOver, makeSnapshot, nodeId } from '../support/pageSnapshots';
import { findCard, findGroup, findNode, focusedPort, openPage, waitFor } from './pageSuite';

describe('topology page, updates', () => {
  it('keeps the element of every node over a poll, and the focus on it', async () => {
    const page = await openPage(makeSnapshot());
    const before = await findNode(page, 7001).elementHandle();
    await findNode(page, 7001).focus();
    await page.send({
      type: 'snapshot',
      snapshot: change(makeSnapshot(), { 7001: { keys: 99, state: 'suspect', stateText: 'suspect 1/5' } }),
    });
    const after = await findNode(page, 7001).elementHandle();
    assert.equal(await before?.evaluate((one: unknown, other: unknown) => one === other, after), true);
    assert.equal(await focusedPort(page), 7001);
    assert.match(await findCard(page, 7001).innerText(), /suspect 1\/5\s+99 keys/);
  });

  it('swaps the roles in place: the new master moves up, its elements stay, the focus too', async () => {
    const page = await openPage(makeSnapshot(), { reduceMotion: true });
    const replica = await findNode(page, 7003).elementHandle();
    await findNode(page, 7003).focus();
    await page.send({ type: 'snapshot', snapshot: failOver(makeSnapshot()) });
    assert.equal(
      await replica?.evaluate(
        (one: unknown, other: unknown) => one === other,
        await findNode(page, 7003).elementHandle(),
      ),
      true,
    );
    assert.equal(await focusedPort(page), 7003);
    const [leader, former] = await Promise.all([
      findCard(page, 7003).boundingBox(),
      findCard(page, 7000).boundingBox(),
    ]);
    assert.ok(leader && former && leader.y < former.y);
    assert.match((await findNode(page, 7003).getAttribute('aria-label')) ?? '', /master of shard 1, slots 0-5461/);
  });

  it('keeps a failed former master in its column, crossed, until it is gone', async () => {
    const page = await openPage(makeSnapshot());
    const failed = failOver(makeSnapshot());
    await page.send({ type: 'snapshot', snapshot: failed });
    const [group, card] = await Promise.all([
      findGroup(page, 'shard:slot-0').boundingBox(),
      findCard(page, 7000).boundingBox(),
    ]);
    assert.ok(group && card && card.x > group.x && card.x + card.width < group.x + group.width);
    assert.match(await findCard(page, 7000).innerText(), /former master\s+host-1\s+failed/);
    assert.equal(await findCard(page, 7000).locator('.marker-cross').isVisible(), true);
    await page.screenshot('failed-master');
    const gone = { ...failed, version: 3, nodes: failed.nodes.filter(node => node.id !== nodeId(7000)) };
    await page.send({ type: 'snapshot', snapshot: gone });
    assert.equal(await findNode(page, 7000).count(), 0);
  });

  it('says each change of state or role once, and nothing on a poll that changes none', async () => {
    const page = await openPage(makeSnapshot());
    const said = () => page.page.locator('#announcer').innerText();
    assert.equal(await said(), '');
    await page.send({ type: 'snapshot', snapshot: failOver(makeSnapshot()) });
    assert.equal(await said(), '127.0.0.1:7000 failed. 127.0.0.1:7003 is now master of shard 1');
    const spoken = await page.page.locator('#announcer > div').elementHandle();
    await page.send({ type: 'snapshot', snapshot: { ...failOver(makeSnapshot()), version: 3 } });
    assert.equal(
      await spoken?.evaluate(
        (one: unknown, other: unknown) => one === other,
        await page.page.locator('#announcer > div').elementHandle(),
      ),
      true,
      'the live region is left alone',
    );
  });

  it('points out what changed, without any motion for who wants none', async () => {
    for (const reduceMotion of [false, true]) {
      const page = await openPage(makeSnapshot(), { reduceMotion });
      await page.send({ type: 'snapshot', snapshot: failOver(makeSnapshot()) });
      assert.deepEqual(
        await Promise.all(
          [7000, 7003, 7001].map(async port => (await findCard(page, port).getAttribute('data-changed')) !== null),
        ),
        [true, true, false],
      );
      const motion = await page.page.evaluate<string[]>(
        `[getComputedStyle(document.querySelector('[data-changed]'), '::after').animationName,
          getComputedStyle(document.querySelector('.node')).transitionProperty]`,
      );
      assert.deepEqual(motion, reduceMotion ? ['none', 'none'] : ['arrive', 'transform, width']);
    }
  });

  it('holds still when the system asks for reduced motion', async () => {
    const page = await openPage();
    const animation = () =>
      page.page.evaluate<string>("getComputedStyle(document.querySelector('.codicon-loading')).animationName");
    assert.equal(await animation(), 'turn');
    await page.page.emulateMedia({ reducedMotion: 'reduce' });
    assert.equal(await animation(), 'none');
  });

  it('ignores a snapshot that is not newer', async () => {
    const page = await openPage({ ...makeSnapshot(), version: 5 });
    for (const version of [5, 4])
      await page.send({ type: 'snapshot', snapshot: { ...makeSnapshot({ shards: 1 }), version } });
    assert.equal(await page.page.locator('.node').count(), 6);
    await page.send({ type: 'snapshot', snapshot: { ...makeSnapshot({ shards: 1 }), version: 6 } });
    assert.equal(await page.page.locator('.node').count(), 2);
  });

  it('shows what changed as it would show it whole, and keeps what did not', async () => {
    const before = makeSnapshot({ spares: 1 });
    const after = failOver(before);
    const whole = await openPage(before);
    await whole.send({ type: 'snapshot', snapshot: after });
    const page = await openPage(before);
    await page.send({ type: 'changes', changes: snapshotChanges(before, after) });
    for (const selector of ['#app', '#announcer'])
      assert.equal(await page.page.locator(selector).innerHTML(), await whole.page.locator(selector).innerHTML());
    assert.match(await page.page.locator('#announcer').innerText(), /failed/);
    const last = { ...before, version: after.version + 1 };
    await page.send({ type: 'changes', changes: snapshotChanges(after, last) });
    assert.equal(await findCard(page, 7000).getAttribute('data-state'), 'ok');
    assert.deepEqual((await page.posted()).slice(1), []);
  });

  it('ignores changes that come twice or late, and asks for all where some are missing', async () => {
    const [first, second, third, fourth] = ['ok', 'suspect', 'failed', 'ok'].map((state, index) => ({
      ...change(makeSnapshot(), { 7001: { state: state as 'ok' } }),
      version: index + 1,
    }));
    const changes = (from?: Snapshot, to?: Snapshot): object => ({
      type: 'changes',
      changes: snapshotChanges(from!, to!),
    });
    const page = await openPage(first);
    const state = () => findCard(page, 7001).getAttribute('data-state');
    const asked = async () => (await page.posted()).slice(1);
    await page.send(changes(first, second));
    await page.send(changes(first, second));
    await page.send(changes(second, third));
    await page.send(changes(first, second));
    assert.equal(await state(), 'failed');
    assert.deepEqual(await asked(), []);
    await page.send(changes(fourth, { ...second!, version: 5 }));
    assert.equal(await state(), 'failed', 'what it is not made from it is not put into');
    assert.deepEqual(await asked(), [{ type: 'resend' }]);
    await page.send({ type: 'snapshot', snapshot: { ...second!, version: 6 } });
    assert.equal(await state(), 'suspect');
  });

  it('asks for all when it is told of changes and has nothing, or of a node that is not there', async () => {
    const page = await openPage();
    const first = makeSnapshot();
    const changes = snapshotChanges(first, change(first, { 7001: { state: 'failed' } }))!;
    await page.send({ type: 'changes', changes });
    assert.deepEqual((await page.posted()).slice(1), [{ type: 'resend' }]);
    await page.send({ type: 'snapshot', snapshot: { ...first, nodes: first.nodes.slice(2) } });
    await page.send({ type: 'changes', changes });
    assert.deepEqual((await page.posted()).slice(1), [{ type: 'resend' }, { type: 'resend' }]);
    assert.equal(await page.page.locator('.node').count(), 4);
  });

  it('starts anew for another cluster, whatever its version, and says nothing about the change', async () => {
    const page = await openPage({ ...makeSnapshot(), version: 5 });
    await findNode(page, 7000).click();
    const other = { ...makeSnapshot({ shards: 1 }), clusterId: 'cluster-2', clusterName: 'sessions', version: 1 };
    await page.send({ type: 'snapshot', snapshot: other });
    assert.equal(await page.page.locator('h1').innerText(), 'sessions');
    assert.equal(await page.page.locator('[aria-selected=true]').count(), 0);
    assert.deepEqual(await page.savedState(), { clusterId: 'cluster-2', view: 'graph' });
    assert.equal(await page.page.locator('#announcer').innerText(), '');
  });

  it('switches to hosts and back with the same elements', async () => {
    const page = await openPage(makeSnapshot(), { reduceMotion: true });
    const before = await findNode(page, 7003).elementHandle();
    await page.page.getByRole('button', { name: 'Hosts' }).click();
    assert.equal(await page.page.getByRole('button', { name: 'Hosts' }).getAttribute('aria-pressed'), 'true');
    const titles = () => page.page.locator('.group-title').filter({ visible: true }).allInnerTexts();
    assert.deepEqual(await titles(), ['host-1', 'host-2', 'host-3']);
    assert.match(await findCard(page, 7003).innerText(), /127\.0\.0\.1:7003\s+replica\s+Shard 1/);
    const tree = page.page.locator('[role=tree]').filter({ visible: true });
    assert.equal(await tree.getAttribute('aria-label'), 'Topology of orders, by host');
    await page.page.getByRole('button', { name: 'Graph' }).click();
    assert.deepEqual(await titles(), ['Shard 1', 'Shard 2', 'Shard 3']);
    assert.equal(
      await before?.evaluate(
        (one: unknown, other: unknown) => one === other,
        await findNode(page, 7003).elementHandle(),
      ),
      true,
    );
  });

  it('lays out anew when the page gets narrower or its font larger', async () => {
    const page = await openPage(makeSnapshot(), { width: 1280 });
    const rows = async () =>
      new Set(await Promise.all([7000, 7001, 7002].map(async port => (await findCard(page, port).boundingBox())?.y)))
        .size;
    assert.equal(await rows(), 1);
    await page.page.setViewportSize({ width: 320, height: 800 });
    await waitFor(
      page,
      "new Set([...document.querySelectorAll('.group')].map(group => group.getBoundingClientRect().x)).size === 1",
    );
    assert.equal(await rows(), 3);
    const height = (await findCard(page, 7000).boundingBox())?.height ?? 0;
    await page.page.evaluate("document.documentElement.style.setProperty('--vscode-font-size', '26px')");
    await waitFor(page, `document.querySelector('.node').getBoundingClientRect().height === ${2 * height}`);
  });

  it('takes over the selection of the tree without taking the focus', async () => {
    const page = await openPage(makeSnapshot({ shards: 20 }), { height: 400 });
    await page.send({ type: 'select', nodeId: nodeId(7039) });
    assert.equal(await findNode(page, 7039).getAttribute('aria-selected'), 'true');
    assert.equal(await focusedPort(page), undefined);
    const box = await findNode(page, 7039).boundingBox();
    assert.ok(box && box.y >= 0 && box.y + box.height <= 400, 'it was scrolled into view');
    await page.send({ type: 'select' });
    assert.equal(await page.page.locator('[aria-selected=true]').count(), 0);
    assert.deepEqual(await page.posted(), [{ type: 'ready' }], 'what came from the tree is not sent back');
  });

  it('is after a reload where the reader was', async () => {
    const first = await openPage(makeSnapshot());
    await first.page.getByRole('button', { name: 'Hosts' }).click();
    await findNode(first, 7004).click();
    const state = await first.savedState();
    assert.deepEqual(state, { clusterId: 'cluster-1', view: 'hosts', selectedNodeId: nodeId(7004) });
    const second = await openPage(makeSnapshot(), { state });
    assert.deepEqual(await second.page.locator('.group-title').allInnerTexts(), ['host-1', 'host-2', 'host-3']);
    assert.equal(await findNode(second, 7004).getAttribute('aria-selected'), 'true');
    assert.equal(await findNode(second, 7004).getAttribute('tabindex'), '0');
  });

  it('keeps the cluster for the next reload as soon as it knows it, and starts plainly from a state it cannot read', async () => {
    const page = await openPage(makeSnapshot(), { state: { view: 'colour', clusterId: 7 } });
    assert.deepEqual(await page.savedState(), { clusterId: 'cluster-1', view: 'graph' });
  });

  it('ignores messages it does not know and reports them', async () => {
    const page = await openPage(makeSnapshot());
    await page.send({ type: 'explode' });
    await page.send('hello');
    await page.send({ type: 'snapshot', snapshot: { ...makeSnapshot(), version: 'new' } });
    assert.deepEqual((await page.posted()).slice(1), [
      { type: 'problem', message: 'Unknown message: explode.' },
      { type: 'problem', message: 'A message is not an object.' },
      { type: 'problem', message: 'A snapshot is malformed: version is not what it should be.' },
    ]);
    assert.equal(await page.page.locator('.node').count(), 6);
  });

  it('reports an error of its own', async () => {
    const page = await openPage(makeSnapshot());
    await page.page.evaluate("dispatchEvent(new ErrorEvent('error', { message: 'It broke.' }))");
    assert.deepEqual((await page.posted()).at(-1), { type: 'problem', message: 'It broke.' });
  });
});
