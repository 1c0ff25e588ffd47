import assert from 'node:assert/strict';
import { planSetConfig, type SetConfigRequest } from '../../../../src/core/plan/config/planSetConfig';
import { changed, modelCluster, nodeId, type Viewpoint } from '../../topology/modelCluster';
import { sceneOf, type Scene } from '../memberTopologies';

const ids = [1, 2, 3, 4, 5, 6].map(nodeId);
const [one, two, , four, five, six] = ids as [string, string, string, string, string, string];
const megabyte = 1_048_576;

function warnings(
  settings: Record<string, string>,
  request: Partial<SetConfigRequest> = {},
  scene: Scene = {},
): Record<string, string> {
  const plan = planSetConfig(sceneOf({ spares: [], ...scene }), { settings, ...request });
  // That it holds until a restart is said of every one.
  const own = plan.warnings.filter(({ code }) => code !== 'untilRestart');
  return Object.fromEntries(own.map(({ code, text }) => [code, text]));
}

function codes(settings: Record<string, string>, request: Partial<SetConfigRequest> = {}, scene: Scene = {}): string[] {
  return Object.keys(warnings(settings, request, scene));
}

function saying(values: Record<string, string>, others: Record<string, Record<string, string>> = {}) {
  return { values: Object.fromEntries(ids.map(id => [id, { ...values, ...others[id] }])), failures: {} };
}

function withInfo(infos: Readonly<Record<string, Viewpoint['info']>>): Scene {
  return { viewpoints: Object.fromEntries(Object.entries(infos).map(([id, info]) => [id, { info: { ...info } }])) };
}

