import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Snapshot } from '../../src/shared/pageProtocol';
import { startPageHarness, type OpenOptions, type OpenPage, type PageHarness } from '../support/pageHarness';
import { nodeId } from '../support/pageSnapshots';

let harness: Promise<PageHarness> | undefined;
const opened: OpenPage[] = [];

/** A page for one test, with a snapshot when given. All tests share one browser. */
export async function openPage(snapshot?: Snapshot, options?: OpenOptions): Promise<OpenPage> {
  harness ??= startPageHarness();
  const page = await (await harness).open(options);
  opened.push(page);
  if (snapshot) await page.send({ type: 'snapshot', snapshot });
  return page;
}

/** The focusable item of a node, in the view that is shown. */
export function findNode({ page }: OpenPage, port: number): Locator {
  return page.locator(`[data-node-id="${nodeId(port)}"]`).filter({ visible: true });
}

/** The card around it. */
export function findCard({ page }: OpenPage, port: number): Locator {
  const item = page.locator(`[data-node-id="${nodeId(port)}"]`);
  return page.locator('.node', { has: item }).filter({ visible: true });
}

export function findGroup({ page }: OpenPage, key: string): Locator {
  return page.locator(`[data-key="${key}"]`).filter({ visible: true });
}

/** `node:...` or a group's key; undefined when the focus is outside the graph. */
export async function focusedKey({ page }: OpenPage): Promise<string | undefined> {
  return (await page.evaluate<string | null>("document.activeElement?.getAttribute('data-key')")) ?? undefined;
}

export async function focusedPort(page: OpenPage): Promise<number | undefined> {
  const key = await focusedKey(page);
  return key?.startsWith('node:') ? Number.parseInt(key.slice(5), 16) : undefined;
}

/** Until an expression holds in the page. Playwright's own wait evaluates text in there, which the policy forbids. */
export async function waitFor({ page }: OpenPage, condition: string): Promise<void> {
  await page.evaluate(
    `new Promise(hold => {
      const look = () => (${condition} ? hold() : requestAnimationFrame(look));
      look();
    })`,
  );
}

/** Until what moves has come to its place. */
export function untilStill(page: OpenPage): Promise<void> {
  return waitFor(page, `document.getAnimations().every(each => each.playState === 'finished' || each.animationName)`);
}

/** Whatever a test does: nothing may break the content policy or throw inside the page. */
afterEach(async () => {
  for (const page of opened.splice(0)) {
    const complaints = await page.complaints();
    await page.close();
    assert.deepEqual(complaints, []);
  }
});

after(async () => {
  await (await harness)?.close();
});
