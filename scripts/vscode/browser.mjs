// A Chromium for tests: nothing but the page, no first-run questions, no calls home.
import { chromium as playwright } from 'playwright-core';
import { chromium } from '../setup/chromium.mjs';

const calm = ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'];

export async function launchChromium() {
  const found = await chromium.look();
  if (found === undefined) throw new Error('there is no Chromium: node scripts/setup.mjs chromium');
  // Its sandbox does not run as root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return playwright.launch({
    executablePath: found.path,
    args: [...calm, '--disable-sync', '--disable-quic', ...asRoot],
  });
}
