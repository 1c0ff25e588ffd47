import assert from 'node:assert/strict';
import type { ImportFacts, ImportSource, ImportTarget } from '../../../src/core/plan/import/importFacts';
import type { ImportRequest } from '../../../src/core/plan/import/importRequest';
import { planImport } from '../../../src/core/plan/import/planImport';
import type { Plan } from '../../../src/core/plan/types';
import { importSource as source } from './importSource';
import { failedOver, sceneOf, withFailed, type Scene } from './memberTopologies';

const ids = [1, 2, 3].map(number => String(number));
const target: ImportTarget = {
  id: '1',
  address: '10.0.0.1:7000',
  payloadVersion: 10,
  databases: 1,
  modules: [],
  clockAheadMilliseconds: 0,
};

function plan(
  changes: { source?: Partial<ImportSource>; target?: Partial<ImportTarget>; scene?: Scene } = {},
  request: Omit<ImportRequest, 'facts'> = {},
): Plan {
  const topology = sceneOf(changes.scene);
  const targets = ids.map(id => ({ ...target, id, ...changes.target }));
  const facts: ImportFacts = { stateId: topology.stateId, source: { ...source, ...changes.source }, targets };
  return planImport(topology, { facts, ...request });
}

const codesOf = ({ warnings }: Plan): string[] => warnings.map(({ code }) => code);

describe('planImport', () => {
  it('looks, copies and compares, and says what it does not see', () => {
    const { kind, title, steps, risk, warnings, findings, before, after } = plan();
    assert.equal(kind, 'import');
    assert.equal(title, 'Import 1,000 keys from 10.1.0.1:6379');
    assert.deepEqual(
      steps.map(step => step.kind),
      ['checkImport', 'copyKeys', 'verifyCopies'],
    );
    assert.equal(risk, 'none');
    assert.match(warnings[0]!.text, /^What clients write to 10\.1\.0\.1:6379 after a key was copied is not seen/);
    assert.deepEqual(findings, [
      '10.1.0.1:6379 is Redis 7.0.15 and uses 977 KB.',
      'It holds 1,000 keys in database 0, 10 of them expiring.',
      'The import stops at a key that the cluster has with another value.',
    ]);
    assert.deepEqual(before, after);
  });

  it('calls overwriting a loss of data, and nothing else', () => {
    const keeping = plan({}, { conflict: 'skip' });
    assert.equal(keeping.risk, 'none');
    assert.equal(keeping.findings?.at(-1), 'Keys that the cluster has with another value stay as they are.');
    const replacing = plan({}, { conflict: 'replace' });
    assert.equal(replacing.risk, 'losesData');
    assert(codesOf(replacing).includes('overwrites'));
  });

  it('compares all values up to a million keys, and some of more', () => {
    const everyOf = (keys: number, verify?: 'all' | 'sample'): unknown => {
      const { steps } = plan({ source: { databases: [{ database: 0, keys, expiring: 0 }] } }, { verify });
      return steps.flatMap(step => (step.kind === 'verifyCopies' ? [step.every] : []))[0];
    };
    assert.deepEqual(
      [everyOf(1_000_000), everyOf(2_000_000), everyOf(2_000_000, 'all'), everyOf(50_000, 'sample')],
      [1, 200, 1, 5],
    );
  });

  // As RESTORE answered on Redis 7.0.15 (10), 8.0.2 (12), 8.6.3 (13), Valkey 8.0.1 and 8.1.1 (11), 9.1.2 (80).
  const versions = [10, 11, 12, 13, 80];
  const readable: Record<number, number[]> = {
    10: [10, 11, 12, 13, 80],
    11: [11, 12, 13, 80],
    12: [12, 13],
    13: [13],
    80: [80],
  };
  for (const from of versions)
    for (const to of versions)
      it(`RDB version ${from} ${readable[from]!.includes(to) ? 'goes' : 'does not go'} to ${to}`, () => {
        const make = (): Plan => plan({ source: { payloadVersion: from }, target: { payloadVersion: to } });
        if (readable[from]!.includes(to)) assert.equal(make().steps.length, 3);
        else assert.throws(make, { code: 'sourceTooNew' });
      });

  const refusals: [string, Parameters<typeof plan>[0], string, Omit<ImportRequest, 'facts'>?][] = [
    ['a node of the cluster itself', { source: { isMember: true } }, 'sourceIsMember'],
    ['a replica of another cluster', { source: { clusterEnabled: true, role: 'replica' } }, 'sourceIsClusterReplica'],
    ['a source that loads', { source: { loading: true } }, 'sourceLoading'],
    ['a replica that has lost its master', { source: { role: 'replica', masterLink: 'down' } }, 'sourceBehind'],
    ['an empty source', { source: { databases: [] } }, 'nothingToImport'],
    [
      'a database the cluster has not',
      { source: { databases: [{ database: 3, keys: 1, expiring: 0 }] } },
      'databasesMissing',
    ],
    ['a latency that is no number', {}, 'latencyUnreadable', { latencyMilliseconds: NaN }],
    ['slots nobody serves', { scene: withFailed(sceneOf().nodes[0]!.id) }, 'slotsUncovered'],
  ];
  for (const [what, changes, code, request] of refusals)
    it(`refuses ${what}`, () => assert.throws(() => plan(changes, request), { code }));

  it('refuses what was found beside another state of the cluster', () => {
    const facts: ImportFacts = { stateId: 'another', source, targets: [target] };
    assert.throws(() => planImport(sceneOf(), { facts }), { code: 'staleInspection' });
  });

  it('goes on with a replica that took over, and lets keys of a database go to another', () => {
    assert.equal(plan({ scene: failedOver() }).steps.length, 3);
    const databases = [{ source: 3, target: 0 }];
    const held = { databases: [{ database: 3, keys: 7, expiring: 0 }] };
    assert.equal(plan({ source: held }, { databases }).title, 'Import 7 keys from 10.1.0.1:6379');
    assert.equal(plan({ source: held, target: { databases: 16 } }).steps.length, 3);
  });

  it('warns of clocks, eviction, modules, big keys, and a source that is not on its own', () => {
    assert.deepEqual(codesOf(plan({ target: { clockAheadMilliseconds: 60_000, evictionPolicy: 'allkeys-lru' } })), [
      'writersUnseen',
      'targetsEvict',
      'clocksDiffer',
    ]);
    assert.deepEqual(
      codesOf(
        plan({
          source: {
            modules: ['bf'],
            evictionPolicy: 'allkeys-lru',
            maxMemoryBytes: 1,
            clusterEnabled: true,
            bigKeys: [{ database: 0, name: 'big', bytes: 120_000_000 }],
          },
        }),
      ),
      ['writersUnseen', 'sourceInCluster', 'sourceEvicts', 'modulesMissing', 'bigKeys'],
    );
  });
});
