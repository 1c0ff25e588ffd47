import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { vscodeServer } from '../../scripts/setup/vscodeServer.mjs';
import { launchChromium } from '../../scripts/vscode/browser.mjs';
import { endProcessesIn, endProcessesInAtOnce } from '../../scripts/vscode/processesIn.mjs';
import { installExtension, startVscodeServer, type VscodeServer } from '../../scripts/vscode/server.mjs';

const repository = resolve(__dirname, '..', '..');

export interface WorkbenchOptions {
  /** Names the folder of its logs and screenshots: out/logs/<name>, out/screenshots/<name>. */
  name: string;
  /** User settings on top of the calm ones. */
  settings?: Record<string, unknown>;
  /** False opens the folder restricted, as VS Code does for one it does not know. */
  trustEverything?: boolean;
  viewport?: { width: number; height: number };
  /** A packaged extension to install, as users do, in place of the one in development. */
  packaged?: string;
  /** The folder of the extension in development; by default this repository. */
  extension?: string;
  /** On top of the environment of this process. */
  env?: Record<string, string>;
  /** Workspace settings. */
  workspaceSettings?: Record<string, unknown>;
  /** What extensions are told to speak, as `zh-cn`; VS Code itself has no words for it here and speaks English. */
  language?: string;
  /** Gets the page before anything is loaded into it. */
  onPage?: (page: Page) => void;
}

/** An ordinary VS Code window with the extension in development, driven by Playwright. Waits are bounded by its 60 s. */
export interface Workbench {
  readonly page: Page;
  /** The workspace folder: fresh and empty. */
  readonly folder: string;
  /** User data of this run: what the extension keeps is below it. */
  readonly directory: string;
  /** Opens the extension's container in the side bar, wherever the window stands. */
  openView(): Promise<void>;
  /** Rows of the extension's trees whose accessible name contains the text or matches. */
  treeRow(name: string | RegExp): Locator;
  clickWelcomeButton(name: string): Promise<void>;
  /** Through the palette, by the title that users see: `Redis Cluster: Check`. */
  runCommand(title: string): Promise<void>;
  /** Picks an entry of the open quick pick. */
  pick(label: string | RegExp): Promise<void>;
  /** Types into the open input box, or the one that shows `prompt`, and presses Enter. */
  answer(text: string, prompt?: string): Promise<void>;
  /** Presses the modal's button and gives all the text that the modal showed. */
  acceptModal(verb: string): Promise<string>;
  contextMenu(row: Locator, item: string): Promise<void>;
  /** The inside of the visible webview. */
  webviewFrame(): FrameLocator;
  /** What the extension's status bar item says, without its icon. */
  statusBarText(): Promise<string>;
  /** A picture of the whole window in out/screenshots/<name>/. */
  screenshot(stage: string): Promise<void>;
  /** Closes the window and loads it anew, as a user's "Reload Window" does. */
  reload(): Promise<void>;
  /** Opens a second window of the same user, on a folder of its own: another extension host. It ends with this one. */
  openAnother(): Promise<WorkbenchWindow>;
  /** Ends the window, VS Code and every server that the extension left running in this run's folders. */
  close(): Promise<void>;
}

/** With what its badge says. */
const iconName = /^Redis Cluster( |$)/;

/** One window of several. */
export type WorkbenchWindow = Omit<Workbench, 'directory' | 'openAnother' | 'close'>;

