import assert from 'node:assert/strict';
import type { PageSlotFigures, SlotMode, Snapshot } from '../../src/shared/pageProtocol';
import type { OpenOptions, OpenPage } from '../support/pageHarness';
import { change, makeSnapshot, nodeId, SNAPSHOT_TIME } from '../support/pageSnapshots';
import { pageThemes, type PageThemeName } from '../support/pageThemes';
import { openPage } from './pageSuite';

/** As the map lies at 1280 pixels, in pixels. */
const LEFT = 44;
const CELL = 5;
const COLUMNS = 128;

describe('topology page, slots', () => {
  const openSlots = (snapshot: Snapshot, options: OpenOptions = {}, mode: SlotMode = 'state'): Promise<OpenPage> =>
    openPage(snapshot, {
      state: { clusterId: 'cluster-1', view: 'slots', slots: { mode, selected: '', cursor: 0 } },
      ...options,
    });
  const map = ({ page }: OpenPage) => page.getByRole('application');
  const detail = ({ page }: OpenPage): Promise<string> => page.locator('.slot-detail').innerText();
  const selected = ({ page }: OpenPage): Promise<string> => page.locator('.slot-selection-what').innerText();
  const moveButton = ({ page }: OpenPage) => page.getByRole('button', { name: 'Move to…' });
  const mode = ({ page }: OpenPage, name: string) => page.getByRole('button', { name, exact: true });
  const press = async ({ page }: OpenPage, ...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** The middle of a slot on the whole map, on the screen. */
  const pointOf = async (page: OpenPage, slot: number): Promise<{ x: number; y: number }> => {
    const box = (await map(page).boundingBox())!;
    const column = slot % COLUMNS;
    return { x: box.x + LEFT + (column + 0.5) * CELL, y: box.y + ((slot - column) / COLUMNS + 0.5) * CELL };
  };
  const drag = async (page: OpenPage, from: number, to: number): Promise<void> => {
    const { mouse } = page.page;
    const [start, end] = [await pointOf(page, from), await pointOf(page, to)];
    await mouse.move(start.x, start.y);
    await mouse.down();
    await mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2);
    await mouse.move(end.x, end.y);
    await mouse.up();
  };
  const requests = async (page: OpenPage): Promise<object[]> =>
    (await page.posted()).filter(({ type }) => ['measureSlots', 'stopMeasuring', 'run'].includes(type));
  /** Of the pixels of a slot on the whole map, as the canvas has them. */
  const coloursOf = (page: OpenPage, slot: number): Promise<string[]> =>
    page.page.evaluate<string[]>(`(() => {
      const x = ${LEFT} + ${slot % COLUMNS} * ${CELL}, y = ${Math.floor(slot / COLUMNS)} * ${CELL};
      const { data } = document.querySelector('.slot-map').getContext('2d').getImageData(x, y, ${CELL}, ${CELL});
      return Array.from({ length: data.length / 4 }, (_, at) => [...data.slice(4 * at, 4 * at + 3)].join());
    })()`);

  const halfOpen = { slots: '100-103', nodeId: nodeId(7000), direction: 'migrating', peerId: nodeId(7001) } as const;
  const troubled: Snapshot = {
    ...change(makeSnapshot(), {
      7000: { slots: '0-2999,3010-5461' },
      7002: { state: 'failed', stateText: 'failed 5/5' },
    }),
    openSlots: [
      halfOpen,
      { slots: '200-299', nodeId: nodeId(7000), direction: 'migrating', peerId: nodeId(7001) },
      { slots: '200-299', nodeId: nodeId(7001), direction: 'importing', peerId: nodeId(7000) },
    ],
    disputedSlots: [
      { slots: '6000-6002', text: 'Slots 6000-6002 belong to 127.0.0.1:7001, but 7002 claims them too.' },
    ],
    slotMoves: [{ slots: '200-399', fromId: nodeId(7000), toId: nodeId(7001) }],
  };
  const figures = (by: PageSlotFigures['by'], given: Partial<PageSlotFigures> = {}): object => ({
    type: 'slotFigures',
    by,
    values: Array.from({ length: 16384 }, (_, slot) => slot % 5),
    atMilliseconds: SNAPSHOT_TIME - 20_000,
    missing: [],
    ...given,
  });

  it('says of a slot whose it is, under the pointer and under the cursor', async () => {
    const page = await openSlots(makeSnapshot());
    assert.equal(await detail(page), 'Slot 0 · 127.0.0.1:7000, ok');
    const { x, y } = await pointOf(page, 5462);
    await page.page.mouse.move(x, y);
    assert.equal(await detail(page), 'Slot 5462 · 127.0.0.1:7001, ok');
    await page.page.mouse.move(5, 5);
    assert.equal(await detail(page), 'Slot 0 · 127.0.0.1:7000, ok');
  });

  it('selects by dragging over the map, across rows', async () => {
    const page = await openSlots(makeSnapshot());
    await drag(page, 5400, 5600);
    assert.equal(await selected(page), '201 slots: 5400-5600');
    assert.equal(
      await page.page.locator('.slot-selection-whose').innerText(),
      '127.0.0.1:7001: 139 · 127.0.0.1:7000: 62',
    );
    await page.page.keyboard.down('Control');
    await drag(page, 900, 880);
    await page.page.keyboard.up('Control');
    assert.equal(await selected(page), '222 slots: 880-900,5400-5600');
    await page.page.getByRole('button', { name: 'Clear' }).click();
    assert.match(await selected(page), /^Nothing/);
  });

  it('asks for a plan to move what is selected, and for nothing else', async () => {
    const page = await openSlots(makeSnapshot());
    await drag(page, 10, 20);
    await moveButton(page).click();
    assert.deepEqual(await requests(page), [{ type: 'run', request: { command: 'reshard', slots: '10-20' } }]);
  });

  for (const [title, snapshot, reason] of [
    ['of a read-only cluster', { ...makeSnapshot(), readOnly: true }, 'This cluster is marked as read-only.'],
    [
      'while an operation runs',
      { ...makeSnapshot(), operation: { title: 'Move 5 slots', message: 'Moving.', fraction: 0 } },
      '“Move 5 slots” is running: one operation at a time.',
    ],
    [
      'while an operation runs in another window',
      { ...makeSnapshot(), operation: { title: 'Move 5 slots', message: 'Runs in another window since 14:03:10' } },
      '“Move 5 slots” is running: one operation at a time.',
    ],
    ['without a second master', makeSnapshot({ shards: 1 }), 'There is no second master that they could go to.'],
    [
      'that nobody owns',
      change(makeSnapshot(), { 7000: { slots: '21-5461' } }),
      'No master owns any of these slots, so there is nowhere to take them from: fix the cluster first.',
    ],
  ] as const)
    it(`does not move slots ${title}, and says why`, async () => {
      const page = await openSlots(snapshot);
      await drag(page, 10, 20);
      assert.equal(await page.page.locator('.slot-selection-reason').innerText(), reason);
      assert.equal(await moveButton(page).getAttribute('aria-disabled'), 'true');
      await moveButton(page).focus();
      await press(page, 'Enter');
      assert.deepEqual(await requests(page), []);
    });

  it('says that nothing is selected yet', async () => {
    const page = await openSlots(makeSnapshot());
    const description = await page.page.evaluate<string>(`(() => {
      const button = document.querySelector('.slot-button.primary');
      return document.getElementById(button.getAttribute('aria-describedby')).textContent;
    })()`);
    assert.equal(description, 'Nothing is selected.');
  });

  it('is walked and selected by keys', async () => {
    const page = await openSlots(makeSnapshot());
    await map(page).focus();
    await press(page, 'ArrowDown', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowDown');
    assert.match(await detail(page), /^Slot 258 /);
    assert.equal(await selected(page), '130 slots: 129-258');
    await press(page, 'End');
    assert.match(await detail(page), /^Slot 16383 · 127.0.0.1:7002/);
    await press(page, 'Home', 'PageDown', 'Enter');
    assert.equal(await selected(page), '5,462 slots: 0-5461');
    await press(page, 'Escape');
    assert.match(await selected(page), /^Nothing/);
    await press(page, ' ');
    assert.equal(await selected(page), '1 slot: 1024');
    await press(page, '1');
    assert.equal(await map(page).isVisible(), false, 'keys of the page still count in the map');
  });

  it('selects what is typed, and says what it cannot read', async () => {
    const page = await openSlots(makeSnapshot());
    const field = page.page.getByLabel('Slots', { exact: true });
    await field.fill('5461, 0-100');
    await press(page, 'Enter');
    assert.equal(await selected(page), '102 slots: 0-100,5461');
    for (const [text, message] of [
      ['0-99999', '“0-99999” goes beyond the last slot, 16383.'],
      ['9-5', '“9-5” runs backwards.'],
      ['some', '“some” is no slot and no range of slots such as 0-100.'],
      ['', 'Type slots such as 0-100,5461.'],
    ] as const) {
      await field.fill(text);
      await press(page, 'Enter');
      assert.equal(await page.page.locator('#slot-field-slots-message').innerText(), message);
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
    }
    assert.equal(await selected(page), '102 slots: 0-100,5461', 'what cannot be read changes nothing');
    await field.fill('7');
    assert.equal(await field.getAttribute('aria-invalid'), null);
  });

  it('looks up the slot of a key as it is typed, and leads there', async () => {
    const page = await openSlots(makeSnapshot());
    const field = page.page.getByLabel('Key or {tag}');
    await field.fill('{user1000}.following');
    assert.equal(await page.page.locator('#slot-field-key-message').innerText(), 'Slot 3443, 127.0.0.1:7000');
    await press(page, 'Enter');
    assert.match(await detail(page), /^Slot 3443 /);
    await field.fill('1');
    assert.equal(await page.page.getByRole('application').isVisible(), true, 'what is typed is no key of the page');
  });

  it('measures when a figure is first wanted, and again only when asked to', async () => {
    const page = await openSlots(makeSnapshot());
    await mode(page, 'Keys').click();
    assert.equal(await page.page.locator('.slot-mode-line').innerText(), 'Counting keys…');
    await page.send(figures('keys'));
    const line = page.page.locator('.slot-mode-line span');
    assert.equal(await line.innerText(), '32,766 keys in all · as of 20 s ago');
    assert.equal(await detail(page), 'Slot 0 · 127.0.0.1:7000, ok · 0 keys');
    await page.send({
      type: 'snapshot',
      snapshot: { ...makeSnapshot({ version: 2 }), nowMilliseconds: SNAPSHOT_TIME + 100_000 },
    });
    assert.equal(await line.innerText(), '32,766 keys in all · as of 2 min ago');
    await mode(page, 'State').click();
    await mode(page, 'Keys').click();
    assert.deepEqual(await requests(page), [{ type: 'measureSlots', by: 'keys' }]);
    await page.page.getByRole('button', { name: 'Measure again' }).click();
    assert.equal((await requests(page)).length, 2);
    await drag(page, 0, 9);
    assert.match(await page.page.locator('.slot-selection-whose').innerText(), / · 20 keys$/);
    assert.equal(await page.page.locator('.slot-owners tbody tr td.number').nth(1).innerText(), '10,921 keys');
  });

  it('breaks the measuring off when another mode or view is chosen', async () => {
    const page = await openSlots(makeSnapshot());
    await mode(page, 'Memory').click();
    await mode(page, 'Owner').click();
    await mode(page, 'CPU').click();
    await mode(page, 'Graph').click();
    assert.deepEqual(await requests(page), [
      { type: 'measureSlots', by: 'memory' },
      { type: 'stopMeasuring' },
      { type: 'measureSlots', by: 'cpu' },
      { type: 'stopMeasuring' },
    ]);
    await mode(page, 'Slots').click();
    assert.deepEqual((await requests(page)).at(-1), { type: 'measureSlots', by: 'cpu' });
  });

  it('says who could not tell, and why, and what is but estimated', async () => {
    const page = await openSlots(makeSnapshot({ shards: 4 }), {}, 'memory');
    const reason = 'Redis 7.0.15 keeps none.';
    const missing = [7000, 7001].map(port => ({ nodeId: nodeId(port), reason }));
    const other = { nodeId: nodeId(7003), reason: 'It did not answer.' };
    await page.send(figures('memory', { sampled: true, missing: [...missing, other] }));
    assert.match(
      await page.page.locator('.slot-mode-line span').innerText(),
      /^32 KB in all · estimated from a sample of keys/,
    );
    assert.deepEqual(await page.page.locator('.slot-mode-notes li').allInnerTexts(), [
      `2 masters: ${reason}`,
      '127.0.0.1:7003: It did not answer.',
    ]);
    await mode(page, 'CPU').click();
    await page.send({ type: 'slotFiguresFailed', by: 'cpu', reason: 'No node answers.' });
    assert.deepEqual(await page.page.locator('.slot-mode-notes li').allInnerTexts(), ['No node answers.']);
    assert.match(await page.page.locator('.slot-legend').innerText(), /not known\s+16,384/);
  });

  it('tells open, half-open, disputed and lost slots apart, in words and on the way to them', async () => {
    const page = await openSlots(troubled);
    const legend = page.page.locator('.slot-legend-item');
    assert.deepEqual(
      (await legend.allInnerTexts()).map(text => text.replaceAll(/\s+/g, ' ')),
      [
        'ok 10,706',
        'will move 100',
        'moving 100',
        'half-open, migrating 4',
        'owner failed 5,461',
        'disputed 3',
        'no owner 10',
      ],
    );
    await legend.filter({ hasText: 'half-open' }).click();
    assert.equal(
      await detail(page),
      'Slot 100 · 127.0.0.1:7000, ok · 127.0.0.1:7000 says it goes to 127.0.0.1:7001 · half-open: the other end does not say the same',
    );
    await legend.filter({ hasText: 'no owner' }).click();
    assert.equal(await detail(page), 'Slot 3000 · no master owns it: commands on its keys fail');
    await legend.filter({ hasText: 'disputed' }).click();
    assert.match(await detail(page), /^Slot 6000 · 127.0.0.1:7001, ok · Slots 6000-6002 belong to/);
  });

  it('shows how far the running operation is with its slots', async () => {
    const page = await openSlots(
      { ...troubled, slotMoves: [{ slots: '5400-5499', fromId: nodeId(7000), toId: nodeId(7001) }] },
      {},
      'migration',
    );
    assert.deepEqual(await page.page.locator('.slot-mode-notes li').allInnerTexts(), [
      '127.0.0.1:7000 → 127.0.0.1:7001: 38 of 100 slots moved',
    ]);
    assert.match(await page.page.locator('.slot-legend').innerText(), /moved\s+38/);
    const quiet = await openSlots(makeSnapshot(), {}, 'migration');
    assert.equal(await quiet.page.locator('.slot-mode-line').innerText(), 'No slot is on its way.');
  });

  it('says when there are too many owners for hues', async () => {
    const page = await openSlots(makeSnapshot({ shards: 11 }), {}, 'owner');
    assert.match(
      await page.page.locator('.slot-mode-line').innerText(),
      /^11 owners: so many hues could not be told apart/,
    );
  });

  it('shows in the map what is brushed in the strip', async () => {
    const page = await openSlots(makeSnapshot());
    const shows = page.page.locator('.slot-window');
    assert.equal(await shows.innerText(), 'Slots 0-16383');
    const strip = (await page.page.locator('.slot-strip').boundingBox())!;
    const { mouse } = page.page;
    const at = (slot: number): number => strip.x + ((slot + 0.5) / 16384) * strip.width;
    await mouse.move(at(8000), strip.y + 20);
    await mouse.down();
    await mouse.move(at(8400), strip.y + 20);
    await mouse.move(at(8900), strip.y + 20);
    await mouse.up();
    const [first, last] = /(\d+)-(\d+)/
      .exec(await shows.innerText())!
      .slice(1)
      .map(Number) as [number, number];
    assert.ok(first <= 8000 && last >= 8900 && last - first === 1023, `${first}-${last}`);
    const box = (await map(page).boundingBox())!;
    await mouse.move(box.x + LEFT + 10, box.y + 10);
    assert.match(await detail(page), new RegExp(`^Slot ${first} `));
    await mouse.click(at(100), strip.y + 20);
    assert.match(await detail(page), /^Slot (9\d|10\d) /);
    assert.equal(await shows.innerText(), 'Slots 96-1119', 'the map follows');
    await map(page).focus();
    await press(page, '-');
    assert.equal(await shows.innerText(), 'Slots 0-4095');
    await page.page.getByRole('button', { name: 'Whole map (0)' }).click();
    assert.equal(await shows.innerText(), 'Slots 0-16383');
    assert.equal(await page.page.getByRole('button', { name: 'Farther (-)' }).isDisabled(), true);
  });

  it('has the same in a table: one tab stop, arrows, selection and menu of the masters', async () => {
    const page = await openSlots(troubled);
    const rows = page.page.locator('.slot-owners tbody tr');
    assert.deepEqual(
      (await rows.allInnerTexts()).map(text => text.trim().replaceAll(/\s+/g, ' ')),
      [
        '127.0.0.1:7000 5,452 0-2999,3010-5461 ok, 4 half-open, migrating, 100 moving, 100 will move',
        '127.0.0.1:7001 5,461 5462-10922 ok, 3 disputed',
        '127.0.0.1:7002 5,461 10923-16383 failed 5/5',
      ],
    );
    assert.equal(await page.page.locator('.slot-owners [tabindex="0"]').count(), 1);
    await page.page.locator('.slot-owners [tabindex="0"]').focus();
    await press(page, 'ArrowDown', 'Space', 'Shift+F10');
    const second = page.page.getByRole('button', { name: '127.0.0.1:7001', exact: true });
    assert.equal(await second.getAttribute('aria-pressed'), 'true');
    assert.deepEqual(
      (await page.menus()).map(({ nodeId: id }) => id),
      [nodeId(7001)],
    );
    assert.deepEqual((await page.posted()).at(-1), { type: 'select', nodeId: nodeId(7001) });
    await page.send({ type: 'select', nodeId: nodeId(7003) });
    const first = page.page.getByRole('button', { name: '127.0.0.1:7000', exact: true });
    assert.equal(await first.getAttribute('aria-pressed'), 'true', 'of a replica the master');
  });

  it('keeps selection, cursor and focus over a poll, and tells what has changed', async () => {
    const page = await openSlots(makeSnapshot());
    await drag(page, 5000, 5100);
    await press(page, 'ArrowRight');
    await page.page.evaluate("document.querySelectorAll('.slots *').forEach(element => (element.kept = true))");
    const next = change(makeSnapshot(), { 7000: { slots: '0-4999' }, 7001: { slots: '5000-10922' } });
    await page.send({ type: 'snapshot', snapshot: next });
    assert.equal(await selected(page), '101 slots: 5000-5100');
    assert.equal(await detail(page), 'Slot 5101 · 127.0.0.1:7001, ok');
    assert.equal(await page.page.evaluate('document.activeElement.className'), 'slot-map');
    assert.equal(
      await page.page.evaluate("[...document.querySelectorAll('.slots *')].every(element => element.kept)"),
      true,
    );
    assert.deepEqual(await coloursOf(page, 5001), await coloursOf(page, 5003), 'drawn as its neighbours');
  });

  it('is where it was after a reload', async () => {
    const page = await openSlots(makeSnapshot());
    await drag(page, 40, 60);
    await mode(page, 'Owner').click();
    const state = await page.savedState();
    assert.deepEqual(state, {
      clusterId: 'cluster-1',
      view: 'slots',
      slots: { mode: 'owner', selected: '40-60', cursor: 60 },
    });
    const again = await openPage(makeSnapshot(), { state });
    assert.equal(await selected(again), '21 slots: 40-60');
    assert.match(await detail(again), /^Slot 60 /);
    assert.equal(await mode(again, 'Owner').getAttribute('aria-pressed'), 'true');
  });

  it('draws what is not well with a pattern, and what is well without', async () => {
    const page = await openSlots(troubled);
    const inks = async (slot: number): Promise<number> => new Set(await coloursOf(page, slot)).size;
    // A pixel more is the line between two slots.
    assert.ok((await inks(7000)) <= 2, 'a slot that is ok');
    for (const slot of [3004, 101, 250, 12000, 6001]) assert.ok((await inks(slot)) > 2, `slot ${slot}`);
  });

  it('follows a change of the theme', async () => {
    const page = await openSlots(makeSnapshot());
    const before = await coloursOf(page, 8000);
    await page.page.evaluate(`new Promise(done => {
      for (const [name, value] of Object.entries(${JSON.stringify(pageThemes.light.variables)}))
        document.documentElement.style.setProperty('--vscode-' + name, value);
      document.body.classList.replace('vscode-dark', 'vscode-light');
      requestAnimationFrame(() => requestAnimationFrame(done));
    })`);
    assert.notDeepEqual(await coloursOf(page, 8000), before);
  });

  it('is sharp on a dense screen', async () => {
    const page = await openSlots(makeSnapshot());
    await page.page.evaluate("Object.defineProperty(window, 'devicePixelRatio', { value: 2 })");
    await page.send({ type: 'snapshot', snapshot: change(makeSnapshot(), { 7000: { state: 'suspect' } }) });
    const [pixels, css] = await page.page.evaluate<[number, number]>(
      "(({ width, clientWidth }) => [width, clientWidth])(document.querySelector('.slot-map'))",
    );
    assert.equal(pixels, css * 2);
  });

  it('shows gaps where no node has slots', async () => {
    const none = change(makeSnapshot(), { 7000: { slots: '' }, 7001: { slots: '' }, 7002: { slots: '' } });
    const page = await openSlots(none);
    assert.match(await page.page.locator('.slot-legend').innerText(), /no owner\s+16,384/);
  });

  it('fits into a narrow side bar', async () => {
    const page = await openSlots(troubled, { width: 320 });
    const overflow = await page.page.evaluate<number>(
      "Math.max(...[...document.querySelectorAll('.slots, .slot-columns, .slot-words, .slot-map, .slot-strip')].map(element => element.getBoundingClientRect().right))",
    );
    assert.ok(overflow <= 320, `${overflow}`);
    await page.screenshot('slots-narrow');
  });

  for (const theme of Object.keys(pageThemes) as PageThemeName[])
    it(`has no violation in the theme ${theme}, with trouble, a selection and figures`, async () => {
      const page = await openSlots(troubled, { theme });
      await drag(page, 5400, 5600);
      await page.screenshot(`slots-${theme}`);
      await mode(page, 'Keys').click();
      await page.send(figures('keys', { missing: [{ nodeId: nodeId(7002), reason: 'It did not answer.' }] }));
      await page.page.getByLabel('Slots', { exact: true }).fill('x');
      await press(page, 'Enter');
      await page.screenshot(`slots-${theme}-keys`);
      assert.deepEqual(await page.audit(), []);
    });

  for (const [nodes, shards] of [
    [60, 30],
    [1000, 500],
  ] as const)
    it(`draws ${nodes} nodes`, async () => {
      const page = await openSlots(makeSnapshot({ shards }), { theme: 'light', width: 1600, height: 1000 });
      assert.equal(await page.page.locator('.slot-owners tbody tr').count(), shards);
      await page.screenshot(`slots-${nodes}-nodes`);
    });
});
