import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn } from '../../support/leaks';
import { startTestServers, type TestServers } from '../../support/testCluster';
import { openWorkbench, until, type Workbench } from '../../support/vscodeHost';

const password = 'a-marked-secret-of-this-test';

describe('A cluster in the list, from a URL to its end', function () {
  // Each stage stands on the one before.
  this.bail(true);

  let servers: TestServers;
  let workbench: Workbench;
  before(async () => {
    servers = await startTestServers({ count: 1, password });
    workbench = await openWorkbench({ name: 'clusterList' });
    await workbench.openView();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot('failed');
  });
  after(async () => {
    await workbench?.close();
    await servers?.close();
  });

  it('is added from what was pasted, in production, and its password stands in no file', async () => {
    await workbench.runCommand('Redis Cluster: Add a Cluster…');
    await workbench.answer(`redis://:${password}@${servers.nodes[0]}`, 'Paste addresses');
    await workbench.answer('Shop', 'Name of the cluster');
    const boxes = workbench.page.locator('.quick-input-widget:visible');
    const back = boxes.getByRole('button', { name: 'Back' });
    await boxes.getByRole('option', { name: 'Changes Allowed' }).waitFor();
    await back.click();
    await boxes.filter({ hasText: 'Name of the cluster' }).waitFor();
    assert.equal(await boxes.getByRole('textbox').inputValue(), 'Shop');
    await back.click();
    await workbench.answer(`redis://:${password}@${servers.nodes[0]}`, 'Paste addresses');
    await workbench.answer('Shop', 'Name of the cluster');
    await workbench.pick('Changes Allowed');
    await workbench.pick('Production…');
    await boxes.getByRole('option', { name: 'Orange' }).waitFor();
    await back.click();
    await boxes.locator('.monaco-list-row.focused', { hasText: 'Production…' }).waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.pick('Orange');
    await workbench.treeRow(/^Cluster Shop, production · no cluster yet/).waitFor();
    await workbench.screenshot('1-added');
    await until(
      'the name and the mark in the status bar',
      () => workbench.statusBarText(),
      text => text.includes('Shop, production'),
    );
    assert.deepEqual(clusterNames(), ['Shop']);
  });

  it('is edited field by field, and then offers no change', async () => {
    await workbench.contextMenu(workbench.treeRow(/^Cluster Shop/), 'Edit Cluster…');
    await workbench.pick(/^Name/);
    await workbench.answer('Store', 'Name of the cluster');
    await workbench.pick(/^Access/);
    await workbench.pick(/^Read-Only/);
    await workbench.pick(/Test and Save/);
    await workbench.treeRow(/^Cluster Store, production · read-only/).waitFor();
    await workbench.screenshot('2-edited');
    assert.deepEqual(clusterNames(), ['Store']);
  });

  it('is removed, and nothing of it is left', async () => {
    await workbench.contextMenu(workbench.treeRow(/^Cluster Store/), 'Remove Cluster');
    assert.match(await workbench.acceptModal('Remove'), /stored password/);
    await workbench.treeRow(/^Cluster Store/).waitFor({ state: 'detached' });
    assert.deepEqual(clusterNames(), []);
    assert.deepEqual(filesWith(workbench.directory, password), []);
  });

  function clusterNames(): string[] {
    const text = readFileSync(join(workbench.directory, 'server', 'data', 'Machine', 'settings.json'), 'utf8');
    const { 'redisCluster.clusters': clusters = [] } = JSON.parse(text) as {
      'redisCluster.clusters'?: { name: string }[];
    };
    return clusters.map(({ name }) => name);
  }
});

function filesWith(directory: string, text: string): string[] {
  return filesIn(directory).filter(file => readFileSync(file).includes(text));
}
