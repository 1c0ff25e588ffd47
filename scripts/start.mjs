// `npm start`: sets up what is missing, builds, and opens VS Code with the extension: the desktop's where `code` is on
// PATH, else one served to the browser on 127.0.0.1 behind a random token. `--browser` asks for the second.
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildExtension } from './setup/build.mjs';
import { dataDirectory, tryLock } from './setup/cache.mjs';
import { root, which } from './setup/run.mjs';
import { SetupError } from './setup/step.mjs';
import { setUp } from './setup.mjs';
import { startVscodeServer } from './vscode/server.mjs';

const folder = join(root, 'out', 'workspace');
const shipped = [
  ...['package.json', 'package.nls.json', 'package.nls.zh-cn.json', 'dist', 'media', 'l10n', 'docs'],
  ...['docker-compose.yml', 'README.md', 'CHANGELOG.md', 'LICENSE'],
];

try {
  await start();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function start() {
  const code = process.argv.includes('--browser') ? undefined : which('code');
  const { vscode } = await setUp(['packages', 'redis', ...(code ? [] : ['vscode'])]);
  const chromium = code ? undefined : await findBrowser();
  await buildExtension();
  console.log('extension: built');
  mkdirSync(folder, { recursive: true });
  if (code) openDesktop(code);
  else await serve(vscode, chromium);
}

// Any browser will do, also one on another machine through a tunnel: without Chromium the address is still good.
async function findBrowser() {
  try {
    return (await setUp(['chromium'])).chromium;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.log(`${error.message}\n  Without it, open the address in a browser of your own.`);
    return undefined;
  }
}

function openDesktop(code) {
  const child = spawn(code, [`--extensionDevelopmentPath=${root}`, folder], { stdio: 'ignore', detached: true });
  child.once('error', error => console.error(`${code} did not start: ${error.message}`));
  child.unref();
  console.log(`VS Code: opened by ${code}; look for "Redis Cluster" in the activity bar`);
}

async function serve(installation, chromium) {
  const directory = join(dataDirectory(), 'start');
  holdAlone(directory);
  installExtension(join(directory, 'extensions'));
  const server = await startVscodeServer({
    installation,
    directory,
    driven: false,
    token: randomBytes(24).toString('hex'),
    preferredPort: 9487,
  });
  const address = server.address({ folder });
  console.log(
    `VS Code: open this address, then "Redis Cluster" in the activity bar (Ctrl-C ends it)\n\n  ${address}\n`,
  );
  openBrowser(address, chromium);
  await server.ended;
  console.log('VS Code: ended');
  process.exitCode = 1;
}

// Two servers would write the same settings and secrets, and the second would take the extension away from the first.
function holdAlone(directory) {
  mkdirSync(directory, { recursive: true });
  const lock = join(directory, 'lock');
  if (!tryLock(lock) && !tryLock(lock))
    throw new SetupError(
      'VS Code: served already by another npm start; open the address that it printed, or end it by Ctrl-C',
    );
  process.once('exit', () => rmSync(lock, { force: true }));
}

// Installed as users have it, not loaded as one in development: the switch that allows the latter hides every message.
function installExtension(extensions) {
  const { publisher, name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const target = join(extensions, `${publisher}.${name}-${version}`);
  rmSync(extensions, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const part of shipped) cpSync(join(root, part), join(target, part), { recursive: true });
}

// Only where there is a screen; a browser that does not start is no failure, the address was printed.
function openBrowser(address, chromium) {
  const screen = process.platform === 'darwin' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!screen) return;
  const opener = process.platform === 'darwin' ? 'open' : (which('xdg-open') ?? chromium?.path);
  if (opener === undefined) return;
  const child = spawn(opener, [address], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}
