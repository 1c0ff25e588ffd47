import assert from 'node:assert/strict';
import type { Snapshot } from '../../src/shared/pageProtocol';
import { change, makeSnapshot } from '../support/pageSnapshots';
import { findFlaws } from './findFlaws';
import { openPage } from './pageSuite';

const long = 'a-host-with-a-name-that-does-not-end-'.repeat(9).slice(0, 300);
/** Right to left from the first character on, and never ended. */
const reversed = '\u202Erack-1 \u05D0\u05D1';
const emoji = '\u{1F418}\u{1F3F3}\uFE0F\u200D\u{1F308} rack';

function oddly(snapshot: Snapshot): Snapshot {
  const changed = change(snapshot, {
    7000: { hostLabel: long, name: `${long}:7000` },
    7001: { hostLabel: reversed },
    7002: { hostLabel: emoji },
    7003: { hostLabel: '<b>&amp;</b>' },
  });
  return { ...changed, clusterName: `${reversed} ${long}`, statusText: '3 shards' };
}

describe('topology page, odd data', () => {
  for (const view of ['graph', 'slots', 'hosts', 'table'] as const)
    for (const width of [320, 1280])
      it(`keeps long, foreign and reversed names in their place at ${width} px, in the view ${view}`, async () => {
        const page = await openPage(oddly(makeSnapshot({ spares: 1 })), {
          width,
          state: { clusterId: 'cluster-1', view },
        });
        await page.screenshot(`odd-${view}-${width}`);
        assert.deepEqual(await findFlaws(page), []);
        assert.match(await page.page.locator('.status').innerText(), /^3 shards$/m);
        const sides = await page.page.evaluate<[number, number]>(
          `['h1', '.status'].map(each => Math.round(document.querySelector(each).getBoundingClientRect().left))`,
        );
        assert.equal(sides[0], sides[1], 'a name from right to left begins where others do');
      });

  it('shows one shard with fifty replicas, none cut off', async () => {
    const page = await openPage(makeSnapshot({ shards: 1, replicas: 50 }));
    await page.screenshot('odd-fifty');
    assert.equal(await page.page.locator('.node').count(), 51);
    assert.deepEqual(await findFlaws(page), []);
  });

  it('says so when there is nothing at all', async () => {
    const page = await openPage({ ...makeSnapshot({ shards: 0 }), status: 'unknown', statusText: 'no node seen' });
    await page.screenshot('odd-none');
    assert.deepEqual(await findFlaws(page), []);
    assert.match(await page.page.locator('main').innerText(), /No node answers/);
  });

  it('shows nodes that are in no shard', async () => {
    const page = await openPage({ ...makeSnapshot({ shards: 0, spares: 3 }), statusText: 'no shards' });
    await page.screenshot('odd-spares');
    assert.deepEqual(await findFlaws(page), []);
    assert.equal(await page.page.locator('.node').count(), 3);
  });

  it('grows by nothing however long it is left open', async () => {
    const page = await openPage(makeSnapshot({ spares: 1 }));
    const count = (): Promise<number> => page.page.evaluate<number>(`document.querySelectorAll('*').length`);
    const counts: number[] = [];
    for (let version = 2; version <= 101; version++) {
      const isDown = version % 2 === 0;
      const snapshot = makeSnapshot({ spares: 1, version });
      const state = isDown ? { state: 'failed', stateText: 'failed' } : {};
      await page.send({ type: 'snapshot', snapshot: change(snapshot, { 7003: state as { state: 'failed' } }) });
      if (version === 21 || version === 101) counts.push(await count());
    }
    assert.equal(counts[1], counts[0]);
  });
});
