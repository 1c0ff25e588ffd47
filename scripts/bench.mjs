// `npm run bench -- create`: runs test/bench/create.ts; `all` runs every benchmark. What follows the name goes to it.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { endChildrenOnSignals, root, run } from './setup/run.mjs';
import { SetupError } from './setup/step.mjs';
import { setUp } from './setup.mjs';

const folder = join(root, 'test', 'bench');
const names = readdirSync(folder, { withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
  .map(entry => entry.name.slice(0, -'.ts'.length))
  .sort();
const [asked, ...words] = process.argv.slice(2);
const chosen = asked === 'all' ? names : names.filter(name => name === asked);

endChildrenOnSignals();
if (chosen.length === 0) {
  console.error(`Say which: npm run bench -- ${[...names, 'all'].join('|')}`);
  process.exit(2);
}
try {
  await setUp(['packages', 'redis']);
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  for (const name of chosen) {
    console.log(`\n== ${name}`);
    const { status } = await run(process.execPath, [tsx, join(folder, `${name}.ts`), ...words], {
      show: true,
      timeoutSeconds: 3600,
    });
    if (status !== 0) process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
