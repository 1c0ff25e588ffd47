import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseClientList } from '../../../../src/core/operation/activity/connectedClients';
import { hideArguments, keyPattern } from '../../../../src/core/operation/activity/hideArguments';
import { commandIds } from '../../../../src/shared/commandIds';
import { describeClients, describeSlowCommands } from '../../../../src/extension/commands/describeActivity';

const firstKeys = new Map([
  ['set', 1],
  ['mset', 1],
  ['bitop', 2],
  ['object', 2],
  ['migrate', 3],
  ['keys', 0],
]);

describe('commands without their arguments', () => {
  for (const [words, shown] of [
    [['SET', 'user:42:name', 'x'], 'SET user:*:name, 1 more argument'],
    [['set', 'plain'], 'SET plain'],
    [['BITOP', 'AND', 'to', 'from'], 'BITOP to, 2 more arguments'],
    [['MSET', 'k', 'v', '... (158 more arguments)'], 'MSET k, 159 more arguments'],
    [['MSET', '... (9 more arguments)'], 'MSET, 9 arguments'],
    [['OBJECT', 'ENCODING', 'some:key'], 'OBJECT ENCODING some:key'],
    [['CLIENT', 'SETNAME', 'x'], 'CLIENT SETNAME, 1 argument'],
    [['KEYS', 'secret*'], 'KEYS, 1 argument'],
    [['EVAL', 'return 1', '1', 'k'], 'EVAL, 3 arguments'],
    [['AUTH', 'user', 'pass'], 'AUTH, arguments hidden'],
    [['config', 'set', 'requirepass', 'x'], 'CONFIG, arguments hidden'],
    [['ACL', 'SETUSER', 'a', '>b'], 'ACL, arguments hidden'],
    [['MIGRATE', 'h', '1', 'k', '0', '1'], 'MIGRATE, arguments hidden'],
    [['HELLO'], 'HELLO'],
    [['PING'], 'PING'],
    [['two words'], 'a command without a plain name'],
    [[], 'a command without a plain name'],
  ] as const)
    it(`shows ${words.join(' ')} as ${shown}`, () => assert.equal(hideArguments(words, firstKeys), shown));

  it('shows no argument that is not a key, whatever it is', () => {
    const word = fc.string({ minLength: 12, maxLength: 40 }).filter(text => !text.startsWith('...'));
    fc.assert(
      fc.property(fc.constantFrom('SET', 'EVAL', 'AUTH', 'BITOP', 'HSET'), fc.array(word), (name, args) => {
        const text = hideArguments([name, ...args], firstKeys);
        const keyAt = firstKeys.get(name.toLowerCase()) ?? 0;
        args.forEach((arg, index) => {
          if (index + 1 !== keyAt && arg.trim().length > 11) assert.ok(!text.includes(arg), text);
        });
      }),
    );
  });

  for (const [key, pattern] of [
    ['user:42:name', 'user:*:name'],
    ['session:6f9619ff-8b86-d011-b42d-00cf4fc964ff', 'session:*'],
    ['{tag}.x', '{tag}.x'],
    ['a'.repeat(30), '*'],
    ['mail:jane@example.com', 'mail:*.com'],
    ['cart ... (90 more bytes)', 'cart*'],
  ] as const)
    it(`takes ${key} as one of ${pattern}`, () => assert.equal(keyPattern(key), pattern));
});

