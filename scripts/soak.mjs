// `npm run soak -- --hours 8`: the whole extension watches fake clusters of 6, 60 and 1000 nodes through so many simulated hours.
// `--real --minutes 60`: a real cluster of six, in real time. `--node-cost --nodes 6`: what a real server spends on being watched;
// `--look-cost --nodes 1000`: what a look costs one that knows so many.
// Further: `--sizes 6,60`, `--interval 2` (seconds), `--warm-up 2.5` (hours), `--plant` (leaks, to see them found), `--server PATH`.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { endChildrenOnSignals, root, run } from './setup/run.mjs';
import { SetupError } from './setup/step.mjs';
import { setUp } from './setup.mjs';

endChildrenOnSignals();
try {
  await setUp(['packages', 'redis']);
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  const main = join(root, 'test', 'cluster', 'soak', 'main.ts');
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
