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
  'dist/ssh.js',
  'dist/webview/*.js',
  'dist/webview/codicon.css',
  'dist/webview/codicon.ttf',
  'docker-compose.yml',
  'docs/acl.md',
  'docs/backup.md',
  'docs/commands.md',
  'docs/connecting.md',
  'docs/core.md',
  'docs/engines.md',
  'docs/safety.md',
  'docs/settings.md',
  'docs/supervisor.md',
  'docs/troubleshooting.md',
  'l10n/bundle.l10n.json',
  'l10n/bundle.l10n.zh-cn.json',
  'media/icon.png',
  'media/icon.svg',
  'media/topology.css',
  'media/walkthrough/connect.svg',
  'media/walkthrough/kill.svg',
  'media/walkthrough/start.svg',
  'media/walkthrough/supervise.svg',
  'media/walkthrough/topology.svg',
  'package.json',
  'package.nls.json',
  'package.nls.zh-cn.json',
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
      // The pictures of a walkthrough are left out of narrow windows.
      viewport: { width: 1700, height: 900 },
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

  it('takes whoever wants it on a tour, a picture to every step', async () => {
    await workbench.runCommand('Welcome: Open Walkthrough...');
    await workbench.pick(/Get Started with Redis Cluster Manager/);
    const steps = workbench.page.locator('.getting-started-step');
    await steps.first().waitFor();
    const titles = await steps.locator('.step-title').allInnerTexts();
    assert.deepEqual(titles, [
      'Start a cluster on this machine',
      'See who holds what',
      'Kill a master and watch',
      'Let it be healed',
      'Connect your own cluster',
    ]);
    const inPictures = ['spare', 'slots 0-5460', 'killed', 'grace', 'VS Code'];
    for (const [index, words] of inPictures.entries()) {
      await steps.nth(index).click();
      await workbench.webviewFrame().locator('svg').getByText(words, { exact: true }).first().waitFor();
      await workbench.screenshot(`tour-${index + 1}`);
    }
  });

  it('opens its help as it reads', async () => {
    const { page } = workbench;
    await page.locator('.getting-started-step', { hasText: 'Let it be healed' }).click();
    await page.getByRole('button', { name: 'Read How It Decides' }).click();
    await page.getByRole('tab', { name: /supervisor\.md/ }).waitFor();
  });
});
