// A Chromium that can be driven: the system's, or the one that playwright-core fetches.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { aptCommand, aptInstall, brewInstall, systemName } from './system.mjs';
import { root, run, which } from './run.mjs';

const names = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];
const macApplications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
// Chromium itself recommends fonts; without any, text is drawn as boxes.
const aptPackages = ['chromium', 'fonts-dejavu-core'];
const fetchArguments = ['playwright-core', 'install', '--with-deps', 'chromium'];

export const chromium = {
  name: 'Chromium',
  async look() {
    const chosen = process.env.CHROMIUM_PATH;
    for (const path of chosen ? [chosen] : candidates()) {
      const version = await versionOf(path);
      if (version !== undefined) return { path, version, detail: version };
    }
    if (chosen) throw new Error(`CHROMIUM_PATH is ${chosen}, which is no Chromium that starts; correct it or unset it`);
    return undefined;
  },
  async install() {
    if (systemName === 'macOS') return brewInstall(['--cask', 'chromium']);
    if (systemName === 'apt' && !hasChromiumAsSnapOnly()) return aptInstall(aptPackages);
    const { status } = await run('npx', fetchArguments, { log: 'chromium', timeoutSeconds: 900 });
    if (status !== 0)
      throw new Error('there is no Debian package for it here, and playwright-core could not fetch one');
  },
  byHand() {
    if (systemName === 'macOS') return 'brew install --cask chromium';
    if (systemName === 'apt' && !hasChromiumAsSnapOnly()) return aptCommand(aptPackages);
    return `npx ${fetchArguments.join(' ')}   (or install Chromium and set CHROMIUM_PATH)`;
  },
};

function candidates() {
  const onPath = names.map(which).filter(path => path !== undefined);
  const fetched = fetchedByPlaywright();
  // A snap may not read most folders, hence last.
  const bySnap = path => realpathSync(path).endsWith('/snap');
  return [
    ...onPath.filter(path => !bySnap(path)),
    ...macApplications.filter(path => existsSync(path)),
    ...(fetched && existsSync(fetched) ? [fetched] : []),
    ...onPath.filter(bySnap),
  ];
}

function fetchedByPlaywright() {
  try {
    return createRequire(`${root}/package.json`)('playwright-core').chromium.executablePath();
  } catch {
    // The packages are not installed yet.
    return undefined;
  }
}

async function versionOf(path) {
  // Ubuntu's package is a script that only names the snap: it prints no version.
  const { status, output } = await run(path, ['--version'], { timeoutSeconds: 30 });
  return status === 0 ? /(?:Chromium|Chrome)\D*([\d.]+)/.exec(output)?.[1] : undefined;
}

function hasChromiumAsSnapOnly() {
  try {
    return /^ID=["']?ubuntu/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}
