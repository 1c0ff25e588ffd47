import assert from 'node:assert/strict';
import fc from 'fast-check';
import { numberStrings } from '../../../src/webview/numbers/numberStrings';
import { totalShards } from '../../../src/webview/numbers/shardTotals';
import { SPARK_HEIGHT, SPARK_WIDTH, sparklinePath, type Figures } from '../../../src/webview/numbers/sparkline';
import { trendAt } from '../../../src/webview/numbers/trend';
import { tableStrings } from '../../../src/webview/table/tableStrings';
import { change, failOver, makeNode, makeSnapshot } from '../../support/pageSnapshots';

describe('totalShards', () => {
  it('sums what a shard does over its nodes, and takes what it holds from the master', () => {
    const snapshot = change(makeSnapshot(), {
      7000: { operationsPerSecond: 10, clients: 3, keys: 500 },
      7003: { operationsPerSecond: 5, clients: 4, keys: 499 },
    });
    const [first] = totalShards(snapshot);
    assert.deepEqual([first?.operationsPerSecond, first?.clients, first?.keys], [15, 7, 500]);
    assert.equal(first?.nodes.length, 2);
  });

  it('marks what is over the mean by the given part, worst first', () => {
    const snapshot = change(makeSnapshot({ shards: 4 }), {
      7000: { keys: 1600, memoryBytes: 90_000_000 },
      7001: { keys: 800 },
      7002: { keys: 800 },
      7003: { keys: 800 },
    });
    const [first, second] = totalShards(snapshot);
    assert.equal(numberStrings.skewed(first!.skews), 'skewed: 3.0 × the mean memory, 1.6 × the mean keys');
    assert.deepEqual(second?.skews, []);
    const bySetting = (skewPercent: number) => totalShards({ ...snapshot, skewPercent })[0]!.skews.map(({ by }) => by);
    assert.deepEqual(bySetting(60), ['memory', 'keys']);
    assert.deepEqual(bySetting(61), ['memory']);
  });

  it('tells no skew of next to nothing, of a lone shard, or of one that does not tell', () => {
    const few = change(makeSnapshot(), { 7000: { keys: 9 }, 7001: { keys: 1 }, 7002: { keys: 1 } });
    assert.ok(totalShards(few).every(({ skews }) => skews.length === 0));
    assert.deepEqual(totalShards(makeSnapshot({ shards: 1 }))[0]?.skews, []);
    const [first] = totalShards(failOver(makeSnapshot()));
    assert.equal(first?.nodes.length, 1);
    const { master, ...rest } = totalShards({ ...makeSnapshot(), nodes: [] })[0]!;
    assert.equal(master, undefined);
    assert.deepEqual([rest.keys, rest.operationsPerSecond, rest.skews], [undefined, undefined, []]);
  });
});

describe('sparklinePath', () => {
  it('draws from the right, with a gap where nothing is known and a dash where one stands alone', () => {
    assert.equal(sparklinePath([]), '');
    assert.equal(sparklinePath([null, null]), '');
    assert.equal(sparklinePath([0, 10]), 'M54.5 11L60 1');
    assert.equal(sparklinePath([5, null, 10, 10]), 'M42.6 6h2M54.5 1L60 1');
    assert.equal(sparklinePath([0, 0]), 'M54.5 11L60 11');
  });

  it('stays within its box, whatever the figures', () => {
    const figures = fc.array(fc.option(fc.nat()), { maxLength: 40 });
    fc.assert(
      fc.property(figures, list => {
        for (const [, x, y] of sparklinePath(list).matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)) {
          assert.ok(Number(x) >= -1 && Number(x) <= SPARK_WIDTH && Number(y) >= 0 && Number(y) <= SPARK_HEIGHT);
        }
      }),
    );
  });

  it('says the same in words', () => {
    assert.equal(tableStrings.trend([12, null, 97, 45]), '12 to 97, now 45');
    assert.equal(tableStrings.trend([3, 3, null]), '3');
    assert.equal(tableStrings.trend([null]), '');
  });
});

describe('trendAt', () => {
  const sampled = (trend: (number | null)[], sinceMilliseconds: number): Figures =>
    trendAt(makeNode(7000, { role: 'master', trend, trendSinceMilliseconds: sinceMilliseconds }), 100_000);

  it('ends now, with a gap since the node was asked last', () => {
    assert.deepEqual(sampled([1, 2], 75_000), [1, 2, null, null, null]);
    assert.deepEqual(sampled([1, 2], 95_000), [1, 2], 'the five seconds of now are known');
    assert.deepEqual(sampled([1, 2], 90_000), [1, 2], 'those of now have just begun');
  });

  it('leaves out what is older than a minute, and is empty where nothing else is known', () => {
    assert.deepEqual(sampled([1, null, 3], 35_000), [3, ...new Array<null>(10).fill(null)]);
    assert.deepEqual(sampled([1, 2], 0), []);
    assert.deepEqual(trendAt({ ...makeNode(7000, { role: 'master' }), trend: [] }, 100_000), []);
  });

  it('shows all of it while the clocks differ', () => assert.deepEqual(sampled([1, 2], 150_000), [1, 2]));
});
