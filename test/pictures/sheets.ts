/**
 * Pictures for docs/images: every view of the topology page at 6, 60 and 1000 nodes, well and in trouble, in three
 * themes, a sheet for each size and state; and one picture of each view at its full size.
 *
 *   npm run pictures
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageViews, type PageView, type Snapshot } from '../../src/shared/pageProtocol';
import { startPageHarness, type PageHarness } from '../support/pageHarness';
import { makeEventfulSnapshot, makeSnapshot } from '../support/pageSnapshots';
import { judgeHosts } from '../support/judgeHosts';
import type { PageThemeName } from '../support/pageThemes';
import { makeLargeSnapshot, makeTroubledSnapshot } from '../support/scaleSnapshots';

const folder = join(__dirname, '../../docs/images');
const themes: readonly PageThemeName[] = ['dark', 'light', 'highContrastDark'];
const [WIDTH, HEIGHT] = [1280, 800];
/** Of a picture's size, in a sheet. */
const SHRINK = 0.36;

const subjects: Record<string, () => Snapshot> = {
  '6-well': () => makeSnapshot(),
  '6-trouble': makeEventfulSnapshot,
  '60-well': () => makeLargeSnapshot(60),
  '60-trouble': () => makeTroubledSnapshot(60),
  '1000-well': () => makeLargeSnapshot(1000),
  '1000-trouble': () => makeTroubledSnapshot(1000),
};
/** What the pictures at full size show. */
const portraits: Record<PageView, string> = {
  graph: '60-trouble',
  slots: '6-trouble',
  hosts: '60-trouble',
  table: '6-trouble',
};

async function main(): Promise<void> {
  const harness = await startPageHarness();
  try {
    for (const [name, subject] of Object.entries(subjects)) {
      const cells: Buffer[] = [];
      for (const theme of themes)
        for (const view of pageViews) cells.push(await picture(harness, judgeHosts(subject()), view, theme));
      await save(harness, `sheet-${name}`, cells, pageViews.length, SHRINK);
      for (const view of pageViews)
        if (portraits[view] === name) await save(harness, `view-${view}`, [cells[pageViews.indexOf(view)]!], 1, 0.8);
    }
  } finally {
    await harness.close();
  }
}

async function picture(
  harness: PageHarness,
  snapshot: Snapshot,
  view: PageView,
  theme: PageThemeName,
): Promise<Buffer> {
  const page = await harness.open({ theme, width: WIDTH, height: HEIGHT, reduceMotion: true });
  try {
    await page.send({ type: 'snapshot', snapshot });
    await page.page.keyboard.press(String(pageViews.indexOf(view) + 1));
    await page.page.locator('.chosen, [aria-pressed="true"]').first().waitFor();
    return await page.page.screenshot({ animations: 'disabled' });
  } finally {
    await page.close();
  }
}

/** Side by side in so many columns, as WebP: a browser draws and packs it. */
async function save(
  harness: PageHarness,
  name: string,
  cells: readonly Buffer[],
  columns: number,
  scale: number,
): Promise<void> {
  const page = await harness.open();
  try {
    await page.page.goto('about:blank');
    const sources = cells.map(cell => `data:image/png;base64,${cell.toString('base64')}`);
    const packed = await page.page.evaluate<string>(`(async () => {
      const [width, height, gap] = [${Math.round(WIDTH * scale)}, ${Math.round(HEIGHT * scale)}, ${columns > 1 ? 8 : 0}];
      const sources = ${JSON.stringify(sources)};
      const canvas = document.createElement('canvas');
      canvas.width = ${columns} * (width + gap) - gap;
      canvas.height = Math.ceil(sources.length / ${columns}) * (height + gap) - gap;
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      for (const [index, source] of sources.entries()) {
        const image = new Image();
        image.src = source;
        await image.decode();
        const [x, y] = [(index % ${columns}) * (width + gap), Math.floor(index / ${columns}) * (height + gap)];
        context.drawImage(image, x, y, width, height);
      }
      return canvas.toDataURL('image/webp', ${columns > 1 ? 0.5 : 0.8}).split(',')[1];
    })()`);
    const bytes = Buffer.from(packed, 'base64');
    writeFileSync(join(folder, `${name}.webp`), bytes);
    console.log(`${name}.webp ${(bytes.length / 1024).toFixed(0)} KiB`);
  } finally {
    await page.close();
  }
}

void main();
