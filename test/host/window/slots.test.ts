import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import type { BackupManifest } from '../../../src/core/index';
import { startBareServer, type BareServer } from '../../cluster/connection/bareServer';
import { FixStage, slot } from '../../support/fix/fixStage';
import { assertFilled, fillCluster } from '../../support/slots/fill';
import { openSlots } from '../../support/slots/openSlots';
import { checkCluster, sendCommand } from '../../support/testCluster';
import { openWorkbench, until, type Workbench } from '../../support/vscodeHost';

const password = 'of the source alone';
const importedKeys = 50;
const movingKeys = 4000;

describe('The story of slots and keys by hand: check, fix, back up, import, move, set', function () {
  // Each stage stands on the one before.
  this.bail(true);

  let stage: FixStage;
  let source: BareServer;
  let workbench: Workbench;
  let addresses: string[];
  const untilShown = (document: string): Promise<void> =>
    workbench.page.getByRole('tab', { name: new RegExp(`^${document}`) }).waitFor();
  /** What stands above a line of the report and can be clicked. */
  const action = (title: string): Locator =>
    workbench.page.locator('.codelens-decoration').getByText(title, { exact: true }).first();
  const reportLine = (text: string | RegExp): Locator =>
    workbench.page.locator('.editor-instance .view-line', { hasText: text });
  const keysOfSlot = (master: 0 | 1): Promise<unknown> => stage.send(master, 'CLUSTER', 'COUNTKEYSINSLOT', slot);

  before(async () => {
    const starting = startBareServer({ requirepass: password });
    stage = await FixStage.open();
    source = await starting;
    addresses = stage.ports.map(port => `127.0.0.1:${port}`);
    workbench = await openWorkbench({
      name: 'slots',
      settings: {
        'redisCluster.clusters': [{ id: 'shop', name: 'Shop', nodes: addresses }],
        'redisCluster.refreshIntervalSeconds': 0.5,
        'redisCluster.supervisor.mode': 'off',
        // Slow enough to be met in the middle.
        'redisCluster.migration.latencyMilliseconds': 0.3,
      },
    });
    await workbench.openView();
    await workbench.treeRow(/^Cluster Shop, /).waitFor();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed');
  });
  after(async () => {
    await workbench?.close();
    await source?.close();
    await stage?.close();
  });

  it('"Check" tells how far a move is that was left half done', async () => {
    await stage.write(0, ['one', 'two']);
    await stage.setSlot(1, slot, 'IMPORTING', 0);
    await stage.setSlot(0, slot, 'MIGRATING', 1);
    await workbench.treeRow(/^warning: 1 slot is open/).waitFor();
    await workbench.runCommand('Redis Cluster: Check Cluster');
    await workbench.pick(/^Check, with stray keys/);
    await untilShown('Check of Shop');
    await workbench
      .treeRow(`warning: Slot ${slot} is on the way from ${addresses[0]} (2 keys) to ${addresses[1]} (0 keys).`)
      .waitFor();
    await action('Fix…').waitFor();
    await action(`Show ${addresses[0]}`).waitFor();
    await workbench.screenshot('1-check');
  });

  it('"Fix" at the problem itself finishes the move', async () => {
    const problem = workbench.treeRow(/^warning: Slot \d+ is on the way/);
    await workbench.contextMenu(problem, 'Fix…');
    await workbench.pick(/^Finish the Move/);
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await workbench.screenshot('2-fix');
    const plan = await workbench.acceptModal('Fix');
    assert.ok(plan.includes(`The move is finished: it goes to ${addresses[1]}.`), plan);
    await problem.waitFor({ state: 'detached' });
    await checkCluster(stage.servers);
    assert.deepEqual([await keysOfSlot(0), await keysOfSlot(1)], [0, 2]);
    await reportLine(/Out\sof\sdate:.*Fix.*completed/).waitFor();
    await workbench.screenshot('2-outdated');
  });

  it('the report is made again where it says that it is out of date, and "Fix" there rolls the next move back', async () => {
    await stage.setSlot(0, slot, 'IMPORTING', 1);
    await stage.setSlot(1, slot, 'MIGRATING', 0);
    const problem = workbench.treeRow(/^warning: 1 slot is open/);
    await problem.waitFor();
    await action('Check Again').click();
    await reportLine(/Out\sof\sdate/).waitFor({ state: 'detached' });
    await action('Fix…').click();
    await workbench.pick(/^Roll It Back/);
    const plan = await workbench.acceptModal('Fix');
    assert.ok(
      plan.includes(`It stays with ${addresses[1]} and is closed; what is still written elsewhere goes home to it.`),
      plan,
    );
    await reportLine(/Out\sof\sdate/).waitFor();
    await checkCluster(stage.servers);
    assert.deepEqual([await keysOfSlot(0), await keysOfSlot(1)], [0, 2]);
  });

  it('"Back Up" writes a folder of its own into the one that is chosen', async () => {
    await workbench.runCommand('Redis Cluster: Back Up…');
    const dialog = workbench.page.locator('.quick-input-widget:visible');
    await dialog
      .filter({ hasText: 'Where shall the backup of Shop go?' })
      .getByRole('option', { name: '..' })
      .waitFor();
    await dialog.getByRole('button', { name: 'Back Up Here', exact: true }).click();
    const question = await workbench.acceptModal('Back Up');
    for (const address of addresses) assert.ok(question.includes(`${address} (master): slots `), question);
    await untilShown('Backup of Shop');
    await workbench.screenshot('3-backup');
    const [name, ...others] = readdirSync(workbench.folder);
    assert.match(name ?? '', /^Shop-\d{4}-/);
    assert.deepEqual(others, []);
    const directory = join(workbench.folder, name!);
    const { shards } = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as BackupManifest;
    assert.deepEqual(readdirSync(directory).sort(), ['manifest.json', ...shards.map(({ file }) => file)].sort());
    assert.deepEqual(
      shards.map(({ keys }) => keys),
      [0, 2, 0],
    );
  });

  it('"Import" takes one address, and brings the keys of a server with a password in', async () => {
    const words = Array.from({ length: importedKeys }, (_, number) => [`user:${number}`, `value ${number}`]).flat();
    await sendCommand(source.port, ['MSET', ...words], password);
    await workbench.runCommand('Redis Cluster: Import Keys from a Standalone Server…');
    await workbench.answer(`${source.address}, ${addresses[0]}`, 'The address of the server outside');
    await workbench.page.getByText('Too many addresses: 2 given, 1 wanted.').first().waitFor();
    await workbench.answer(source.address, 'Too many addresses');
    await workbench.pick(/^Plain Connection/);
    await workbench.answer('', 'ACL user');
    await workbench.answer(password, `Password of ${source.address}`);
    await workbench.pick(/^Stop/);
    await workbench.answer('user:*', `Which keys of ${source.address}?`);
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await workbench.screenshot('4-import');
    const plan = await workbench.acceptModal('Import');
    assert.ok(plan.includes(`Import the keys user:* from ${source.address}?`), plan);
    assert.ok(plan.includes('The keys go to Shop.'), plan);
    await untilShown('Import into Shop');
    await workbench.screenshot('5-imported');
    const counts = await Promise.all(([0, 1, 2] as const).map(master => stage.send(master, 'DBSIZE')));
    assert.equal(
      counts.map(Number).reduce((sum, count) => sum + count, 0),
      importedKeys + 2,
    );
    await checkCluster(stage.servers);
  });

  it('"Move Slots" is paused with no slot open, goes on, and is cancelled', async () => {
    await fillCluster(stage.ports, movingKeys);
    const owned = async (): Promise<number> => (await stage.client.observe()).nodes.find(isTarget)!.slots.count;
    const isTarget = ({ address }: { address: string }): boolean => address === addresses[2];
    const before = await owned();
    await workbench.runCommand('Redis Cluster: Move Slots…');
    await workbench.pick(addresses[2]!);
    await workbench.answer('0-4999', 'A number moves so many slots');
    await workbench.page.locator('.monaco-dialog-box').waitFor();
    await workbench.screenshot('6-move');
    const plan = await workbench.acceptModal('Move');
    assert.ok(plan.includes('5,000 slots'), plan);

    await until('slots move', owned, count => count > before);
    await workbench.runCommand('Redis Cluster: Pause Operation');
    await until(
      'it is paused',
      () => workbench.statusBarText(),
      text => /paused/i.test(text),
    );
    assert.deepEqual(await openSlots(stage.ports), []);
    const paused = await owned();
    await workbench.screenshot('7-paused');
    await workbench.runCommand('Redis Cluster: Resume Operation');
    await until('slots move again', owned, count => count > paused);
    await workbench.runCommand('Redis Cluster: Cancel Operation');
    // As it is read out: whether its toast is drawn depends on the window.
    const told = workbench.page.locator('.monaco-alert', { hasText: 'cancelled.' }).first();
    await told.waitFor({ state: 'attached' });
    assert.match(
      (await told.textContent()) ?? '',
      /[\d,]+ of 5,000 slots have moved and stay there, and no slot is open\./,
    );
    await workbench.screenshot('8-cancelled');
    assert.deepEqual(await openSlots(stage.ports), []);
    const moved = (await owned()) - before;
    assert.ok(moved > 0 && moved < 5000, `${moved} moved`);
    await checkCluster(stage.servers);
    await assertFilled(stage.ports, movingKeys);
  });

  it('"Set Configuration" says what a server has against a value, and changes no node', async () => {
    const levels = (): Promise<unknown[]> =>
      Promise.all(([0, 1, 2] as const).map(master => stage.send(master, 'CONFIG', 'GET', 'loglevel')));
    const before = await levels();
    await workbench.runCommand('Redis Cluster: Set Configuration on Nodes…');
    // All of them are too many to be drawn.
    const list = workbench.page.locator('.quick-input-widget:visible');
    await list.getByRole('option').nth(5).waitFor();
    await list.getByRole('textbox').fill('loglevel');
    await workbench.pick(/^loglevel/);
    await workbench.answer('loud', 'loglevel (Press');
    await workbench.pick(/^All Nodes/);
    await workbench.pick(/^Until a node restarts/);
    await workbench.acceptModal('Set');
    const refusal = workbench.page.locator('.monaco-dialog-box, .notification-toast').filter({ hasText: 'loglevel' });
    await refusal.first().waitFor();
    await workbench.screenshot('9-refused');
    assert.match(await refusal.first().innerText(), /refused CONFIG SET: .*must be one of.* Nothing was changed\./);
    assert.deepEqual(await levels(), before);
  });
});
