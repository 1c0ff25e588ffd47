// Sets up what the commands of this repository need, and says in a line each what is there, installed or missing.
// `node scripts/setup.mjs [packages] [redis] [chromium] [vscode] [servers]`; everything when nothing is named.
import { fileURLToPath } from 'node:url';
import { chromium } from './setup/chromium.mjs';
import { checkNodeVersion } from './setup/node.mjs';
import { packages } from './setup/packages.mjs';
import { redis } from './setup/redis.mjs';
import { endChildrenOnSignals } from './setup/run.mjs';
import { SetupError, take } from './setup/step.mjs';
import { vscodeServer } from './setup/vscodeServer.mjs';
import { fetchServers } from './servers.mjs';

const steps = { packages, redis, chromium, vscode: vscodeServer };

/** Takes the named steps in their order and gives what each found; throws a SetupError that says what to do. */
export async function setUp(names) {
  checkNodeVersion();
  const found = {};
  for (const [name, step] of Object.entries(steps)) if (names.includes(name)) found[name] = await take(step);
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  endChildrenOnSignals();
  const asked = process.argv.slice(2);
  const all = [...Object.keys(steps), 'servers'];
  const unknown = asked.filter(name => !all.includes(name));
  const names = asked.length === 0 ? all : asked;
  try {
    if (unknown.length > 0) throw new SetupError(`no such step: ${unknown.join(', ')}; there are ${all.join(', ')}`);
    await setUp(names);
    if (names.includes('servers')) await fetchServers();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
