import assert from 'node:assert/strict';
import { commandName, commandNames } from '../../../src/core/connection/commandName';
import { refusal } from '../../../src/core/connection/refusal';
import type { CommandWords } from '../../../src/core/connection/types';

describe("A server's refusal", () => {
  const codes: [reply: string, code: string][] = [
    ["NOPERM this user has no permissions to run the 'cluster|nodes' command", 'NOPERM'],
    ['ERR unknown subcommand', 'ERR'],
    ['MOVED 1 10.0.0.1:7000', 'MOVED'],
    ['LOADING Redis is loading the dataset in memory', 'LOADING'],
    ['no capitals at all', 'ERR'],
  ];
  for (const [reply, code] of codes) {
    it(`has the first word of the reply as its code: ${code} of "${reply}"`, () => {
      const error = refusal('10.0.0.1:7000', ['cluster', 'nodes'], reply);
      assert.equal(error.code, code);
      assert.equal(error.reply, reply);
      assert.equal(error.command, 'CLUSTER NODES');
      assert(error.message.startsWith(`10.0.0.1:7000 refused CLUSTER NODES: ${reply}.`), error.message);
    });
  }

  it('says which right is missing', () => {
    const error = refusal('10.0.0.1:7000', ['CLUSTER', 'NODES'], 'NOPERM no');
    assert.match(error.message, /\+cluster\|nodes/);
  });

  const secret = 'p4ss';
  const leaks: [words: CommandWords, reply: string][] = [
    [['AUTH', secret], `ERR unknown command 'AUTH', with args beginning with: '${secret}' `],
    [['AUTH', 'admin', secret], `ERR who is ${secret}?`],
    [['HELLO', 3, 'AUTH', 'admin', secret], `ERR Syntax error in HELLO option '${secret}'`],
    [['ACL', 'SETUSER', 'x', `>${secret}`], `ERR Error in ACL SETUSER modifier '>${secret}': Syntax error`],
    [['CONFIG', 'SET', 'requirepass', secret], `ERR CONFIG SET failed for '${secret}'`],
    [['MIGRATE', 'h', 7000, '', 0, 500, 'AUTH', secret, 'KEYS', 'k'], `ERR odd word ${secret}`],
    [['NOPE', secret], `ERR unknown command 'NOPE', with args beginning with: '${secret}' 'more'`],
  ];
  for (const [words, reply] of leaks) {
    it(`never holds a secret: ${reply.replaceAll(secret, '<secret>')}`, () => {
      const error = refusal('10.0.0.1:7000', words, reply);
      const everything = [error.message, error.reply, error.command, error.stack, JSON.stringify(error)].join();
      assert(!everything.includes(secret), everything);
      assert.equal(error.cause, undefined);
    });
  }

  it('keeps what is no secret', () => {
    const words: CommandWords = ['CONFIG', 'SET', 'maxmemory', '1mb'];
    const error = refusal('10.0.0.1:7000', words, "ERR CONFIG SET failed (possibly related to argument 'maxmemory')");
    assert.match(error.message, /'maxmemory'/);
  });
});

describe('The name of a command', () => {
  const names: [words: CommandWords, name: string][] = [
    [['cluster', 'setslot', 1, 'node', 'x'], 'CLUSTER SETSLOT'],
    [['auth', 'secret'], 'AUTH'],
    [['get', 'key'], 'GET'],
    [['config', Buffer.from('x')], 'CONFIG'],
  ];
  for (const [words, name] of names) it(`has no arguments: ${name}`, () => assert.equal(commandName(words), name));

  it('is listed with the others, at most three', () => {
    const commands: CommandWords[] = [['PING'], ['INFO'], ['TIME'], ['ROLE'], ['DBSIZE']];
    assert.equal(commandNames(commands.slice(0, 1)), 'PING');
    assert.equal(commandNames(commands.slice(0, 2)), 'PING and INFO');
    assert.equal(commandNames(commands.slice(0, 3)), 'PING, INFO and TIME');
    assert.equal(commandNames(commands.slice(0, 4)), 'PING, INFO, TIME and 1 more command');
    assert.equal(commandNames(commands), 'PING, INFO, TIME and 2 more commands');
  });
});
