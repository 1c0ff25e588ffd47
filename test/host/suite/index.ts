import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/** Called by the extension host, whichever VS Code holds it: resolves when every test passed, rejects when one failed. */
export async function run(): Promise<void> {
  const words = JSON.parse(process.env['RCM_SUITE_WORDS'] ?? '[]') as string[];
  const grep = words[words.findIndex(word => word === '-g' || word === '--grep') + 1];
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 180_000,
    forbidOnly: true,
    forbidPending: true,
    ...(words.length > 1 && grep !== undefined ? { grep } : {}),
  });
  printThroughTheHost();
  mocha.reporter(countingReporter());
  for (const name of readdirSync(__dirname, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.test.js')) mocha.addFile(join(__dirname, name));
  await mocha.loadFilesAsync();
  const failures = await new Promise<number>(resolve => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} of the tests failed`);
}

// The window logs what the host prints among much else: the mark tells the runner which lines are ours.
function printThroughTheHost(): void {
  const mark = process.env['RCM_SUITE_MARK'] ?? '';
  Mocha.reporters.Base.consoleLog = (...words: unknown[]) => {
    for (const line of format(...words).split('\n'))
      // eslint-disable-next-line no-console -- the one way out of the extension host
      console.log(mark + line);
  };
}

function countingReporter(): Mocha.ReporterConstructor {
  return createRequire(__filename)('../../../scripts/tests/reporter.cjs') as Mocha.ReporterConstructor;
}
