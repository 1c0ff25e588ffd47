// Runs a compiled suite inside VS Code's extension host, in a window that a headless Chromium holds open.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { launchChromium } from './browser.mjs';
import { endProcessesIn, endProcessesInAtOnce } from './processesIn.mjs';
import { startVscodeServer } from './server.mjs';

/**
 * Resolves with what the suite's `run()` made of it: 0 when it resolved. Lines that start with `mark` are printed. `settings` are
 * those of its user.
 */
export async function runSuite({ installation, extension, suite, mark, settings = {}, env = {}, timeoutMinutes = 20 }) {
  const directory = mkdtempSync(join(tmpdir(), 'rcm-suite-'));
  const folder = join(directory, 'workspace');
  mkdirSync(folder);
  const atExit = () => endProcessesInAtOnce(directory);
  process.once('exit', atExit);
  const server = await startVscodeServer({ installation, directory, settings, env });
  let browser;
  let timer;
  try {
    browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.exposeFunction('codeAutomationLog', (level, args) => {
      const line = format(...args);
      if (line.startsWith(mark)) console.log(line.slice(mark.length));
    });
    const code = new Promise((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`the suite did not end within ${timeoutMinutes} minutes`)),
        timeoutMinutes * 60_000,
      );
      page.once('crash', () => reject(new Error('the window crashed')));
      page.once('close', () => reject(new Error('the window was closed')));
      void page
        .exposeFunction('codeAutomationExit', resolve)
        .then(() => page.goto(server.address({ folder, extension, suite })).catch(reject));
    });
    return await code;
  } finally {
    clearTimeout(timer);
    await browser?.close();
    await server.close();
    await endProcessesIn(directory);
    process.off('exit', atExit);
    rmSync(directory, { recursive: true, force: true });
  }
}
