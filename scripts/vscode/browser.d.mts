import type { Browser } from 'playwright-core';

/** The Chromium that the set-up found (CHROMIUM_PATH wins), headless. */
export function launchChromium(): Promise<Browser>;
