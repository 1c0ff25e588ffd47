// `npm run test:host`: builds the extension as it ships and runs its host tests in a real VS Code: the suite inside the
// extension host (`suite`) and the tests that click through a window (`window`); both when none is named. Further words go
// to mocha.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildExtension } from './setup/build.mjs';
import { endChildrenOnSignals, root, run } from './setup/run.mjs';
import { SetupError } from './setup/step.mjs';
import { setUp } from './setup.mjs';
import { buildSuite } from './vscode/buildSuite.mjs';

const [first, ...rest] = process.argv.slice(2);
const kinds = first === 'suite' || first === 'window' ? [first] : ['suite', 'window'];
const words = kinds.length === 1 ? rest : process.argv.slice(2);

endChildrenOnSignals();
try {
  const { vscode, chromium } = await setUp(['packages', 'redis', 'chromium', 'vscode']);
  process.env.CHROMIUM_PATH = chromium.path;
  await buildExtension({ production: true });
  if (kinds.includes('suite')) await runInside(vscode);
  if (kinds.includes('window')) await runWindows();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function runInside(installation) {
  const { runSuite } = await import('./vscode/runSuite.mjs');
  const mark = '[suite] ';
  const env = { RCM_SUITE_MARK: mark, RCM_SUITE_WORDS: JSON.stringify(words) };
  const code = await runSuite({ installation, extension: root, suite: await buildSuite(), mark, env });
  if (code !== 0) process.exitCode = 1;
}

async function runWindows() {
  const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
  const reporter = join(root, 'scripts/tests/reporter.cjs');
  const colours = process.stdout.isTTY ? [] : ['--no-color'];
  const args = [mocha, ...colours, '--reporter', reporter, 'test/host/window/**/*.test.ts', ...words];
  const { status } = await run(process.execPath, args, { show: true, timeoutSeconds: 1800 });
  if (status !== 0) process.exitCode = 1;
}
