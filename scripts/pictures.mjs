// `npm run pictures`: puts pictures of a window with the extension, and of every view of the topology page, into docs/images.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { endChildrenOnSignals, root, run } from './setup/run.mjs';
import { SetupError } from './setup/step.mjs';
import { setUp } from './setup.mjs';

endChildrenOnSignals();
try {
  const { chromium } = await setUp(['packages', 'redis', 'chromium', 'vscode']);
  process.env.CHROMIUM_PATH = chromium.path;
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  for (const name of ['window', 'sheets']) {
    const words = [tsx, join(root, `test/pictures/${name}.ts`)];
    const { status } = await run(process.execPath, words, { show: true, timeoutSeconds: 600 });
    if (status !== 0) process.exitCode = 1;
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
