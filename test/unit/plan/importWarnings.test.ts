import assert from 'node:assert/strict';
import type { ImportSource, ImportTarget } from '../../../src/core/plan/import/importFacts';
import type { ImportRequest } from '../../../src/core/plan/import/importRequest';
import { planImport } from '../../../src/core/plan/import/planImport';
import type { Plan } from '../../../src/core/plan/types';
import { modelCluster, nodeId, type Viewpoint } from '../topology/modelCluster';
import { importSource } from './importSource';
import { assertRefused, sceneOf, type Scene } from './memberTopologies';

const megabyte = 1_048_576;
const usual: ImportTarget = {
  id: '1',
  address: '10.0.0.0:7001',
  payloadVersion: 10,
  databases: 1,
  modules: [],
  clockAheadMilliseconds: 0,
};

interface Given {
  source?: Partial<ImportSource>;
  targets?: readonly Partial<ImportTarget>[];
  scene?: Scene;
}

function plan({ source, targets = [{}], scene }: Given = {}, request: Omit<ImportRequest, 'facts'> = {}): Plan {
  const topology = sceneOf({ spares: [], ...scene });
  const facts = {
    stateId: topology.stateId,
    source: { ...importSource, ...source },
    targets: targets.map(each => ({ ...usual, ...each })),
  };
  return planImport(topology, { facts, ...request });
}

function warnings(given: Given, request: Omit<ImportRequest, 'facts'> = {}): Record<string, string> {
  const own = plan(given, request).warnings.filter(({ code }) => code !== 'writersUnseen');
  return Object.fromEntries(own.map(({ code, text }) => [code, text]));
}

