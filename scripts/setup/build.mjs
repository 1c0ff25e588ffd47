// Builds the extension, the core alone and the page, as `npm run build` does.
import { run } from './run.mjs';
import { SetupError } from './step.mjs';
import { lastLines } from './system.mjs';

/** `production` builds what the package ships. */
export async function buildExtension({ production = false } = {}) {
  const args = ['esbuild.js', ...(production ? ['--production'] : [])];
  const { status, output } = await run(process.execPath, args, { log: 'build', timeoutSeconds: 120 });
  if (status !== 0) throw new SetupError(`the extension could not be built\n  ${lastLines(output, 12)}`);
}
