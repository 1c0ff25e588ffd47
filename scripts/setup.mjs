// Sets up what the commands of this repository need, and says in a line each what is there, installed or missing.
// `node scripts/setup.mjs [packages] [redis] [ssh] [chromium] [vscode] [servers]`; everything when nothing is named.
import { fileURLToPath } from 'node:url';
import { chromium } from './setup/chromium.mjs';
import { checkNodeVersion } from './setup/node.mjs';
import { packages } from './setup/packages.mjs';
import { redis } from './setup/redis.mjs';
import { endChildrenOnSignals } from './setup/run.mjs';
import { SetupError, take } from './setup/step.mjs';
import { sshServer } from './setup/sshServer.mjs';
import { vscodeServer } from './setup/vscodeServer.mjs';
import { fetchServers } from './servers.mjs';

const steps = { packages, redis, ssh: sshServer, chromium, vscode: vscodeServer };

/** Takes the named steps in their order and gives what each found; throws a SetupError that says what to do. */
export async function setUp(names) {
  checkNodeVersion();
  const found = {};
  for (const [name, step] of Object.entries(steps)) if (names.includes(name)) found[name] = await take(step);
  return found;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  endChildrenOnSignals();
  process.exitCode = await setUpAsked(process.argv.slice(2));
}

async function setUpAsked(asked) {
  const all = [...Object.keys(steps), 'servers'];
  const unknown = asked.filter(name => !all.includes(name));
  if (unknown.length > 0) {
    console.error(`no such step: ${unknown.join(', ')}; there are ${all.join(', ')}`);
    return 2;
  }
  let status = 0;
  for (const name of all.filter(step => asked.length === 0 || asked.includes(step))) {
    try {
      if (name === 'servers') await fetchServers();
      else await setUp([name]);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      console.error(error.message);
      status = 1;
    }
  }
  return status;
}
