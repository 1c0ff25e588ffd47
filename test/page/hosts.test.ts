import assert from 'node:assert/strict';
import type { PageDomain, Snapshot } from '../../src/shared/pageProtocol';
import type { PageWhatIf, PageWhatIfAnswer } from '../../src/shared/pageWhatIf';
import { makeBusySnapshot, makeSnapshot, nodeId } from '../support/pageSnapshots';
import type { OpenPage } from '../support/pageHarness';
import { pageThemes, type PageThemeName } from '../support/pageThemes';
import { findCard, findGroup, findNode, focusedKey, openPage } from './pageSuite';

const state = { clusterId: 'cluster-1', view: 'hosts' };

function judge(snapshot: Snapshot, ...domains: (Partial<PageDomain> & { label: string })[]): Snapshot {
  const usual = { kind: 'host', text: '', losesMajority: false, shardsDown: 0, slotsDown: 0 } as const;
  const labels = new Set(domains.map(({ label }) => label));
  return {
    ...snapshot,
    domains: [
      ...snapshot.domains.filter(({ label }) => !labels.has(label)),
      ...domains.map(domain => ({ ...usual, ...domain })),
    ],
  };
}

/** Two hosts: the first has two masters of three, and shard 3 wholly. */
function makeLopsided(): Snapshot {
  const snapshot = makeSnapshot({ hosts: 2, spares: 1 });
  const nodes = snapshot.nodes.map(node => (node.id === nodeId(7005) ? { ...node, hostLabel: 'host-1' } : node));
  return judge(
    { ...snapshot, nodes },
    {
      label: 'host-1',
      text: 'If host host-1 dies: no majority is left (1 of 3 masters), so no replica takes over by itself.',
      losesMajority: true,
      shardsDown: 2,
      slotsDown: 10923,
    },
    { label: 'host-2', text: 'If host host-2 dies: 127.0.0.1:7004 takes over slots 5462-10922.' },
    {
      kind: 'zone',
      label: 'eu-1a',
      text: 'If zone eu-1a dies: slots 0-5461 are lost.',
      slotsDown: 5462,
      shardsDown: 1,
    },
  );
}

const loss: PageWhatIf = {
  text: 'If host host-1 dies: no majority is left (1 of 3 masters), so no replica takes over by itself; slots 0-5461 are down until 127.0.0.1:7003 is promoted by hand.',
  remedy: 'Balance the roles: fail over one of its masters to a replica on another host.',
  mends: [{ title: 'Plan: Balance Roles', request: { command: 'balanceRoles' } }],
  nodeIds: [7000, 7002, 7004, 7005, 7006].map(nodeId),
  losesMajority: true,
  fates: [
    { shardId: 'slot-0', kind: 'notElected', slots: '0-5461', replicaId: nodeId(7003) },
    { shardId: 'slot-10923', kind: 'lost', slots: '10923-16383' },
  ],
  slotsDown: '0-5461 10923-16383',
  slotsDownCount: 10923,
};
const answer: PageWhatIfAnswer = { type: 'whatIf', subject: { kind: 'host', label: 'host-1' }, loss };

