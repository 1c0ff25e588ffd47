import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import axe from 'axe-core';
import { build } from 'esbuild';
import type { Browser, Page, Route } from 'playwright-core';
import { page as pageBuild } from '../../esbuild';
import { launchChromium } from '../../scripts/vscode/browser.mjs';
import { pageHtml } from '../../src/extension/topology/pageHtml';
import type { FromPage, PageState } from '../../src/shared/pageProtocol';
import { pageThemes, type PageThemeName } from './pageThemes';

const repository = join(__dirname, '../..');
const screenshots = join(repository, 'out/screenshots/page');

export interface OpenOptions {
  theme?: PageThemeName;
  width?: number;
  height?: number;
  /** The editor's own setting, as a class of the body. */
  reduceMotion?: boolean;
  /** What `getState` returns: the page as it is after a reload. */
  state?: unknown;
  fontSizePixels?: number;
  /** Another language than English, with its words by the English ones. */
  translation?: PageTranslation;
  /** What is fetched otherwise than it is served; such a page is not waited for until it rests. */
  intercept?: { url: RegExp; answer: (route: Route) => Promise<void> };
}

export interface PageTranslation {
  /** As the editor names it: `zh-cn`. */
  language: string;
  words: Readonly<Record<string, string>>;
}

/** The topology page in a real browser, under the policy VS Code's webviews have, with a recording host behind it. */
export interface OpenPage {
  page: Page;
  /** As the extension does; resolves after the page has handled it. */
  send(message: unknown): Promise<void>;
  /** Everything the page sent so far. */
  posted(): Promise<FromPage[]>;
  savedState(): Promise<PageState | undefined>;
  /** What VS Code would evaluate `when` clauses on, one entry for each right-click menu. */
  menus(): Promise<Record<string, unknown>[]>;
  /** Policy violations and uncaught errors; empty when all is well. */
  complaints(): Promise<string[]>;
  /** axe-core's violations, `rule: element`. */
  audit(): Promise<string[]>;
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface PageHarness {
  open(options?: OpenOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

/** One browser and one server for a suite; `CHROMIUM_PATH` names another browser. */
export async function startPageHarness(): Promise<PageHarness> {
  const translations = new Map<string, PageTranslation>();
  const server = await servePage(await bundlePage(), translations);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  try {
    browser = await launchChromium();
    const context = await browser.newContext();
    await context.addInitScript(hostScript);
    mkdirSync(screenshots, { recursive: true });
    // To load the page anew takes half as long as to open another one.
    const idle: Page[] = [];
    return {
      open: async ({ translation, ...options } = {}) => {
        if (translation) translations.set(`/${translation.language}`, translation);
        const address = `${url}${translation?.language ?? ''}`;
        return openPage(idle.pop() ?? (await context.newPage()), idle, address, options);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The text of each script, by name. */
async function bundlePage(): Promise<Map<string, string>> {
  const { outputFiles } = await build({ ...pageBuild, write: false, logLevel: 'silent' });
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
}

/** English at the root, and each translation at its language. */
async function servePage(
  scripts: ReadonlyMap<string, string>,
  translations: ReadonlyMap<string, PageTranslation>,
): Promise<Server> {
  const codicons = join(repository, 'node_modules/@vscode/codicons/dist');
  const files: Record<string, { type: string; body: () => string | Buffer }> = {
    '/topology.css': { type: 'text/css', body: () => readFileSync(join(repository, 'media/topology.css')) },
    '/codicon.css': { type: 'text/css', body: () => readFileSync(join(codicons, 'codicon.css')) },
    '/codicon.ttf': { type: 'font/ttf', body: () => readFileSync(join(codicons, 'codicon.ttf')) },
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const script = scripts.get(path.slice(1));
    const file = script === undefined ? files[path] : { type: 'text/javascript', body: () => script };
    if (file) return void response.writeHead(200, { 'content-type': file.type }).end(file.body());
    const translation = translations.get(path);
    if (path !== '/' && !translation) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(ownPageHtml(translation));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** As the extension makes it, policy included. */
function ownPageHtml(translation: PageTranslation | undefined): string {
  return pageHtml({
    cspSource: "'self'",
    scriptUri: 'topology.js',
    styleUris: ['codicon.css', 'topology.css'],
    title: 'Topology',
    language: translation?.language ?? 'en',
    ...(translation && { words: translation.words }),
  });
}

async function openPage(page: Page, idle: Page[], url: string, options: OpenOptions): Promise<OpenPage> {
  const { width = 1280, height = 800, intercept, ...given } = options;
  // Behind another one it would draw one frame a second.
  await page.bringToFront();
  await page.setViewportSize({ width, height });
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.message));
  if (intercept) await page.route(intercept.url, intercept.answer);
  await page.goto(`${url}?${encodeURIComponent(JSON.stringify(hostGiven(given)))}`);
  await page.evaluate(
    `Promise.all([document.fonts.ready, ${intercept ? '' : 'testHost.rested'}]).then(() => undefined)`,
  );
  const read = <T>(expression: string): Promise<T> => page.evaluate<T>(expression);
  return {
    page,
    send: message =>
      page.evaluate(
        `new Promise(handled => {
          addEventListener('message', () => requestAnimationFrame(() => handled()), { once: true });
          postMessage(${JSON.stringify(message)}, '*');
        })`,
      ),
    posted: () => read('testHost.posted'),
    savedState: () => read('testHost.state'),
    menus: () => read('testHost.menus'),
    complaints: async () => [...errors, ...(await read<string[]>('testHost.violations'))],
    audit: async () => {
      if (!(await read<boolean>("'axe' in window"))) await page.evaluate(axe.source);
      return read<string[]>(
        `axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
          nodes.map(node => id + ': ' + node.html.slice(0, 200) + ' ' + (node.any[0]?.message ?? ''))))`,
      );
    },
    screenshot: async name => {
      await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true, animations: 'disabled' });
    },
    close: async () => {
      page.removeAllListeners('pageerror');
      await page.unrouteAll();
      await page.emulateMedia({ reducedMotion: null });
      await page.mouse.up();
      await page.mouse.move(0, 0);
      idle.push(page);
    },
  };
}

/** What the page is opened with, as its address carries it. */
function hostGiven({ theme = 'dark', reduceMotion = false, state, fontSizePixels }: OpenOptions): HostGiven {
  const { bodyClasses, variables } = pageThemes[theme];
  return {
    state,
    variables: { ...variables, ...(fontSizePixels !== undefined && { 'font-size': `${fontSizePixels}px` }) },
    classes: [...bodyClasses.split(' '), ...(reduceMotion ? ['vscode-reduce-motion'] : [])],
  };
}

interface HostGiven {
  state: unknown;
  variables: Record<string, string>;
  classes: string[];
}

/** Stands in for what VS Code puts into a webview before its own script: the API, theme variables, body classes, the menu. */
const hostScript = `{
  const given = JSON.parse(decodeURIComponent(location.search.slice(1) || '%7B%7D'));
  const host = { posted: [], violations: [], menus: [], state: given.state };
  window.testHost = host;
  const rest = window.requestIdleCallback.bind(window);
  host.rested = new Promise(done => (window.requestIdleCallback = act => rest(() => done(act()))));
  window.acquireVsCodeApi = () => ({
    postMessage: message => void host.posted.push(structuredClone(message)),
    getState: () => host.state,
    setState: state => void (host.state = structuredClone(state)),
  });
  document.addEventListener('securitypolicyviolation', event =>
    host.violations.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
  document.addEventListener('contextmenu', event => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    let context = {};
    for (let at = event.target.closest('[data-vscode-context]'); at; at = at.parentElement?.closest('[data-vscode-context]'))
      context = { ...JSON.parse(at.dataset.vscodeContext), ...context };
    host.menus.push(context);
  });
  const dress = () => {
    const { style } = document.documentElement;
    for (const [name, value] of Object.entries(given.variables)) style.setProperty('--vscode-' + name, value);
    document.body.classList.add(...given.classes);
  };
  new MutationObserver((_, observer) => {
    if (!document.body) return;
    observer.disconnect();
    dress();
  }).observe(document, { childList: true, subtree: true });
}`;
