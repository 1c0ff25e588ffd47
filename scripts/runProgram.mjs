// For `npm run faults` and `npm run soak`: the set-up, then a program in TypeScript with the words of the command line.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { endChildrenOnSignals, root, run } from './setup/run.mjs';
import { SetupError } from './setup/step.mjs';
import { setUp } from './setup.mjs';

/** `path` from the root. It may take a day; what it prints is shown, and its failure is the exit code. */
export async function runProgram(path) {
  endChildrenOnSignals();
  try {
    await setUp(['packages', 'redis']);
    const tsx = createRequire(import.meta.url).resolve('tsx/cli');
    const { status } = await run(process.execPath, [tsx, join(root, path), ...process.argv.slice(2)], {
      show: true,
      timeoutSeconds: 24 * 3600,
    });
    process.exitCode = status === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
