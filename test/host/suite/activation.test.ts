import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { commands, ConfigurationTarget, extensions, window, workspace, type Extension } from 'vscode';
import type { ConnectionTest } from '../../../src/core/index';
import { commandIds } from '../../../src/shared/commandIds';

interface Manifest {
  contributes: { commands: { command: string; enablement?: string }[] };
}

/** What a user should never notice; measured and printed, never asserted: machines differ. */
const activationBoundMilliseconds = 50;

describe('The extension in the host, with a cluster in the settings', () => {
  before(() => setClusters([{ id: 'one', name: 'One', nodes: ['127.0.0.1:6379'] }]));
  after(() => setClusters(undefined));

  it('activates', async () => {
    const extension = ours();
    await untilAtRest();
    const wasActive = extension.isActive;
    const started = performance.now();
    await extension.activate();
    const milliseconds = Math.round(performance.now() - started);
    print(
      wasActive
        ? 'activation: was active before the suite began'
        : `activation: ${milliseconds} ms (bound ${activationBoundMilliseconds} ms)`,
    );
    assert.equal(extension.isActive, true);
  });

  it('loads nothing of the core to activate, and so neither connects nor starts anything', async () => {
    await ours().activate();
    const loaded = Object.keys(createRequire(__filename).cache);
    const files = loaded.filter(file => file.startsWith(ours().extensionPath)).map(file => basename(file));
    assert.ok(files.includes('extension.js'));
    assert.ok(!files.includes('core.js'));
  });

  it('has registered every command that package.json contributes', async () => {
    await ours().activate();
    const registered = new Set(await commands.getCommands(true));
    const { contributes } = ours().packageJSON as Manifest;
    assert.ok(contributes.commands.length > 0);
    assert.deepEqual(
      contributes.commands
        .filter(({ command, enablement }) => enablement !== 'false' && !registered.has(command))
        .map(({ command }) => command),
      [],
    );
  });

  it('has registered every command that its own list names', async () => {
    await ours().activate();
    const registered = new Set(await commands.getCommands(true));
    assert.deepEqual(
      Object.values(commandIds).filter(command => !registered.has(command)),
      [],
    );
  });

  it('asks on no other node when the row that a command was called on has gone', async () => {
    const said = await commands.executeCommand<{ error: string }>(commandIds.killNode, undefined);
    assert.match(said.error, /^The row .* has just changed or gone\. Nothing was done/);
  });

  it('tests a connection that nobody answers, and shows at which step it ends', async () => {
    await setClusters([{ id: 'nobody', name: 'Nobody', nodes: ['127.0.0.1:1'] }]);
    const { nodes } = await commands.executeCommand<ConnectionTest>(commandIds.testConnection, { clusterId: 'nobody' });
    assert.deepEqual(
      nodes[0]?.steps.map(({ name, outcome }) => `${name} ${outcome}`),
      ['resolve passed', 'tcp failed'],
    );
    const text = window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^# Connection test of Nobody\n\n\*\*0 of 1 nodes can be used\.\*\*/);
    assert.match(text, /127\.0\.0\.1:1 refused the connection: nothing listens on that port\./);
  });
});

async function setClusters(clusters: unknown): Promise<void> {
  await workspace.getConfiguration('redisCluster').update('clusters', clusters, ConfigurationTarget.Global);
}

// A window that has just opened keeps the host waiting; after a few answers it is done with itself.
async function untilAtRest(): Promise<void> {
  for (let answers = 0; answers < 10; answers++) await commands.getCommands(true);
}

function ours(): Extension<unknown> {
  const extension = extensions.getExtension('redis-cluster-manager.redis-cluster-manager');
  assert.ok(extension, 'the extension is not installed in this window');
  return extension;
}

function print(line: string): void {
  // eslint-disable-next-line no-console -- the one way out of the extension host
  console.log(`${process.env['RCM_SUITE_MARK'] ?? ''}    ${line}`);
}
