import assert from 'node:assert/strict';
import { commands, extensions, type Extension } from 'vscode';
import { commandIds } from '../../../src/shared/commandIds';

interface Manifest {
  contributes: { commands: { command: string }[] };
}

/** What a user should never notice; measured and printed, never asserted: machines differ. */
const activationBoundMilliseconds = 100;

describe('The extension in the host', () => {
  it('activates', async () => {
    const extension = ours();
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

  it('has registered every command that package.json contributes', async () => {
    await ours().activate();
    const registered = new Set(await commands.getCommands(true));
    const { contributes } = ours().packageJSON as Manifest;
    assert.ok(contributes.commands.length > 0);
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).filter(command => !registered.has(command)),
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
});

function ours(): Extension<unknown> {
  const extension = extensions.getExtension('redis-cluster-manager.redis-cluster-manager');
  assert.ok(extension, 'the extension is not installed in this window');
  return extension;
}

function print(line: string): void {
  // eslint-disable-next-line no-console -- the one way out of the extension host
  console.log(`${process.env['RCM_SUITE_MARK'] ?? ''}    ${line}`);
}
