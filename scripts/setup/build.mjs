// Builds the extension, the core alone and the page, as `npm run build` does.
import { run } from './run.mjs';
import { SetupError } from './step.mjs';
import { lastLines } from './system.mjs';

export async function buildExtension() {
  const { status, output } = await run(process.execPath, ['esbuild.js'], { log: 'build', timeoutSeconds: 120 });
  if (status !== 0) throw new SetupError(`the extension could not be built\n  ${lastLines(output, 12)}`);
}