describe('the list of clients', () => {
  it('reads what a server of 6.2 tells, and one of 7.2', () => {
    const [old, fresh] = parseClientList(
      [
        'id=3 addr=127.0.0.1:5 laddr=127.0.0.1:1 fd=8 name= age=7 idle=0 flags=N db=0 sub=0 psub=0 multi=-1 qbuf=26 qbuf-free=32742 obl=0 oll=0 omem=40 events=r cmd=client user=default redir=-1',
        'id=4 addr=[::1]:5 name=app age=90 idle=3 flags=S db=0 sub=0 psub=0 ssub=0 qbuf=0 qbuf-free=0 omem=2048 tot-mem=22298 events=r cmd=client|list user=default lib-name=jedis lib-ver=5.1',
        '',
      ].join('\n'),
    );
    assert.deepEqual(old, {
      id: '3',
      address: '127.0.0.1:5',
      name: '',
      library: '',
      user: 'default',
      kind: 'client',
      ageSeconds: 7,
      idleSeconds: 0,
      lastCommand: 'client',
      outputBytes: 40,
      inputBytes: 32768,
      memoryBytes: 32808,
    });
    assert.deepEqual(
      [fresh!.address, fresh!.kind, fresh!.library, fresh!.memoryBytes, fresh!.lastCommand],
      ['[::1]:5', 'replica', 'jedis 5.1', 22298, 'client|list'],
    );
  });

  for (const [flags, rest, kind] of [
    ['P', '', 'subscriber'],
    ['N', 'ssub=1', 'subscriber'],
    ['O', '', 'monitor'],
    ['M', '', 'master'],
    ['x', '', 'client'],
  ] as const)
    it(`takes flags ${flags} ${rest} for a ${kind}`, () =>
      assert.equal(parseClientList(`id=1 flags=${flags} ${rest}`)[0]?.kind, kind));
});

describe('activity as text', () => {
  const refresh = { title: 'Refresh', command: commandIds.showClients, argument: {} } as const;

  it('puts slow commands into columns, and names of clients neither break them nor make links', () => {
    const { text, actions } = describeSlowCommands(
      '127.0.0.1:7000',
      {
        commands: [
          {
            atMilliseconds: 940_000,
            microseconds: 123_456,
            command: 'KEYS, 1 argument',
            client: '127.0.0.1:5',
            clientName: 'a|b](command:x)',
          },
          { atMilliseconds: 999_000, microseconds: 900, command: 'PING', client: '', clientName: '' },
        ],
        logged: 300,
        thresholdMicroseconds: 10_000,
        nowMilliseconds: 1_000_000,
      },
      refresh,
    );
    assert.deepEqual(actions, [{ ...refresh, line: 0 }]);
    const lines = text.split('\n');
    assert.match(lines[2]!, /^2 of 300, slowest first\. The server logs what takes 10\.0 ms or more/);
    assert.deepEqual(lines.slice(4, 8), [
      '|    Took | Command          | When     | Client      | Client name       |',
      '| ------: | ---------------- | -------- | ----------- | ----------------- |',
      '|  123 ms | KEYS, 1 argument | 60 s ago | 127.0.0.1:5 | a\\|b] (command:x) |',
      '| 0.90 ms | PING             | 1 s ago  |             |                   |',
    ]);
  });

  it('says that the log is off, or empty', () => {
    const nothing = { commands: [], logged: 0, nowMilliseconds: 0 };
    assert.match(
      describeSlowCommands('a', { ...nothing, thresholdMicroseconds: -1 }, refresh).text,
      /None is logged\. .*logs none now/,
    );
    assert.doesNotMatch(
      describeSlowCommands('a', { ...nothing, thresholdMicroseconds: undefined }, refresh).text,
      /The server/,
    );
  });

  it('tells of clients what they cost', () => {
    const clients = parseClientList(
      'id=4 addr=10.0.0.1:5 name=app age=9000 idle=3 flags=S omem=2048 tot-mem=22298 cmd=client|list user=default',
    );
    const { text } = describeClients('a', { clients, total: 7, memoryBytes: 3_000_000, outputBytes: 2048 }, refresh);
    assert.match(text, /1 of 7, most output waiting first/);
    assert.match(
      text,
      /\| +2\.0 KB \| +22 KB \| 10\.0\.0\.1:5 \| app +\| default \(replica\) \| CLIENT LIST +\| 3 h +\| 3 s +\|/,
    );
  });
});