export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const installation = await vscodeServer.look();
  if (installation === undefined) throw new Error('there is no VS Code for the browser: node scripts/setup.mjs vscode');
  const directory = mkdtempSync(join(tmpdir(), 'rcm-host-'));
  const folder = join(directory, 'workspace');
  mkdirSync(folder);
  if (options.workspaceSettings) {
    mkdirSync(join(folder, '.vscode'));
    writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(options.workspaceSettings));
  }
  let server: VscodeServer | undefined;
  let browser: Browser | undefined;
  rmSync(screenshotsOf(options.name), { recursive: true, force: true });
  const atExit = (): void => endProcessesInAtOnce(directory);
  process.once('exit', atExit);
  const close = async (): Promise<void> => {
    await browser?.close();
    await server?.close();
    await endProcessesIn(directory);
    process.off('exit', atExit);
    keepLogs(directory, options.name);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    if (options.packaged !== undefined) await installExtension({ installation, directory, vsix: options.packaged });
    const vscode = await startVscodeServer({
      installation,
      directory,
      settings: options.settings ?? {},
      trustEverything: options.trustEverything ?? true,
      driven: options.packaged === undefined,
      env: options.env ?? {},
    });
    server = vscode;
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: options.viewport ?? { width: 1280, height: 800 } });
    context.setDefaultTimeout(60_000);
    // Where a language pack would leave it.
    if (options.language !== undefined)
      await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(options.language)};`);
    const open = async (folder: string): Promise<WorkbenchWindow> => {
      const page = await context.newPage();
      options.onPage?.(page);
      const extension = options.packaged === undefined ? { extension: options.extension ?? repository } : {};
      await page.goto(vscode.address({ folder, ...extension }));
      await untilReady(page);
      return { ...drive(page, options.name), folder };
    };
    const openAnother = (): Promise<WorkbenchWindow> => open(mkdtempSync(join(directory, 'workspace-')));
    return { ...(await open(folder)), directory, openAnother, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function drive(page: Page, name: string): Omit<WorkbenchWindow, 'folder'> {
  const quickInput = page.locator('.quick-input-widget:visible');
  return {
    page,
    async openView() {
      const icon = page.getByRole('tab', { name: iconName });
      const title = page.locator('.sidebar .composite.title', { hasText: /redis cluster/i });
      // A click on it as it is being brought back closes it.
      for (let attempt = 1; ; attempt++)
        try {
          if ((await icon.getAttribute('aria-selected')) !== 'true') await icon.click();
          await title.waitFor({ timeout: 10_000 });
          return;
        } catch (error) {
          if (attempt === 5) throw error;
        }
    },
    treeRow: text => page.locator('.sidebar').getByRole('treeitem', { name: text }),
    async clickWelcomeButton(label) {
      await page.locator('.sidebar .welcome-view').getByRole('button', { name: label, exact: true }).click();
    },
    async runCommand(title) {
      const entry = quickInput.getByRole('option', { name: title }).first();
      // VS Code closes the palette when the focus goes elsewhere, to an editor that has just opened for instance.
      for (let attempt = 1; ; attempt++)
        try {
          await page.keyboard.press('F1');
          await quickInput.getByRole('textbox').fill(`>${title}`, { timeout: 10_000 });
          await entry.click({ timeout: 10_000 });
          return;
        } catch (error) {
          if (attempt === 5 || (await entry.isVisible())) throw error;
        }
    },
    async pick(label) {
      await quickInput.getByRole('option', { name: label }).first().click();
    },
    async answer(text, prompt) {
      // The box of the question before may still be going away.
      if (prompt !== undefined) await quickInput.filter({ hasText: prompt }).waitFor();
      await quickInput.getByRole('textbox').fill(text);
      await page.keyboard.press('Enter');
    },
    async acceptModal(verb) {
      const modal = page.locator('.monaco-dialog-box');
      const button = modal.getByRole('button', { name: verb, exact: true });
      await button.waitFor();
      const text = await modal.innerText();
      // Itself: what it leads to may be told in the next one at once.
      const asked = await modal.elementHandle();
      await button.click();
      await asked?.waitForElementState('hidden');
      return text;
    },
    async contextMenu(row, item) {
      const entry = page.getByRole('menuitem', { name: item, exact: true });
      const open = async (): Promise<void> => {
        // What was shown over another row would lie in the way.
        await page.mouse.move(0, 0);
        await row.click({ button: 'right' });
        // A click within the first 100 ms of a menu is taken for the end of the one that opened it, and lost.
        await entry.hover({ timeout: 10_000 });
      };
      const choose = async (): Promise<void> => {
        // VS Code closes a menu when the focus goes elsewhere, to a view that has just been drawn for instance.
        for (let attempt = 1; ; attempt++)
          try {
            await open();
            break;
          } catch (error) {
            if (attempt === 5 || (await entry.isVisible())) throw error;
          }
        await page.keyboard.press('Enter');
        await entry.waitFor({ state: 'hidden' });
      };
      await silence(page);
      await choose();
      // As users do where the row was drawn anew just then.
      if (await isRowGone(page)) await choose();
    },
    webviewFrame: () => page.frameLocator('iframe.webview.ready').frameLocator('#active-frame'),
    async statusBarText() {
      const item = page.locator('.statusbar-item[id^="redis-cluster-manager."]');
      return (await item.first().innerText()).trim();
    },
    async screenshot(stage) {
      const path = join(screenshotsOf(name), `${stage}.png`);
      mkdirSync(dirname(path), { recursive: true });
      await page.screenshot({ path });
    },
    async reload() {
      await page.reload();
      await untilReady(page);
    },
  };
}

/** Empties what VS Code reads out, so that only what comes now is found there. */
async function silence(page: Page): Promise<void> {
  await page.evaluate("document.querySelectorAll('.monaco-alert > *').forEach(text => (text.textContent = ''))");
}

/**
 * Whether a command was refused because its row was drawn anew: it says so at once. That can be read out late, or twice: where
 * a question follows, the command was heard.
 */
async function isRowGone(page: Page): Promise<boolean> {
  const appears = (what: Locator, timeout: number): Promise<boolean> =>
    what
      .first()
      .waitFor({ timeout, state: 'attached' })
      .then(
        () => true,
        () => false,
      );
  const refusal = page.locator('.monaco-alert', { hasText: /row this was called on/ });
  const question = page.locator('.monaco-dialog-box, .quick-input-widget:visible');
  return (await appears(refusal, 300)) && !(await appears(question, 2000));
}

/** Waits until `read` gives what `holds` accepts; on giving up it says what was there last. */
export async function until<T>(
  what: string,
  read: () => Promise<T>,
  holds: (value: T) => boolean,
  timeoutMilliseconds = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMilliseconds;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`${what}: not within ${timeoutMilliseconds} ms; it was ${JSON.stringify(value)}`);
    await new Promise(wake => setTimeout(wake, 100));
  }
}

async function untilReady(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.statusbar').waitFor();
  await page.getByRole('tab', { name: iconName }).waitFor();
}

function screenshotsOf(name: string): string {
  return join(repository, 'out', 'screenshots', name);
}

function keepLogs(directory: string, name: string): void {
  const kept = join(repository, 'out', 'logs', name);
  rmSync(kept, { recursive: true, force: true });
  for (const log of ['server.log', join('server', 'data', 'logs')])
    cpSync(join(directory, log), join(kept, log), { recursive: true, force: true });
}
