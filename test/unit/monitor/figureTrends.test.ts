import assert from 'node:assert/strict';
import { FigureTrends } from '../../../src/core/monitor/figureTrends';
import type { ServerInfo, Topology } from '../../../src/core/topology/types';
import { serverInfo } from '../topology/modelCluster';

const START = 1_700_000_000_000;

function look(seconds: number, infos: Record<string, Partial<ServerInfo> | undefined>): Topology {
  const nodes = Object.entries(infos).map(([id, info]) => ({ id, ...(info && { info: serverInfo(info) }) }));
  return { nodes, observedAtMilliseconds: START + seconds * 1000 } as unknown as Topology;
}

describe('FigureTrends', () => {
  it('gives the mean of every five seconds, and null where the node was silent', () => {
    const trends = new FigureTrends();
    for (const [seconds, operationsPerSecond] of [
      [0, 10],
      [2, 20],
      [4, 30],
      [6, 100],
    ] as const)
      trends.accept(look(seconds, { a: { operationsPerSecond } }));
    trends.accept(look(11, { a: undefined }));
    trends.accept(look(16, { a: { operationsPerSecond: 7 } }));
    assert.deepEqual(trends.of('a')?.operationsPerSecond, [20, 100, null, 7]);
  });

  it('keeps a minute, and nothing of a node that is gone', () => {
    const trends = new FigureTrends();
    for (let seconds = 0; seconds < 300; seconds++)
      trends.accept(look(seconds, { a: { operationsPerSecond: seconds }, b: {} }));
    const figures = trends.of('a')?.operationsPerSecond;
    assert.equal(figures?.length, 12);
    assert.deepEqual([figures[0], figures.at(-1)], [242, 297]);
    trends.accept(look(300, { a: {} }));
    assert.equal(trends.of('b'), undefined);
    trends.accept(look(301, { a: {}, b: undefined }));
    assert.equal(trends.of('b'), undefined);
  });

  it('counts evictions over ten seconds', () => {
    const trends = new FigureTrends();
    trends.accept(look(0, { a: { evictedKeys: 1000 } }));
    assert.equal(trends.of('a')?.evictionsPerSecond, undefined, 'one look shows no rate');
    trends.accept(look(2, { a: { evictedKeys: 1010 } }));
    assert.equal(trends.of('a')?.evictionsPerSecond, 5);
    for (let seconds = 4; seconds <= 30; seconds += 2) trends.accept(look(seconds, { a: { evictedKeys: 1010 } }));
    assert.equal(trends.of('a')?.evictionsPerSecond, 0);
  });

  it('gives no rate across a restart, a reset counter, or of a node that is silent now', () => {
    const trends = new FigureTrends();
    trends.accept(look(0, { a: { evictedKeys: 50, processId: 1 }, b: { evictedKeys: 50 }, c: {} }));
    trends.accept(look(2, { a: { evictedKeys: 60, processId: 2 }, b: { evictedKeys: 0 }, c: {} }));
    assert.equal(trends.of('a')?.evictionsPerSecond, undefined);
    assert.equal(trends.of('b')?.evictionsPerSecond, undefined);
    assert.equal(trends.of('c')?.evictionsPerSecond, 0);
    trends.accept(look(20, { a: { evictedKeys: 80, processId: 2 }, c: undefined }));
    assert.equal(trends.of('c')?.evictionsPerSecond, undefined);
    assert.equal(trends.of('a')?.evictionsPerSecond, 1.1);
  });

  it('counts an answer once that several looks show', () => {
    const trends = new FigureTrends();
    const first = look(0, { a: { operationsPerSecond: 10 } });
    trends.accept(first);
    trends.accept({ ...first, observedAtMilliseconds: START + 1000 });
    trends.accept({ ...first, observedAtMilliseconds: START + 6000 });
    assert.deepEqual(trends.of('a')?.operationsPerSecond, [10, null]);
  });

  it('tells what was asked in a form that stays the same until it is asked again', () => {
    const trends = new FigureTrends();
    assert.equal(trends.sampled('a'), undefined);
    trends.accept(look(0, { a: { operationsPerSecond: 10 } }));
    trends.accept(look(11, { a: { operationsPerSecond: 30 } }));
    const sampled = { operationsPerSecond: [10, null, 30], sinceMilliseconds: START - (START % 5000) };
    assert.deepEqual(trends.sampled('a'), sampled);
    trends.accept(look(100, { a: undefined, b: {} }));
    assert.deepEqual(trends.sampled('a'), sampled);
  });

  it('begins anew when the clock was set back', () => {
    const trends = new FigureTrends();
    trends.accept(look(100, { a: { operationsPerSecond: 9 } }));
    trends.accept(look(0, { a: { operationsPerSecond: 1 } }));
    assert.deepEqual(trends.of('a')?.operationsPerSecond, [1]);
  });
});