describe('topology page, hosts', () => {
  const press = ({ page }: OpenPage, ...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const banner = ({ page }: OpenPage) => page.getByRole('region', { name: 'What if' });
  const cell = ({ page }: OpenPage, shard: number, host: string) =>
    page.locator(`[data-key="cell:${makeSnapshot().shards[shard - 1]!.id}:${host}"]`);

  it('tells at a glance which host can kill the quorum, in shape and words', async () => {
    const page = await openPage(makeLopsided(), { state });
    const bad = findGroup(page, 'host:host-1');
    assert.match((await bad.getAttribute('aria-label')) ?? '', /can kill the quorum.*no majority is left/);
    assert.equal(await page.page.locator('.group', { hasText: 'can kill the quorum' }).count(), 1);
    assert.match(
      await page.page.locator('.host-summary').innerText(),
      /1 host can kill the quorum · 1 shard on one host only/,
    );
    assert.equal(await page.page.getByRole('button', { name: 'zone eu-1a: takes slots with it' }).count(), 1);
    await page.screenshot('hosts-verdicts');
  });

  it('says of a well placed cluster that any host can die', async () => {
    const page = await openPage(makeSnapshot(), { state });
    assert.match(await page.page.locator('.host-summary').innerText(), /Any one host can die/);
    assert.equal(await page.page.locator('.group-mark:visible').count(), 0);
  });

  it('asks what a host would cost when it is clicked, and shows it on the picture without touching anything', async () => {
    const page = await openPage(makeLopsided(), { state });
    await findGroup(page, 'host:host-1').click({ position: { x: 20, y: 12 } });
    assert.deepEqual((await page.posted()).at(-1), { type: 'whatIf', subject: { kind: 'host', label: 'host-1' } });
    assert.match(await banner(page).innerText(), /What if host host-1 died\?\s+Only a thought: nothing is done\./);
    await page.send(answer);
    assert.match(await banner(page).innerText(), /no majority is left.*Balance the roles/s);
    assert.match((await findNode(page, 7002).getAttribute('aria-label')) ?? '', /, dies, slots down$/);
    assert.match((await findNode(page, 7005).getAttribute('aria-label')) ?? '', /, dies$/);
    assert.match(await findCard(page, 7003).innerText(), /not elected/);
    assert.equal(await findCard(page, 7001).getAttribute('data-fate'), null);
    assert.match(await page.page.locator('#announcer').innerText(), /no majority is left/);
    await page.screenshot('what-if');
    await press(page, '1');
    assert.match((await findGroup(page, 'shard:slot-10923').getAttribute('aria-label')) ?? '', /, down$/);
    await page.screenshot('what-if-graph');
    assert.deepEqual(
      (await page.posted()).filter(({ type }) => type === 'run'),
      [],
    );
  });

  it('opens the plan that would mend it only when that is asked for', async () => {
    const page = await openPage(makeLopsided(), { state });
    await findGroup(page, 'host:host-1').focus();
    await press(page, 'Enter');
    await page.send(answer);
    await page.page.getByRole('button', { name: 'Plan: Balance Roles' }).click();
    assert.deepEqual((await page.posted()).at(-1), { type: 'run', request: { command: 'balanceRoles' } });
  });

  it('asks anew with each picture, about another node on a click, and leaves by Esc', async () => {
    const page = await openPage(makeLopsided(), { state });
    await findNode(page, 7001).focus();
    await press(page, 'w');
    const about = (port: number) => ({ type: 'whatIf', subject: { kind: 'node', nodeId: nodeId(port) } });
    assert.deepEqual((await page.posted()).at(-1), about(7001));
    await page.send(answer);
    assert.match(await banner(page).innerText(), /Working it out/, 'an answer to another question counts for nothing');
    await page.send({ ...about(7001), reason: '127.0.0.1:7001 is down already.' });
    assert.match(await banner(page).innerText(), /is down already/);
    await page.send({ type: 'snapshot', snapshot: { ...makeLopsided(), version: 2 } });
    assert.deepEqual((await page.posted()).at(-1), about(7001));
    await findNode(page, 7002).click();
    assert.deepEqual((await page.posted()).at(-1), about(7002));
    await press(page, 'Escape');
    assert.equal(await banner(page).isVisible(), false);
    assert.equal(await page.page.locator('[data-fate]').count(), 0);
    assert.equal(await findNode(page, 7002).getAttribute('aria-selected'), 'true', 'the selection stays');
    await page.send({ ...about(7002), reason: 'Late.' });
    assert.equal(await banner(page).isVisible(), false);
  });

  it('shows hosts against shards, with copies that stand side by side marked', async () => {
    const page = await openPage(makeLopsided(), { state });
    await page.page.getByRole('button', { name: 'Matrix' }).click();
    const grid = page.page.getByRole('grid', { name: 'Hosts and shards of orders' });
    assert.deepEqual([await grid.getAttribute('aria-rowcount'), await grid.getAttribute('aria-colcount')], ['3', '4']);
    assert.equal(
      await cell(page, 3, 'host-1').getAttribute('aria-label'),
      'Shard 3 on host-1, master 127.0.0.1:7002 ok, replica 127.0.0.1:7005 ok, all living copies of the shard are on this host',
    );
    assert.deepEqual(
      [await cell(page, 3, 'host-1').innerText(), await cell(page, 1, 'host-1').innerText()].map(text =>
        text.replaceAll(/\s/g, ''),
      ),
      ['MR', 'M'],
    );
    assert.equal(await cell(page, 3, 'host-2').count(), 0);
    const [second, below, host] = await Promise.all([
      page.page.getByRole('columnheader', { name: 'Shard 2' }).boundingBox(),
      cell(page, 2, 'host-2').boundingBox(),
      page.page.getByRole('rowheader', { name: 'host-2' }).boundingBox(),
    ]);
    assert.ok(second && below && host);
    assert.deepEqual([below.x, below.width, below.y], [second.x, second.width, host.y], 'it stands under its shard');
    assert.ok(below.x >= host.x + host.width && below.width > 30);
    await page.screenshot('matrix');
  });

  it('walks the matrix by keys over what is there, selects, asks and opens the menu', async () => {
    const page = await openPage(makeLopsided(), { state });
    await page.page.getByRole('button', { name: 'Matrix' }).click();
    assert.equal(await page.page.locator('.matrix [tabindex="0"]').count(), 1);
    await page.page.getByRole('rowheader', { name: 'host-1' }).focus();
    await press(page, 'ArrowRight', 'ArrowRight', 'ArrowRight');
    assert.equal(await focusedKey(page), 'cell:slot-10923:host-1');
    await press(page, 'ArrowDown');
    assert.equal(await focusedKey(page), 'cell:slot-10923:host-1', 'nothing below');
    await press(page, 'ArrowLeft', 'ArrowDown', 'Space', 'Shift+F10', 'Home', 'w');
    assert.deepEqual((await page.posted()).slice(1), [
      { type: 'select', nodeId: nodeId(7001) },
      { type: 'whatIf', subject: { kind: 'host', label: 'host-1' } },
    ]);
    assert.deepEqual(
      (await page.menus()).map(menu => menu.nodeId),
      [nodeId(7001)],
    );
    await page.send(answer);
    assert.equal(await page.page.locator('.matrix-mark[data-fate]').count(), 5);
    assert.match(
      (await cell(page, 3, 'host-1').getAttribute('aria-label')) ?? '',
      /7002 ok, dies, slots down, replica/,
    );
  });

  it('begins with the matrix for a thousand nodes, and draws only what is there', async () => {
    const page = await openPage(makeSnapshot({ shards: 334, replicas: 2, hosts: 50 }), { state, width: 1600 });
    assert.equal(await page.page.locator('.matrix-body .matrix-cell').count(), 1002);
    await page.page.getByRole('rowheader', { name: 'host-50' }).focus();
    await press(page, 'End');
    await page.screenshot('matrix-1000');
    await press(page, 'Home');
    await page.screenshot('matrix-1000-start');
    assert.deepEqual(await page.audit(), []);
  });

  for (const theme of Object.keys(pageThemes) as PageThemeName[])
    it(`has no violation in the theme ${theme}, in a what-if, as boxes or as a matrix`, async () => {
      const page = await openPage(
        judge(makeBusySnapshot(), makeLopsided().domains[0]!, { label: 'host-2', slotsDown: 9 }),
        {
          theme,
          state,
        },
      );
      await findGroup(page, 'host:host-1').focus();
      await press(page, 'w');
      await page.send({ ...answer, loss: { ...loss, nodeIds: [7003, 7007, 7009].map(nodeId) } });
      await page.screenshot(`hosts-what-if-${theme}`);
      // Each in one theme of each contrast.
      if (theme === 'dark' || theme === 'highContrastLight') return assert.deepEqual(await page.audit(), []);
      await page.page.getByRole('button', { name: 'Matrix' }).click();
      await page.screenshot(`matrix-${theme}`);
      assert.deepEqual(await page.audit(), []);
    });

  it('works from 320 px on', async () => {
    const page = await openPage(makeLopsided(), { state, width: 320 });
    await findGroup(page, 'host:host-1').focus();
    await press(page, 'w');
    await page.send(answer);
    await page.screenshot('hosts-320');
    await page.page.getByRole('button', { name: 'Matrix' }).click();
    await page.screenshot('matrix-320');
    assert.equal(await page.page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth'), true);
  });
});
