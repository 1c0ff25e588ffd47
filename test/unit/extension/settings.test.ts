import assert from 'node:assert/strict';
import { parseLocalDefinitions, type InspectedSetting } from '../../../src/extension/settings/parseClusters';
import { parseSettings } from '../../../src/extension/settings/parseSettings';

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
      migration: { latencyMilliseconds: 20 },
      picture: { skewPercent: 40 },
      supervisor: {
        mode: 'auto',
        graceSeconds: 5,
        coolDownSeconds: 60,
        actsPerHour: 3,
        failBacksPerTenMinutes: 3,
        balanceRoles: true,
      },
      clusters: [],
    });
  });

  it('let nothing act by itself when the mode of the supervisor is not one of its words', () => {
    const { values, problems } = read({ 'supervisor.mode': { globalValue: 'always' } });
    assert.equal(values.supervisor.mode, 'observe');
    assert.match(
      problems[0]!.text,
      /is "always"; it must be one of auto, off, observe, ask, act\. observe is used instead\.$/,
    );
    assert.equal(read({ 'supervisor.mode': { globalValue: 'act' } }).values.supervisor.mode, 'act');
  });

  it('take only true or false for a switch', () => {
    const { values, problems } = read({ 'supervisor.balanceRoles': { globalValue: 'no' } });
    assert.equal(values.supervisor.balanceRoles, true);
    assert.match(problems[0]!.text, /is "no"; it must be true or false\. true is used instead\.$/);
    assert.equal(read({ 'supervisor.balanceRoles': { globalValue: false } }).values.supervisor.balanceRoles, false);
  });

  const numbers: [string, unknown, number, string | undefined][] = [
    ['refreshIntervalSeconds', 7, 7, undefined],
    ['refreshIntervalSeconds', -5, 0.5, 'is -5; it must be a number from 0.5 to 60. 0.5 is used instead.'],
    ['refreshIntervalSeconds', 1e9, 60, 'is 1000000000; it must be a number from 0.5 to 60. 60 is used instead.'],
    ['refreshIntervalSeconds', 'often', 2, 'is "often"; it must be a number from 0.5 to 60. 2 is used instead.'],
    ['refreshIntervalSeconds', [1], 2, 'is a list; it must be a number from 0.5 to 60. 2 is used instead.'],
    ['local.basePort', 65000, 22700, 'is 65000; it must be a whole number from 1024 to 22700. 22700 is used instead.'],
    ['local.basePort', 7000.4, 7000, 'is 7000.4; it must be a whole number from 1024 to 22700. 7000 is used instead.'],
  ];
  for (const [key, globalValue, used, complaint] of numbers)
    it(`use ${used} for ${key} when it is ${JSON.stringify(globalValue)}, and say ${complaint ? 'why' : 'nothing'}`, () => {
      const { values, problems } = read({ [key]: { globalValue } });
      assert.equal(key === 'local.basePort' ? values.local.basePort : values.refreshIntervalSeconds, used);
      const text = complaint && `The setting redisCluster.${key} ${complaint}`;
      assert.deepEqual(problems, text === undefined ? [] : [{ key, text }]);
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
    assert.match(
      problems[0]!.text,
      /in the settings of the workspace, is left out: it has the id "one-1a2b" of another/,
    );
  });

  it('leave out a cluster that cannot be read, name it and why, and keep the others', () => {
    const broken: [unknown, string][] = [
      ['127.0.0.1:7000', 'it is "127.0.0.1:7000"; it must be a group in braces'],
      [{ name: 'x' }, '"nodes" is missing; it must be a list in square brackets'],
      [{ name: 'x', nodes: 'a:1' }, '"nodes" is "a:1"; it must be a list in square brackets'],
      [{ name: 'x', nodes: [] }, '"nodes" names no node'],
      [{ name: 'x', nodes: ['a:1', 7] }, 'entry 2 of "nodes" is 7; it must be a text in quotation marks'],
      [{ name: 'x', nodes: ['a'] }, 'entry 1 of "nodes", "a", is not host:port, for example 127.0.0.1:7000'],
      [
        { name: 'x', nodes: ['a:70000'] },
        'entry 1 of "nodes", "a:70000", is not host:port, for example 127.0.0.1:7000',
      ],
      [{ name: 'x', nodes: ['a:0'] }, 'entry 1 of "nodes", "a:0", is not host:port, for example 127.0.0.1:7000'],
      [{ name: '', nodes: ['a:1'] }, '"name" is empty'],
      [{ id: 'a/b', name: 'x', nodes: ['a:1'] }, '"id", "a/b", may hold letters, digits, dots and dashes only'],
      [{ name: 'x', nodes: ['a:1'], tls: true }, '"tls" is true; it must be a group in braces'],
      [{ name: 'x', nodes: ['a:1'], ssh: 'bastion' }, '"ssh" is "bastion"; it must be a group in braces'],
      [{ name: 'x', nodes: ['a:1'], ssh: {} }, '"host" in "ssh" is missing; it must be a text in quotation marks'],
      [
        { name: 'x', nodes: ['a:1'], ssh: { host: 'bastion:22' } },
        '"host" in "ssh", "bastion:22", is not the name or address of a host',
      ],
      [
        { name: 'x', nodes: ['a:1'], ssh: { host: 'bastion', port: 0 } },
        '"port" in "ssh", 0, must be a whole number from 1 to 65535',
      ],
      [
        { name: 'x', nodes: ['a:1'], ssh: { host: 'bastion', username: 'two words' } },
        '"username" in "ssh", "two words", is not the name of a user',
      ],
      [{ name: 'x', nodes: ['a:1'], production: 1 }, '"production" is 1; it must be true or false'],
      [
        { name: 'x', nodes: ['a:1'], color: 'pink' },
        '"color", "pink", must be one of red, orange, yellow, green, blue, purple',
      ],
      [{ name: 'x', nodes: ['a:1'], readOnly: 'yes' }, '"readOnly" is "yes"; it must be true or false'],
      [
        { name: 'x', nodes: ['a:1'], addressMap: { 'a:1': 'b' } },
        '"a:1" in "addressMap", "b", is neither host:port nor the whole path of a unix socket, for example /run/redis/7000.sock',
      ],
      [
        { name: 'x', nodes: ['a:1'], addressMap: { a: 'b:1' } },
        '"a" in "addressMap" is not host:port, for example 127.0.0.1:7000',
      ],
      [
        { name: 'x', readOnly: 1 },
        '"nodes" is missing; it must be a list in square brackets; "readOnly" is 1; it must be true or false',
      ],
    ];
    for (const [entry, reason] of broken) {
      const { values, problems } = read({ clusters: { globalValue: [entry, two] } });
      assert.deepEqual(values.clusters, [{ definition: two, origin: 'global' }], JSON.stringify(entry));
      assert.equal(problems.length, 1);
      const place = 'ntry 1 of redisCluster.clusters in the user settings';
      const who = (entry as { name?: string }).name === 'x' ? `The cluster "x", e${place},` : `E${place}`;
      assert.equal(problems[0]!.text, `${who} is left out: ${reason}.`);
    }
  });

  it('never repeat what may hold a password', () => {
    const entry = {
      name: 'redis://me:hunter2@a:1',
      nodes: ['redis://me:hunter2@a:1'],
      addressMap: { 'me:hunter2@a': 'x' },
    };
    const { problems } = read({
      clusters: { globalValue: [entry, 'redis://me:hunter2@a:1', { name: 'x', nodes: { password: 'hunter2' } }] },
      refreshIntervalSeconds: { globalValue: 'redis://me:hunter2@a:1' },
    });
    assert.equal(problems.length, 4);
    assert.ok(!JSON.stringify(problems).includes('hunter2'));
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

  it('say that a password in a file is not read, and read the rest of the entry', () => {
    const { values, problems } = read({ clusters: { globalValue: [{ ...one, password: 'hunter2' }] } });
    assert.deepEqual(values.clusters[0]?.definition, one);
    assert.match(problems[0]!.text, /holds a password\. Passwords are not read from there: take it out, and use/);
    assert.ok(!JSON.stringify(problems).includes('hunter2'));
  });

  it('tell clusters of one name in two folders apart, each with where it stands', () => {
    const folders = [
      { uri: 'file:///a', name: 'a', value: [{ name: 'Shop', nodes: ['a:1'] }] },
      { uri: 'file:///b', name: 'b', value: [{ name: 'Shop', nodes: ['b:1'] }, { name: 'Shop' }] },
    ];
    const { values, problems } = read({ clusters: { folders } });
    const [first, second] = values.clusters;
    assert.deepEqual([first?.origin, second?.origin], ['folder:file:///a', 'folder:file:///b']);
    assert.match(first!.definition.id, /^shop-[0-9a-f]{32}$/);
    assert.notEqual(first!.definition.id, second!.definition.id);
    assert.deepEqual(
      problems.map(({ text }) => text),
      [
        'The cluster "Shop", entry 2 of redisCluster.clusters in the settings of the folder "b", is left out: "nodes" is missing; it must be a list in square brackets.',
      ],
    );
    // Which of them stands first changes no id: the password of each stays its own.
    const turned = read({ clusters: { folders: [...folders].reverse() } }).values.clusters;
    assert.deepEqual(
      turned.map(({ definition }) => definition.id).sort(),
      [first!.definition.id, second!.definition.id].sort(),
    );
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
