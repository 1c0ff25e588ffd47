// `npm run faults -- --minutes 60 --seed 1`: the fault campaign. Further: `--cases N`, `--case K` (that one only, told in full),
// `--server PATH`, `--summary` (of all cases so far). Started again with the same seed it goes on after the last case that is in its file in out/faults.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { endChildrenOnSignals, root, run } from './setup/run.mjs';
import { SetupError } from './setup/step.mjs';
import { setUp } from './setup.mjs';

endChildrenOnSignals();
try {
  await setUp(['packages', 'redis']);
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  const main = join(root, 'test', 'faults', 'campaign', 'main.ts');
  const { status } = await run(process.execPath, [tsx, main, ...process.argv.slice(2)], {
    show: true,
    timeoutSeconds: 24 * 3600,
  });
  process.exitCode = status === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
