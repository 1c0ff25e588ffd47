import assert from 'node:assert/strict';
import {
  parseLocalDefinitions,
  parseSettings,
  type InspectedSetting,
} from '../../../src/extension/settings/parseSettings';

const one = { id: 'one-1a2b', name: 'One', nodes: ['10.0.0.1:6379'] };
const two = { id: 'two-3c4d', name: 'Two', nodes: ['[::1]:7000', 'redis.example:7001'] };

describe('Settings', () => {
  it('have a value each when nothing is set', () => {
    const { values, problems } = read({});
    assert.deepEqual(problems, []);
    assert.deepEqual(values, {
      refreshIntervalSeconds: 2,
      busyRefreshIntervalSeconds: 0.5,
      connectTimeoutSeconds: 2,
      commandTimeoutSeconds: 2,
      local: { basePort: 7000, serverCount: 8 },
      clusters: [],
    });
  });

  it('keep a number within its range', () => {
    const clamped = (key: string, globalValue: number): unknown => {
      const { values, problems } = read({ [key]: { globalValue } });
      assert.deepEqual(problems, []);
      return key.startsWith('local.') ? values.local : values.refreshIntervalSeconds;
    };
    assert.equal(clamped('refreshIntervalSeconds', 0.001), 0.5);
    assert.equal(clamped('refreshIntervalSeconds', 7), 7);
    assert.equal(clamped('refreshIntervalSeconds', 1e9), 60);
    assert.deepEqual(clamped('local.basePort', 65000), { basePort: 22700, serverCount: 8 });
  });

  it('report one of the wrong shape and use its default, the others as they are', () => {
    const { values, problems } = read({
      refreshIntervalSeconds: { globalValue: 'often' },
      commandTimeoutSeconds: { globalValue: 5 },
      'local.serverPath': { globalValue: 42 },
      clusters: { globalValue: 'localhost' },
    });
    assert.deepEqual(problems.map(({ key }) => key).sort(), ['clusters', 'local.serverPath', 'refreshIntervalSeconds']);
    assert.equal(values.refreshIntervalSeconds, 2);
    assert.equal(values.commandTimeoutSeconds, 5);
    assert.equal(values.local.serverPath, undefined);
    assert.deepEqual(values.clusters, []);
  });

  it('take the program of a server from the user alone, never from a workspace', () => {
    const { values } = read({ 'local.serverPath': { workspaceValue: './evil', globalValue: '/usr/bin/redis-server' } });
    assert.equal(values.local.serverPath, '/usr/bin/redis-server');
    assert.equal(read({ 'local.serverPath': { workspaceValue: './evil' } }).values.local.serverPath, undefined);
  });

  it('list the clusters of the user and those of the workspace, each with where it stands', () => {
    const { values, problems } = read({ clusters: { globalValue: [one], workspaceValue: [two] } });
    assert.deepEqual(problems, []);
    assert.deepEqual(values.clusters, [
      { definition: one, origin: 'global' },
      { definition: two, origin: 'workspace' },
    ]);
  });

  it('refuse a cluster of the workspace that takes the id of one of the user, whose password it would get', () => {
    const { values, problems } = read({
      clusters: { globalValue: [one], workspaceValue: [{ ...two, id: one.id }] },
    });
    assert.deepEqual(
      values.clusters.map(({ definition }) => definition.name),
      ['One'],
    );
    assert.match(problems[0]!.text, /\(workspace\) has the id "one-1a2b" of another cluster/);
  });

  it('leave out a cluster that cannot be read, name it and why, and keep the others', () => {
    const broken: [unknown, RegExp][] = [
      ['127.0.0.1:7000', /\[0\]/],
      [{ name: 'x' }, /nodes/],
      [{ name: 'x', nodes: [] }, /names no node/],
      [{ name: 'x', nodes: ['127.0.0.1'] }, /nodes\.0 is not host:port/],
      [{ name: 'x', nodes: ['127.0.0.1:70000'] }, /nodes\.0 is not host:port/],
      [{ name: '', nodes: ['a:1'] }, /name is empty/],
      [{ id: 'a/b', name: 'x', nodes: ['a:1'] }, /id may hold/],
      [{ name: 'x', nodes: ['a:1'], tls: true }, /tls/],
      [{ name: 'x', nodes: ['a:1'], readOnly: 'yes' }, /readOnly/],
      [{ name: 'x', nodes: ['a:1'], addressMap: { 'a:1': 'b' } }, /addressMap/],
    ];
    for (const [entry, reason] of broken) {
      const { values, problems } = read({ clusters: { globalValue: [entry, two] } });
      assert.deepEqual(values.clusters, [{ definition: two, origin: 'global' }], JSON.stringify(entry));
      assert.equal(problems.length, 1);
      assert.match(problems[0]!.text, reason);
      assert.match(problems[0]!.text, /redisCluster\.clusters\[0\] \(global\)/);
    }
  });

  it('give a cluster written by hand without an id the one its name makes', () => {
    const { values } = read({ clusters: { globalValue: [{ name: 'My Shop, live', nodes: ['a:1'] }] } });
    assert.equal(values.clusters[0]?.definition.id, 'my-shop-live');
  });

  it('never read a password or a local folder from a settings file', () => {
    const entry = { ...one, password: 'hunter2', local: { directory: '/etc' } };
    const { values } = read({ clusters: { globalValue: [entry] } });
    assert.deepEqual(values.clusters[0]?.definition, one);
  });

  it('read local clusters from the state, leaving out what another version wrote', () => {
    const local = { ...one, local: { directory: '/servers' } };
    assert.deepEqual(parseLocalDefinitions([local, one, 7, null]), [local]);
    assert.deepEqual(parseLocalDefinitions(undefined), []);
  });
});

function read(settings: Record<string, InspectedSetting>): ReturnType<typeof parseSettings> {
  return parseSettings(key => settings[key]);
}
