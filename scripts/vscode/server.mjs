// Starts VS Code for the browser, on 127.0.0.1 only, and knows the address at which it opens an extension in development.
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endGroup, run } from '../setup/run.mjs';

// Kept away because they take room or ask questions before anybody used the extension.
const calmSettings = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'remote.autoForwardPorts': false,
  'git.openRepositoryInParentFolders': 'never',
};

/**
 * `installation` is what the set-up found (`serverMain`, `node`); `directory` holds user data, extensions and log.
 * `driven` lets a window load an extension in development; without it, only what is in its extensions folder is there.
 * Without `token` anybody on this machine may connect. What the window keeps (secrets, its layout) belongs to its port: with
 * `preferredPort` it is found again, where that port is free. `settings` are those of a directory without any. Resolves when
 * the server answers.
 */
export async function startVscodeServer({
  installation,
  directory,
  settings = {},
  token,
  trustEverything = true,
  env = {},
  preferredPort,
  driven = true,
}) {
  const port = await findFreePort(preferredPort);
  const machine = join(directory, 'server', 'data', 'Machine');
  mkdirSync(machine, { recursive: true });
  writeSettings(join(machine, 'settings.json'), { ...calmSettings, ...settings });

  const args = [
    ...['--require', fileURLToPath(new URL('mintKey.cjs', import.meta.url))],
    installation.serverMain,
    ...['--host', '127.0.0.1', '--port', String(port)],
    ...tokenArguments(directory, token),
    '--accept-server-license-terms',
    // Without it the page ignores which extension is in development; with it no toast is ever shown.
    ...(driven ? ['--enable-smoke-test-driver'] : []),
    '--disable-telemetry',
    ...(trustEverything ? ['--disable-workspace-trust'] : []),
    ...foldersIn(directory),
  ];
  const child = spawn(installation.node, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: the extension host and the terminals end with the server.
    detached: true,
    env: {
      ...serverEnvironment(),
      PATH: `${dirname(installation.node)}:${process.env.PATH}`,
      RCM_MINT_KEY_FILE: join(directory, 'server', 'mint-key'),
      ...env,
    },
  });
  const log = createWriteStream(join(directory, 'server.log'), { flags: 'a' });
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const ended = new Promise(resolve => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  const letGo = endWithThisProcess(child, ended);
  const close = async () => {
    letGo();
    endGroup(child);
    await Promise.race([ended, delay(10_000, undefined, { ref: false })]);
    endGroup(child, 'SIGKILL');
  };
  const origin = `http://127.0.0.1:${port}`;
  try {
    await untilItAnswers(origin, child);
  } catch (error) {
    await close();
    throw new Error(
      `VS Code for the browser did not start: ${error.message}; its log is ${join(directory, 'server.log')}`,
    );
  }
  return {
    origin,
    port,
    pid: child.pid,
    ended,
    close,
    /** The address of a window on a folder, with an extension in development and, for a test run, its suite. */
    address: ({ folder, extension, suite }) => {
      if (extension === undefined)
        return `${origin}/?${new URLSearchParams({ ...(token ? { tkn: token } : {}), folder })}`;
      const remote = path => `vscode-remote://127.0.0.1:${port}${path}`;
      const payload = [
        ['extensionDevelopmentPath', remote(extension)],
        ...(suite ? [['extensionTestsPath', remote(suite)]] : []),
        ['skipWelcome', 'true'],
        ['skipReleaseNotes', 'true'],
      ];
      const query = new URLSearchParams({ ...(token ? { tkn: token } : {}), folder, payload: JSON.stringify(payload) });
      return `${origin}/?${query}`;
    },
  };
}

// Where a server ran before, they are its user's: the clusters of the list are among them.
function writeSettings(file, settings) {
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(settings, null, 2));
}

/** Installs a packaged extension where a server with this directory finds it. */
export async function installExtension({ installation, directory, vsix }) {
  const args = [installation.serverMain, '--install-extension', vsix, ...foldersIn(directory)];
  const { status, output } = await run(installation.node, args, { timeoutSeconds: 60 });
  if (status !== 0) throw new Error(`${vsix} could not be installed:\n${output}`);
}

function foldersIn(directory) {
  return ['--server-data-dir', join(directory, 'server'), '--extensions-dir', join(directory, 'extensions')];
}

// In a group of its own it would outlive this process when that is ended from outside.
function endWithThisProcess(child, ended) {
  const atExit = () => endGroup(child, 'SIGKILL');
  const atSignal = async () => {
    endGroup(child);
    await Promise.race([ended, delay(5000)]);
    process.exit(130);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  process.once('exit', atExit);
  for (const signal of signals) process.once(signal, atSignal);
  return () => {
    process.off('exit', atExit);
    for (const signal of signals) process.off(signal, atSignal);
  };
}

// By file: an argument can be read by every user of the machine.
function tokenArguments(directory, token) {
  if (token === undefined) return ['--without-connection-token'];
  const file = join(directory, 'token');
  writeFileSync(file, token, { mode: 0o600 });
  return ['--connection-token-file', file];
}

// An outer VS Code would otherwise hand its own settings to the inner one.
function serverEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('VSCODE_') && name !== 'ELECTRON_RUN_AS_NODE'),
  );
}

async function untilItAnswers(origin, child) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended at once');
    try {
      const response = await fetch(`${origin}/version`, { signal: AbortSignal.timeout(2000) });
      if (response.status < 500) return;
    } catch {
      // Not listening yet.
    }
    if (Date.now() > deadline) throw new Error('it did not answer within 30 s');
    await delay(50);
  }
}

async function findFreePort(preferred) {
  const listen = wanted =>
    new Promise((resolve, reject) => {
      const probe = createServer();
      probe.once('error', reject);
      probe.listen(wanted, '127.0.0.1', () => {
        const { port } = probe.address();
        probe.close(() => resolve(port));
      });
    });
  if (preferred === undefined) return listen(0);
  return listen(preferred).catch(() => listen(0));
}
