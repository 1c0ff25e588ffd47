// `npm run pictures`: makes the pictures of docs/images anew from the page as it is.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { endChildrenOnSignals, root, run } from './setup/run.mjs';
import { SetupError } from './setup/step.mjs';
import { setUp } from './setup.mjs';

endChildrenOnSignals();
try {
  const { chromium } = await setUp(['packages', 'chromium']);
  process.env.CHROMIUM_PATH = chromium.path;
  const tsx = createRequire(import.meta.url).resolve('tsx/cli');
  const words = [tsx, join(root, 'test/pictures/sheets.ts')];
  const { status } = await run(process.execPath, words, { show: true, timeoutSeconds: 600 });
  if (status !== 0) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