describe('An import warns', () => {
  it('of too little room below maxmemory, where every master has a limit and all is taken', () => {
    const limited = (maxMemoryBytes: number, ids = [1, 2, 3]): Scene => ({
      viewpoints: Object.fromEntries(
        ids.map((number): [string, Viewpoint] => [
          nodeId(number),
          { info: { maxMemoryBytes, usedMemoryBytes: 10 * megabyte } },
        ]),
      ),
    });
    const source = { usedMemoryBytes: 90 * megabyte };
    assert.match(
      warnings({ source, scene: limited(30 * megabyte) }).littleRoom ?? '',
      /uses 90\S* MB, and the masters have 60\S* MB left below their maxmemory/,
    );
    assert.equal(warnings({ source, scene: limited(40 * megabyte) }).littleRoom, undefined, 'it just fits');
    assert.match(warnings({ source, scene: limited(megabyte) }).littleRoom ?? '', /have 0 \S+ left/);
    assert.equal(warnings({ source, scene: limited(30 * megabyte) }, { pattern: 'a*' }).littleRoom, undefined);
    assert.equal(warnings({ source, scene: limited(30 * megabyte, [1, 2]) }).littleRoom, undefined, 'one has no limit');
  });

  it('of a source that drops keys, only where its memory has a limit', () => {
    assert.deepEqual(Object.keys(warnings({ source: { evictionPolicy: 'allkeys-lru', maxMemoryBytes: 1 } })), [
      'sourceEvicts',
    ]);
    for (const source of [
      { evictionPolicy: 'allkeys-lru', maxMemoryBytes: 0 },
      { evictionPolicy: 'noeviction', maxMemoryBytes: 1 },
    ])
      assert.deepEqual(warnings({ source }), {});
  });

  it('of a source that is a replica', () => {
    assert.match(
      warnings({ source: { role: 'replica', masterLink: 'up' } }).sourceIsReplica ?? '',
      /is a replica: what/,
    );
  });

  it('of masters that drop keys, by name', () => {
    const targets = [{}, { address: '10.0.0.1:7002', evictionPolicy: 'allkeys-lfu' }, { evictionPolicy: 'noeviction' }];
    assert.match(warnings({ targets }).targetsEvict ?? '', /^10\.0\.0\.1:7002 may drop keys .* \(allkeys-lfu\)/);
  });

  it('of modules that one of the masters lacks, and of no other', () => {
    const source = { modules: ['bf', 'json'] };
    const text = warnings({ source, targets: [{ modules: ['bf', 'json'] }, { modules: ['bf'] }] }).modulesMissing;
    assert.match(text ?? '', /\(json\)/);
    assert.equal(warnings({ source, targets: [{ modules: ['bf', 'json'] }] }).modulesMissing, undefined);
  });

  it('of big keys, by how long the largest takes', () => {
    const big = (...sizes: number[]) => ({
      source: { bigKeys: sizes.map((bytes, index) => ({ database: 0, name: `big${index}`, bytes })) },
    });
    assert.match(
      warnings(big(120_000_000)).bigKeys ?? '',
      /^Among 100 keys looked at, one is big: big0 \(114 MB\)\. .* for about 2\.0 s with the largest\.$/,
    );
    assert.match(warnings(big(120_000_000, 60_000_000)).bigKeys ?? '', /looked at, 2 are big: big0 \(.*\) and big1 \(/);
  });

  it('of clocks that differ, both ways, where keys expire', () => {
    const ahead = (clockAheadMilliseconds: number, expiring = 1) =>
      warnings({
        source: {
          databases: [
            { database: 0, keys: 5, expiring: 0 },
            { database: 1, keys: 5, expiring },
          ],
        },
        targets: [{ databases: 16 }, { address: '10.0.0.1:7002', databases: 16, clockAheadMilliseconds }],
      }).clocksDiffer;
    assert.match(
      ahead(3000) ?? '',
      /^The clock of 10\.0\.0\.1:7002 is 3 s ahead of that of \S+: keys expire that much earlier/,
    );
    assert.match(ahead(-3000) ?? '', /is 3 s behind that of \S+: keys expire that much later/);
    assert.deepEqual([ahead(2000), ahead(-2000), ahead(3000, 0)], [undefined, undefined, undefined]);
  });
});

describe('An import', () => {
  it('reckons how long it takes by keys and by bytes', () => {
    const seconds = (keys: number, usedMemoryBytes: number) =>
      plan({ source: { usedMemoryBytes, databases: [{ database: 0, keys, expiring: 0 }] } }).estimateSeconds;
    assert.equal(seconds(60_000, 300_000_000), 20);
    assert.equal(seconds(6, 3), 1);
  });

  it('is of some keys, of some databases, at a pace, in every step alike', () => {
    const source = {
      databases: [
        { database: 2, keys: 7, expiring: 1 },
        { database: 3, keys: 5, expiring: 0 },
      ],
    };
    const made = plan({ source }, { pattern: 'user:*', databases: [{ source: 3, target: 0 }], latencyMilliseconds: 0 });
    assert.equal(made.title, 'Import the keys user:* from 10.1.0.1:6379');
    for (const step of made.steps) {
      assert.ok(step.kind === 'checkImport' || step.kind === 'copyKeys' || step.kind === 'verifyCopies');
      assert.deepEqual(step.databases, [{ source: 3, target: 0 }]);
      assert.equal(step.nodes.length, 6);
      if (step.kind !== 'checkImport') assert.deepEqual([step.pattern, step.latencyMilliseconds], ['user:*', 0]);
    }
    const [, whole] = plan().steps;
    assert.equal(whole && 'pattern' in whole, false);
    assert.deepEqual(made.findings?.slice(1, 3), [
      'It holds 7 keys in database 2, 1 of them expiring.',
      'It holds 5 keys in database 3.',
    ]);
  });

  it('says whether all values are compared or some', () => {
    const text = (verify: 'all' | 'sample') =>
      plan({ source: { databases: [{ database: 0, keys: 50_000, expiring: 0 }] } }, { verify }).steps.at(-1)!.text;
    assert.match(text('all'), /and compare all values\.$/);
    assert.match(text('sample'), /and compare every 5th value\.$/);
  });

  it('is refused while a master calls the cluster down, whatever a replica says', () => {
    const down = (number: number) => ({ scene: { viewpoints: { [nodeId(number)]: { state: 'fail' as const } } } });
    assertRefused(() => plan(down(2)), 'clusterDown', /^10\.0\.0\.1:7002 calls the cluster down/);
    assert.equal(plan(down(5)).kind, 'import');
    assertRefused(
      () => plan({ scene: { nodes: modelCluster(3, 1), silent: [nodeId(2)] } }),
      'slotsUncovered',
      /slots 5462-10922/,
    );
    assertRefused(() => plan({}, { latencyMilliseconds: -1 }), 'latencyUnreadable');
  });

  it('names the databases that a master lacks, by the least of them', () => {
    const databases = [1, 2].map(database => ({ database, keys: 1, expiring: 0 }));
    const into =
      (counts: readonly number[], request: Omit<ImportRequest, 'facts'> = {}) =>
      () =>
        plan({ source: { databases }, targets: counts.map(count => ({ databases: count })) }, request);
    assert.equal(into([16, 3])().kind, 'import');
    assertRefused(into([16, 2]), 'databasesMissing', /\b2\b/);
    assertRefused(into([1]), 'databasesMissing', /1.*2/);
    assertRefused(into([2], { databases: [{ source: 1, target: 5 }] }), 'databasesMissing', /1 \(to 5\)/);
  });
});