describe('A setting is warned of', () => {
  it('by what its value does, and not by the other value', () => {
    const cases: [string, string, readonly string[], string, readonly string[]][] = [
      ['appendonly', 'no', ['persistenceOff'], 'yes', ['diskWork']],
      ['appendfsync', 'no', ['persistenceOff'], 'always', []],
      ['save', '""', [], '3600 1', []],
      ['maxmemory-policy', 'allkeys-lru', ['evicts'], 'noeviction', ['refusesWrites']],
      ['cluster-allow-reads-when-down', 'yes', ['staleReads'], 'no', []],
      ['cluster-replica-validity-factor', '0', ['staleReplicas'], '10', []],
      ['cluster-slave-validity-factor', '0', ['staleReplicas'], '1', []],
      ['cluster-allow-replica-migration', 'yes', ['replicasMove'], 'no', []],
      ['protected-mode', 'no', ['unprotected'], 'yes', []],
      ['cluster-require-full-coverage', 'no', ['partialService'], 'yes', ['allOrNothing']],
      ['replica-priority', '10', ['noEffect'], '0', ['noEffect']],
    ];
    for (const [name, value, found, other, otherwise] of cases) {
      assert.deepEqual(codes({ [name]: value }), found, `${name} ${value}`);
      assert.deepEqual(codes({ [name]: other }), otherwise, `${name} ${other}`);
    }
    assert.deepEqual(codes({ save: '' }), ['persistenceOff']);
    assert.deepEqual(codes({ bind: '10.0.0.1' }, { nodes: [one] }), ['mayCutOff']);
  });

  it('by who has more clients than it allows', () => {
    const scene = withInfo({ [one]: { clients: 100 }, [two]: { clients: 99 } });
    assert.match(warnings({ maxclients: '100' }, {}, scene).clientsRefused ?? '', /^10\.0\.0\.0:7001 has as many/);
    assert.match(
      warnings({ maxclients: '99' }, {}, scene).clientsRefused ?? '',
      /7001 and 10\.0\.0\.1:7002 have as many/,
    );
    assert.deepEqual(codes({ maxclients: '101' }, {}, scene), []);
  });

  it('by who uses more memory, and whether that is deleted or refused there', () => {
    const scene = withInfo({ [one]: { usedMemoryBytes: 200 * megabyte }, [two]: { usedMemoryBytes: 100 * megabyte } });
    const limit = { maxmemory: `${100 * megabyte}` };
    assert.match(warnings(limit, {}, scene).evictsNow ?? '', /^10\.0\.0\.0:7001 uses more than that now \(up to 200/);
    const half = { maxmemory: '50mb' };
    assert.match(warnings(half, {}, scene).evictsNow ?? '', /7001 and 10\.0\.0\.1:7002 use more/);
    const refusing = { reading: saying({ 'maxmemory-policy': 'noeviction', maxmemory: '0' }) };
    assert.deepEqual(codes(half, refusing, scene), ['writesRefused']);
    const one2 = { [two]: { 'maxmemory-policy': 'allkeys-lru' } };
    const mixed = { reading: saying({ 'maxmemory-policy': 'noeviction', maxmemory: '0' }, one2) };
    assert.deepEqual(codes(half, mixed, scene), ['evictsNow']);
    assert.deepEqual(codes({ ...half, 'maxmemory-policy': 'noeviction' }, mixed, scene).sort(), [
      'refusesWrites',
      'writesRefused',
    ]);
    assert.deepEqual(codes({ maxmemory: '0' }, {}, scene), [], 'no limit');
  });

  it('by the masters that would have too few replicas to take writes', () => {
    const wanting = (value: string, scene: Scene = {}) =>
      warnings({ 'min-replicas-to-write': value }, {}, scene).writesRefused;
    assert.equal(wanting('1'), undefined);
    assert.match(wanting('2') ?? '', /^10\.0\.0\.0:7001, .* have fewer than 2 replicas/);
    const dead = { nodes: changed(modelCluster(3, 1), four, { flags: ['fail'] }), silent: [four] };
    assert.match(wanting('1', dead) ?? '', /^10\.0\.0\.0:7001 has fewer than 1 replica that/);
    const doubted = { [two]: { nodes: changed(modelCluster(3, 1), four, { flags: ['fail?'] }) } };
    assert.match(wanting('1', { viewpoints: doubted }) ?? '', /^10\.0\.0\.0:7001 has fewer/);
  });

  it('by the masters whose replicas may all not take over any more', () => {
    const barring = (nodes: readonly string[], scene: Scene = {}) =>
      warnings({ 'cluster-replica-no-failover': 'yes' }, { nodes }, scene).noFailover;
    assert.match(barring([four]) ?? '', /^No replica of 10\.0\.0\.0:7001 takes over/);
    assert.match(barring([four, five]) ?? '', /10\.0\.0\.0:7001 and 10\.0\.0\.1:7002 takes over/);
    assert.equal(barring([one]), undefined, 'a master takes nothing over');
    const two = { nodes: modelCluster(3, 2) };
    assert.equal(barring([four], two), undefined, 'it has another one');
    assert.ok(barring([four, nodeId(7)], two));
    assert.deepEqual(codes({ 'cluster-replica-no-failover': 'no' }, { nodes: [four] }), []);
  });

  it('by the slots that keep the whole cluster down at once', () => {
    const yes = { 'cluster-require-full-coverage': 'yes' };
    const lacking = (slots: string) => ({ nodes: changed(modelCluster(3, 1), one, { slots }) });
    assert.match(warnings(yes).allOrNothing ?? '', /as soon as one slot is lost\.$/);
    assert.match(warnings(yes, {}, lacking('1-5461')).allOrNothing ?? '', / 1 slot has no owner now: every command/);
    assert.match(warnings(yes, {}, lacking('2-5461')).allOrNothing ?? '', / 2 slots have no owner now/);
  });

  it('by files on one host that would be one', () => {
    const paths = { dbfilename: 'a.rdb' };
    assert.doesNotMatch(warnings(paths).filesMove ?? '', /overwrite each other/);
    const together = { nodes: changed(modelCluster(3, 1), two, { host: '10.0.0.0' }) };
    assert.match(warnings(paths, {}, together).filesMove ?? '', /^dbfilename says .* overwrite each other\.$/);
    assert.doesNotMatch(warnings(paths, { nodes: [one, six] }, together).filesMove ?? '', /overwrite/);
  });

  it('by how many would announce the same', () => {
    const announcing = { 'cluster-announce-hostname': 'a.example' };
    assert.deepEqual(codes(announcing, { nodes: [one] }), ['announced']);
    assert.match(warnings(announcing, { nodes: [one, two] }).announcedTwice ?? '', /^2 nodes would announce/);
  });
});

describe('A node timeout is warned of', () => {
  const now = { reading: saying({ 'cluster-node-timeout': '15000' }) };
  const timeout = (value: string, request: Partial<SetConfigRequest> = now) =>
    warnings({ 'cluster-node-timeout': value }, request);

  it('in seconds, as longer, shorter or too short', () => {
    assert.match(timeout('2000').nodeTimeout ?? '', /after 2 to 3 s of silence/);
    assert.deepEqual(Object.keys(timeout('2000')), ['nodeTimeout', 'timeoutShorter', 'timeoutsMixed']);
    assert.match(timeout('2000').timeoutShorter ?? '', /than now \(15000 ms\)/);
    assert.deepEqual(Object.keys(timeout('999')), ['nodeTimeout', 'timeoutShort', 'timeoutsMixed']);
    assert.deepEqual(Object.keys(timeout('1000')), ['nodeTimeout', 'timeoutShorter', 'timeoutsMixed']);
    assert.deepEqual(Object.keys(timeout('20000')), ['nodeTimeout', 'timeoutLonger', 'timeoutsMixed']);
    assert.deepEqual(Object.keys(timeout('2000', {})), ['nodeTimeout', 'timeoutsMixed'], 'nothing is known of now');
  });

  it('as both where the nodes differ, by the shortest and the longest', () => {
    const differing = {
      reading: saying({ 'cluster-node-timeout': '15000' }, { [one]: { 'cluster-node-timeout': '5000' } }),
    };
    const both = timeout('10000', differing);
    assert.match(both.timeoutShorter ?? '', /\(15000 ms\)/);
    assert.match(both.timeoutLonger ?? '', /\(5000 ms\)/);
  });

  it('for the nodes that keep their own', () => {
    const some = timeout('2000', { ...now, nodes: ids.slice(0, 5) });
    assert.match(some.timeoutsDiffer ?? '', /^10\.0\.0\.5:7006 keeps its own/);
    const single = timeout('2000', { ...now, nodes: [one] });
    assert.match(single.timeoutsDiffer ?? '', / keep their own/);
    assert.equal(single.timeoutsMixed, undefined);
  });
});
