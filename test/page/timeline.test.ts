import assert from 'node:assert/strict';
import type { Snapshot } from '../../src/shared/pageProtocol';
import type { OpenPage } from '../support/pageHarness';
import { change, makeEvent, makeEventfulSnapshot, makeSnapshot, nodeId } from '../support/pageSnapshots';
import { pageThemes, type PageThemeName } from '../support/pageThemes';
import { findCard, findNode, openPage } from './pageSuite';

const later = (snapshot: Snapshot, rest: Partial<Snapshot> = {}): Snapshot => ({
  ...snapshot,
  version: snapshot.version + 1,
  ...rest,
});

describe('topology page, timeline', () => {
  it('tells what happened, newest first, each with its time, a glyph, a word and the sentence', async () => {
    const page = await openPage(makeEventfulSnapshot());
    const events = page.page.locator('.event');
    assert.equal(await events.count(), 5);
    assert.match(
      await events.first().innerText(),
      /^\d\d:\d\d:12\s+15 s ago\s+failover\s*127\.0\.0\.1:7003 took over slots 0-5461 from 127\.0\.0\.1:7000 after 4\.5 s, automatically\./,
    );
    assert.equal(await events.first().locator('> .codicon-arrow-swap').count(), 1);
    assert.match(await events.last().innerText(), /or earlier\s+up\s*Nodes answer again\./);
    await page.screenshot('timeline');
  });

  it('shows the stages of a failover in their order, the first with its time and the others counted from it', async () => {
    const page = await openPage(makeEventfulSnapshot());
    const stages = page.page.locator('.event').first().locator('.stage-face');
    assert.deepEqual(
      (await stages.allInnerTexts()).map(text =>
        text
          .replaceAll(/\s+/g, ' ')
          .trim()
          .replace(/\d\d:\d\d:/, ''),
      ),
      ['no answer 07', 'suspect +0.5 s', 'failed +2.5 s', 'failing over +2.5 s', 'new master +4.5 s'],
    );
    assert.match(
      (await page.page.locator('.stage').nth(1).getAttribute('title')) ?? '',
      /^\d\d:\d\d:08 127\.0\.0\.1:7000 is suspect: 2 of 5 nodes miss it\.$/,
    );
  });

  it('shortens a long flap in the middle', async () => {
    const stages = Array.from({ length: 24 }, (_, index) => makeEvent('suspect', 100 - index, `Stage ${index}.`));
    const snapshot = {
      ...makeSnapshot(),
      events: [makeEvent('recovered', 70, 'It was suspect 12 times.', { stages })],
    };
    const page = await openPage(snapshot);
    assert.equal(await page.page.locator('.stage').count(), 7);
    assert.equal(await page.page.locator('.stage-gap').innerText(), '17 more stages');
  });

  it('selects the node of an event with a click and with the keyboard, and leads to its card', async () => {
    const page = await openPage(makeEventfulSnapshot());
    await page.page.getByRole('button', { name: /^127\.0\.0\.1:7006 joined/ }).click();
    assert.equal(await findNode(page, 7006).getAttribute('aria-selected'), 'true');
    await page.page.getByRole('button', { name: /took over/ }).focus();
    await page.page.keyboard.press('Enter');
    assert.equal(await findNode(page, 7003).getAttribute('aria-selected'), 'true');
    assert.ok((await page.posted()).some(message => message.type === 'select' && message.nodeId === nodeId(7003)));
  });

  it('offers nothing to click where the node is gone', async () => {
    const gone = makeEvent('left', 9, '127.0.0.1:7099 is gone.', { nodeIds: [nodeId(7099)] });
    const page = await openPage({ ...makeSnapshot(), events: [gone] });
    assert.equal(await page.page.getByRole('button', { name: /is gone/ }).count(), 0);
    assert.match(await page.page.locator('.event').innerText(), /127\.0\.0\.1:7099 is gone\./);
  });

  it('folds by click and by Esc, says the latest then, and stays folded over a poll and a reload', async () => {
    const page = await openPage(makeEventfulSnapshot());
    const toggle = page.page.getByRole('button', { name: /^Timeline/ });
    assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
    await page.page.getByRole('button', { name: /took over/ }).focus();
    await page.page.keyboard.press('Escape');
    assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
    assert.equal(await focusedText(page), await toggle.innerText());
    assert.match(await toggle.innerText(), /took over slots/);
    await page.send({ type: 'snapshot', snapshot: later(makeEventfulSnapshot()) });
    assert.equal(await page.page.locator('.timeline-list').isVisible(), false);
    const state = await page.savedState();
    assert.deepEqual(state, { clusterId: 'cluster-1', view: 'graph', timelineFolded: true });
    const next = await openPage(makeEventfulSnapshot(), { state });
    assert.equal(await next.page.locator('.timeline-list').isVisible(), false);
    await next.page.getByRole('button', { name: /^Timeline/ }).click();
    assert.equal(await next.page.locator('.timeline-list').isVisible(), true);
  });

  it('shows six events at first and the rest on demand', async () => {
    const events = Array.from({ length: 50 }, (_, index) => makeEvent('epochChanged', index, `Event ${index}.`));
    const page = await openPage({ ...makeSnapshot(), events });
    assert.equal(await page.page.locator('.event').count(), 6);
    await page.page.getByRole('button', { name: 'Show 44 more' }).click();
    assert.equal(await page.page.locator('.event').count(), 50);
  });

  it('keeps the row of an event that goes on, and the focus on it, while newer ones come above', async () => {
    const snapshot = makeEventfulSnapshot();
    const page = await openPage(snapshot);
    const button = page.page.getByRole('button', { name: /^127\.0\.0\.1:7006 joined/ });
    await button.focus();
    const before = await button.elementHandle();
    const newer = makeEvent('epochChanged', 0, 'The config epoch of 127.0.0.1:7001 changed from 2 to 9.');
    const moved = snapshot.events.map(event => ({ ...event, text: `${event.text} Still.` })).reverse();
    await page.send({ type: 'snapshot', snapshot: later(snapshot, { events: [newer, ...moved] }) });
    const same = page.page.getByRole('button', { name: /^127\.0\.0\.1:7006 joined .* Still\.$/ });
    assert.equal(
      await before?.evaluate((one: unknown, other: unknown) => one === other, await same.elementHandle()),
      true,
    );
    assert.equal(await focusedText(page), await same.innerText());
    assert.match(await page.page.locator('.event').first().innerText(), /config epoch/);
  });

  it('lets the age of an event grow without touching the rest of its row', async () => {
    const snapshot = makeEventfulSnapshot();
    const page = await openPage(snapshot);
    await page.page.evaluate("globalThis.stage = document.querySelector('.stage')");
    const nowMilliseconds = snapshot.nowMilliseconds + 600_000;
    await page.send({ type: 'snapshot', snapshot: later(snapshot, { nowMilliseconds }) });
    assert.match(await page.page.locator('.event').first().innerText(), /10 min ago/);
    assert.equal(await page.page.evaluate('stage.isConnected'), true);
  });

  it('is not there while nothing has happened', async () => {
    const page = await openPage(makeSnapshot());
    assert.equal(await page.page.locator('.timeline').isVisible(), false);
  });

  it('reads an event as text, never as markup', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    const events = [makeEvent('joined', 3, evil, { stages: [makeEvent('failed', 4, evil)] })];
    const page = await openPage({ ...makeSnapshot(), events });
    assert.equal(await page.page.locator('main img').count(), 0);
    assert.match(await page.page.locator('.event').innerText(), /<img/);
  });

  for (const theme of Object.keys(pageThemes) as PageThemeName[])
    it(`has no accessibility violation in the theme ${theme}, nor folded`, async () => {
      const page = await openPage(makeEventfulSnapshot(), { theme });
      await page.screenshot(`timeline-${theme}`);
      assert.deepEqual(await page.audit(), []);
      if (theme !== 'light') return;
      await page.page.locator('.timeline-toggle').click();
      await page.screenshot(`timeline-${theme}-folded`);
      assert.deepEqual(await page.audit(), []);
    });

  for (const [width, fontSizePixels] of [
    [320, 13],
    [320, 20],
    [560, 13],
    [900, 13],
  ] as const)
    it(`cuts nothing off at ${width} px, ${fontSizePixels} px font`, async () => {
      const page = await openPage(makeEventfulSnapshot(), { width, fontSizePixels });
      await page.screenshot(`timeline-${width}-${fontSizePixels}`);
      assert.deepEqual(await findCutOff(page), []);
    });
});

