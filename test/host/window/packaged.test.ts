import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from '../../../scripts/setup/run.mjs';
import { openWorkbench, type Workbench } from '../../support/vscodeHost';

/** What users get, and nothing else. */
const SHIPPED = [
  'changelog.md',
  'LICENSE.txt',
  'readme.md',
  'dist/ThirdPartyNotices.txt',
  'dist/core.js',
  'dist/extension.js',
  'dist/webview/*.js',
  'dist/webview/codicon.css',
  'dist/webview/codicon.ttf',
  'media/icon.png',
  'media/icon.svg',
  'media/topology.css',
  'package.json',
  'package.nls.json',
];
const MOST_BYTES = 1_000_000;

describe('The packaged extension, installed into an empty profile', () => {
  const vsix = 'dist/redis-cluster-manager.vsix';
  let workbench: Workbench;
  before(async () => {
    const { status, output } = await run('npm', ['run', 'package'], { timeoutSeconds: 120 });
    assert.equal(status, 0, output);
    workbench = await openWorkbench({
      name: 'packaged',
      packaged: join(process.cwd(), vsix),
      trustEverything: false,
      workspaceSettings: {
        'redisCluster.clusters': [{ name: 'Of the folder', nodes: ['127.0.0.1:1'] }],
      },
    });
  });
  after(() => workbench?.close());

  it('holds what it needs and nothing else, in less than 1 MB', () => {
    assert(statSync(vsix).size < MOST_BYTES, `${statSync(vsix).size} bytes`);
    const extensions = join(workbench.directory, 'extensions');
    const folder = join(
      extensions,
      readdirSync(extensions).find(name => name.startsWith('redis-cluster-manager.'))!,
    );
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(({ parentPath, name }) =>
        relative(folder, join(parentPath, name)).replace(/^(dist\/webview\/).*\.js$/, '$1*.js'),
      );
    // VS Code keeps a note of its own there.
    assert.deepEqual([...new Set(names)].filter(name => name !== '.vsixmanifest').sort(), [...SHIPPED].sort());
  });

  it('offers only to look, and shows no cluster that the folder names, while nobody trusts it', async () => {
    await workbench.openView();
    const buttons = workbench.page.locator('.sidebar .welcome-view').first().getByRole('button');
    await buttons.first().waitFor();
    await workbench.screenshot('restricted');
    assert.deepEqual(await buttons.allInnerTexts(), ['Add a Cluster…', 'Manage Workspace Trust']);
    assert.equal(await workbench.treeRow('Of the folder').count(), 0);
  });

  it('runs a command', async () => {
    await workbench.runCommand('Redis Cluster: Add a Cluster…');
    await workbench.page
      .locator('.quick-input-widget:visible', {
        has: workbench.page.locator('.quick-input-title', { hasText: 'Add a Cluster' }),
      })
      .waitFor();
    await workbench.screenshot('add');
    await workbench.page.keyboard.press('Escape');
  });

  it('shows the cluster of the folder once it is trusted', async () => {
    await workbench.clickWelcomeButton('Manage Workspace Trust');
    await workbench.page.getByRole('button', { name: 'Trust', exact: true }).first().click();
    await workbench.treeRow('Of the folder').waitFor();
    await workbench.screenshot('trusted');
  });
});
