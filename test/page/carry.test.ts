import assert from 'node:assert/strict';
import type { FromPage } from '../../src/shared/pageProtocol';
import type { OpenPage } from '../support/pageHarness';
import { change, failOver, makeNode, makeSnapshot, nodeId } from '../support/pageSnapshots';
import { pageThemes, type PageThemeName } from '../support/pageThemes';
import { makePreview } from '../support/stillSnapshots';
import { findCard, findGroup, findNode, focusedPort, openPage, waitFor } from './pageSuite';

describe('topology page, moving by hand', () => {
  const press = async ({ page }: OpenPage, ...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const requests = async (page: OpenPage): Promise<unknown[]> =>
    (await page.posted()).flatMap((message: FromPage) => (message.type === 'run' ? [message.request] : []));
  const said = ({ page }: OpenPage): Promise<string | null> => page.locator('#announcer').textContent();
  const bar = ({ page }: OpenPage) => page.locator('.carry-bar');
  /** Takes hold of a node, and holds it over something. */
  const dragOver = async (page: OpenPage, port: number, target: { x: number; y: number }): Promise<void> => {
    await findNode(page, port).hover();
    await page.page.mouse.down();
    await page.page.mouse.move(target.x, target.y, { steps: 4 });
  };
  const middleOf = async (locator: ReturnType<typeof findCard>): Promise<{ x: number; y: number }> => {
    const { x, y, width, height } = (await locator.boundingBox())!;
    return { x: x + width / 2, y: y + height / 2 };
  };

  it('drags a replica onto another shard: a plan is asked for, nothing else', async () => {
    const page = await openPage(makeSnapshot({ spares: 1 }));
    await dragOver(page, 7003, await middleOf(findCard(page, 7004)));
    assert.equal(await said(page), 'Follow 127.0.0.1:7001, shard 2');
    assert.deepEqual(
      await Promise.all(
        ['slot-0', 'slot-5462', 'slot-10923'].map(shard => findGroup(page, `shard:${shard}`).getAttribute('data-drop')),
      ),
      ['no', 'yes', 'yes'],
    );
    await page.screenshot('carry-drag');
    assert.deepEqual(await requests(page), []);
    await page.page.mouse.up();
    assert.deepEqual(await requests(page), [{ command: 'moveReplica', node: nodeId(7003), master: nodeId(7001) }]);
    assert.equal(await page.page.locator('[data-drop], [data-drop-chosen]').count(), 0);
    assert.equal(await page.page.locator('[aria-selected=true]').count(), 0, 'the end of a drag selects nobody');
    await findNode(page, 7004).click();
    assert.equal(await page.page.locator('[aria-selected=true]').count(), 1, 'the next click does');
  });

  it('drags a spare onto a shard, and onto a failed node to take its place', async () => {
    const page = await openPage(failOver(makeSnapshot({ spares: 1 })));
    await dragOver(page, 7006, await middleOf(findCard(page, 7001)));
    await page.page.mouse.up();
    await dragOver(page, 7006, await middleOf(findCard(page, 7000)));
    assert.equal(await said(page), 'Take the place of 127.0.0.1:7000');
    await page.page.mouse.up();
    assert.deepEqual(await requests(page), [
      { command: 'addNode', as: 'replica', node: nodeId(7006), master: nodeId(7001) },
      { command: 'replaceNode', node: nodeId(7000), spare: nodeId(7006) },
    ]);
  });

  it('says at the target why it will not do, and does nothing there', async () => {
    const page = await openPage(makeSnapshot());
    await dragOver(page, 7003, await middleOf(findCard(page, 7000)));
    assert.equal(await page.page.locator('.carry-tag').textContent(), 'It follows this master already');
    assert.equal(await said(page), 'It follows this master already');
    await page.screenshot('carry-refused');
    await page.page.mouse.up();
    assert.equal(await bar(page).isVisible(), false);
    assert.deepEqual(await requests(page), []);
  });

  for (const [what, port, given, reason] of [
    ['a master', 7000, {}, /A master stays where it is/],
    ['anything of a read-only cluster', 7003, { readOnly: true }, /read-only/],
    [
      'anything while an operation runs',
      7003,
      { operation: { title: 'Check', message: '', fraction: 0 } },
      /Another operation is under way/,
    ],
  ] as const)
    it(`carries the reason why it cannot move ${what}`, async () => {
      const page = await openPage({ ...makeSnapshot(), ...given });
      await dragOver(page, port, await middleOf(findCard(page, 7002)));
      assert.match((await page.page.locator('.carry-tag').textContent()) ?? '', reason);
      assert.equal(await page.page.locator('[data-drop]').count(), 0);
      await page.page.mouse.up();
      await findNode(page, port).focus();
      await press(page, 'm');
      assert.match((await said(page)) ?? '', reason);
      await press(page, 'Enter');
      assert.deepEqual(await requests(page), []);
    });

  it('is left by Esc in the middle of a drag', async () => {
    const page = await openPage(makeSnapshot());
    await dragOver(page, 7003, await middleOf(findCard(page, 7001)));
    await press(page, 'Escape');
    assert.equal(await bar(page).isVisible(), false);
    await page.page.mouse.up();
    assert.deepEqual(await requests(page), []);
    assert.equal(await said(page), 'Nothing was moved');
  });

  for (const theme of Object.keys(pageThemes) as PageThemeName[])
    it(`goes by keys among what is possible, in the theme ${theme}, without a violation`, async () => {
      const page = await openPage(makeSnapshot({ spares: 1 }), { theme });
      await findNode(page, 7003).focus();
      await press(page, 'm', 'ArrowRight');
      assert.equal(await said(page), 'Follow 127.0.0.1:7001, shard 2; 1 of 2');
      await page.screenshot(`carry-${theme}`);
      assert.deepEqual(await page.audit(), []);
      await press(page, 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Enter');
      assert.deepEqual(await requests(page), [{ command: 'moveReplica', node: nodeId(7003), master: nodeId(7002) }]);
    });

  it('gives the focus back when it is left, and keeps other keys to itself meanwhile', async () => {
    const page = await openPage(makeSnapshot());
    await findNode(page, 7004).focus();
    await press(page, 'm', '3', 'ArrowDown', 'Escape');
    assert.equal(await focusedPort(page), 7004);
    assert.equal(await page.page.locator('.hosts').isVisible(), false);
    assert.equal(await said(page), 'Nothing was moved');
    await press(page, 'm', 'Enter');
    assert.equal(await bar(page).isVisible(), true, 'nothing is chosen yet');
    await press(page, 'Tab');
    assert.equal(await bar(page).isVisible(), false);
    assert.deepEqual(await requests(page), []);
  });

  it('says when what was chosen is possible no more, and when what is carried is gone', async () => {
    const snapshot = makeSnapshot();
    const page = await openPage(snapshot);
    await findNode(page, 7003).focus();
    await press(page, 'm', 'ArrowDown');
    const hurt = change(snapshot, { 7001: { state: 'failed', stateText: 'failed' } });
    await page.send({ type: 'snapshot', snapshot: hurt });
    assert.match((await bar(page).textContent()) ?? '', /no longer possible/);
    await press(page, 'Enter');
    assert.deepEqual(await requests(page), []);
    await press(page, 'ArrowDown');
    const gone = { ...hurt, version: 9, nodes: hurt.nodes.filter(({ id }) => id !== nodeId(7003)) };
    await page.send({ type: 'snapshot', snapshot: gone });
    assert.match((await bar(page).textContent()) ?? '', /moving ended\. The node is gone/);
    await press(page, 'Enter');
    assert.deepEqual(await requests(page), []);
    await waitFor(page, "document.querySelectorAll('[data-drop]').length === 0");
  });

  it('ends when another picture than that of now comes, and gives the keys back', async () => {
    const snapshot = makeSnapshot();
    const page = await openPage(snapshot);
    await findNode(page, 7003).focus();
    await press(page, 'm', 'ArrowDown');
    await page.send({ type: 'preview', preview: makePreview(snapshot) });
    assert.match((await bar(page).textContent()) ?? '', /moving ended\. What is shown is not how it is now/);
    assert.equal(await page.page.locator('[data-drop], [data-drop-chosen]').count(), 0);
    await press(page, 'Escape');
    assert.equal(await page.page.locator('.still').isVisible(), false, 'the plan is left');
    assert.deepEqual(await requests(page), []);
  });

  it('takes hold of nothing on a picture that is not of now: a press that wanders is a click', async () => {
    const snapshot = makeSnapshot();
    // Too narrow for two pictures.
    const page = await openPage(snapshot, { width: 800 });
    await page.send({ type: 'preview', preview: makePreview(snapshot) });
    const { x, y } = await middleOf(findNode(page, 7004));
    await page.page.mouse.move(x - 12, y);
    await page.page.mouse.down();
    await page.page.mouse.move(x, y, { steps: 4 });
    await page.page.mouse.up();
    assert.equal(await bar(page).isVisible(), false);
    assert.equal(await page.page.locator('[aria-selected=true]').count(), 1);
  });

  it('drags selected slots onto a master, also one without slots, and carries them by keys', async () => {
    const snapshot = makeSnapshot();
    const empty = makeNode(7009, { role: 'master' });
    const page = await openPage(
      { ...snapshot, nodes: [...snapshot.nodes, empty] },
      { state: { clusterId: 'cluster-1', view: 'slots', slots: { mode: 'owner', selected: '0-99', cursor: 0 } } },
    );
    await page.page.locator('.slot-grip').hover();
    await page.page.mouse.down();
    const { x, y } = await middleOf(findNode(page, 7009));
    await page.page.mouse.move(x, y, { steps: 4 });
    assert.equal(await said(page), 'Move to 127.0.0.1:7009');
    await page.screenshot('carry-slots');
    await page.page.mouse.up();
    await findNode(page, 7001).focus();
    await press(page, 'm', 'ArrowDown', 'Enter');
    assert.deepEqual(await requests(page), [
      { command: 'reshard', slots: '0-99', to: nodeId(7009) },
      { command: 'reshard', slots: '0-99', to: nodeId(7001) },
    ]);
  });

  it('goes by keys over hundreds of nodes, where a drag pans', async () => {
    const page = await openPage(makeSnapshot({ shards: 120 }));
    await findNode(page, 7000).focus();
    await page.send({ type: 'select', nodeId: nodeId(7130) });
    await findNode(page, 7130).focus();
    await press(page, 'm', 'End', 'Enter');
    assert.deepEqual(await requests(page), [{ command: 'moveReplica', node: nodeId(7130), master: nodeId(7119) }]);
  });
});
