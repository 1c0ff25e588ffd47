// `npm run test:desktop`: the same in-host suite in a desktop VS Code, which @vscode/test-electron downloads once.
// On Linux without a screen: xvfb-run -a npm run test:desktop
import { createRequire } from 'node:module';
import { buildExtension } from './setup/build.mjs';
import { endChildrenOnSignals, root } from './setup/run.mjs';
import { SetupError } from './setup/step.mjs';
import { setUp } from './setup.mjs';

// The oldest VS Code that package.json promises; `npm run test:desktop -- stable` takes another.
const promised = createRequire(import.meta.url)('../package.json').engines.vscode.replace('^', '');
const version = process.argv[2] ?? promised;

endChildrenOnSignals();
try {
  await setUp(['packages', 'redis']);
  await buildExtension({ production: true });
  process.exitCode = await runDesktop(await download());
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function download() {
  const { downloadAndUnzipVSCode, SilentReporter } = await import('@vscode/test-electron');
  console.log(`VS Code ${version}: looking for it, or downloading it ...`);
  try {
    return await downloadAndUnzipVSCode({ version, timeout: 60_000, reporter: new SilentReporter() });
  } catch (error) {
    throw new SetupError(
      `VS Code ${version} could not be downloaded: ${error.message}\n` +
        '  This test needs the download host of VS Code. Without it, run the same suite in the browser-served VS Code: npm run test:host',
    );
  }
}

async function runDesktop(vscodeExecutablePath) {
  const { runTests } = await import('@vscode/test-electron');
  const { buildSuite } = await import('./vscode/buildSuite.mjs');
  try {
    return await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: await buildSuite(),
      launchArgs: ['--disable-extensions', '--disable-workspace-trust', '--profile-temp'],
    });
  } catch (error) {
    console.error(`the suite failed in VS Code ${version}: ${error.message}`);
    return 1;
  }
}