describe('topology page, strips', () => {
  it('shows on each card what the node was in the last ten minutes, a short failure too', async () => {
    const page = await openPage(makeEventfulSnapshot());
    const states = async (port: number): Promise<(string | null)[]> => {
      const paths = await findCard(page, port).locator('.strip path').all();
      return (await Promise.all(paths.map(path => path.getAttribute('data-state')))).sort();
    };
    assert.deepEqual(await states(7001), ['ok']);
    assert.deepEqual(await states(7004), ['failed', 'ok', 'suspect']);
    assert.deepEqual(await states(7006), ['spare']);
    const [failed, ok] = await Promise.all(
      ['failed', 'ok'].map(state => findCard(page, 7004).locator(`.strip [data-state=${state}]`).boundingBox()),
    );
    assert.ok(failed && ok && failed.height > 2 * ok.height, 'shape tells it without colour');
    assert.ok(failed.width > 2);
  });

  it('says it in words to screen readers and on hover, where there was a change', async () => {
    const page = await openPage(makeEventfulSnapshot());
    const said = await findNode(page, 7004).getAttribute('aria-description');
    assert.match(
      said ?? '',
      /^Last 10 minutes: ok, suspect \d\d:\d\d:25 for 2\.0 s, ok \d\d:\d\d:27 for 38 s, failed \d\d:\d\d:05 for 12 s, ok$/,
    );
    assert.ok((await findCard(page, 7004).getAttribute('title'))?.includes(said ?? '?'));
    assert.equal(await findNode(page, 7001).getAttribute('aria-description'), null);
  });

  it('lies inside its card below the text, in small cards too', async () => {
    // Of many nodes only those of shards in trouble have cards, small ones.
    const many = change(makeSnapshot({ shards: 20 }), { 7000: { state: 'failed', stateText: 'failed' } });
    for (const snapshot of [makeEventfulSnapshot(), many]) {
      const page = await openPage(snapshot);
      const first = page.page.locator('.node', { has: page.page.locator('.strip') }).first();
      const [card, strip, line] = await Promise.all([
        first.boundingBox(),
        ...['.strip', '.node-role'].map(part => first.locator(part).boundingBox()),
      ]);
      assert.ok(card && strip && line);
      assert.ok(strip.y + strip.height <= card.y + card.height);
      assert.ok(strip.y >= line.y + line.height);
      assert.ok(strip.x > card.x && strip.x + strip.width < card.x + card.width);
    }
  });
});

function focusedText({ page }: OpenPage): Promise<string> {
  return page.evaluate<string>('document.activeElement.innerText');
}

/** What is wider than its place, or outside the page. */
function findCutOff({ page }: OpenPage): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const { documentElement: root } = document;
    const flaws = root.scrollWidth > root.clientWidth ? ['the page scrolls sideways'] : [];
    for (const part of document.querySelectorAll('.timeline-toggle, .event, .event-what, .event-text, .event-when, .stage')) {
      const { left, right, width } = part.getBoundingClientRect();
      if (width > 0 && (left < 0 || right > root.clientWidth)) flaws.push('outside the page: ' + part.innerText);
      if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== 'inline') flaws.push('cut off: ' + part.innerText);
    }
    return flaws;
  })()`);
}
