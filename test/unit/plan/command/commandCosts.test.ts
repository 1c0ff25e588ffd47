import assert from 'node:assert/strict';
import type { CommandInfo } from '../../../../src/core/plan/command/commandNature';
import { refuseCommand } from '../../../../src/core/plan/command/commandRules';
import { judgeCommand } from '../../../../src/core/plan/command/judgeCommand';
import { parseCommandLine } from '../../../../src/core/plan/command/parseCommandLine';
import { planRunCommand, type RunCommandRequest } from '../../../../src/core/plan/command/planRunCommand';
import { nodeId } from '../../topology/modelCluster';
import { assertRefused, sceneOf, type Scene } from '../memberTopologies';

const info = (flags: string, categories = ''): CommandInfo => ({
  flags: flags.split(' ').filter(Boolean),
  categories: categories.split(' ').filter(Boolean),
});
const [reading, writing, admin] = [info('readonly', '@read'), info('write', '@write'), info('admin', '@admin')];

function plan(line: string, told: CommandInfo, request: Partial<RunCommandRequest> = {}, scene: Scene = {}) {
  const words = parseCommandLine(line);
  return planRunCommand(sceneOf({ spares: [], ...scene }), { words, nature: judgeCommand(words, [told]), ...request });
}

describe('A plan to run a command', () => {
  const texts = (...given: Parameters<typeof plan>): Record<string, string> =>
    Object.fromEntries(plan(...given).warnings.map(({ code, text }) => [code, text]));

  it('warns of nothing where it only reads, everywhere', () => {
    assert.deepEqual([texts('GET a', reading), plan('GET a', reading).risk], [{}, 'none']);
  });

  it('names who is silent, and who refuses a write', () => {
    const silent = { silent: [nodeId(4), nodeId(5)] };
    assert.deepEqual(texts('GET a', reading, {}, silent), {
      nodesSilent: '10.0.0.3:7004 and 10.0.0.4:7005 do not answer now.',
    });
    assert.equal(
      texts('GET a', reading, {}, { silent: [nodeId(4)] }).nodesSilent,
      '10.0.0.3:7004 does not answer now.',
    );
    const some = { nodes: [1, 4].map(nodeId) };
    assert.deepEqual(texts('SET a 1', writing, some), {
      replicasRefuse: 'Replicas refuse writes (10.0.0.3:7004); what masters write reaches them.',
    });
    assert.deepEqual(texts('SET a 1', writing, { nodes: 'masters' }), {});
  });

  it('says that a command holds a server up, which interrupts writes', () => {
    const slow = info('readonly', '@read @dangerous');
    assert.match(texts('KEYS *', slow).holdsUp ?? '', /^KEYS can hold a server up/);
    assert.equal(plan('KEYS *', slow).risk, 'interruptsWrites');
  });

  it('is refused where nobody that is meant answers', () => {
    const asked = (numbers: readonly number[]) => () =>
      plan('GET a', reading, { nodes: numbers.map(nodeId) }, { silent: [nodeId(4), nodeId(5)] });
    assertRefused(asked([4]), 'noneAnswers', /^10\.0\.0\.3:7004 does not answer\./);
    assertRefused(asked([4, 5]), 'noneAnswers', /^10\.0\.0\.3:7004 and 10\.0\.0\.4:7005 do not answer\./);
    assert.equal(asked([4, 1])().steps.length, 1);
  });

  it('says of a shut-down only who is shut down', () => {
    assert.equal('slotsDown' in texts('SAVE', admin, { nodes: [nodeId(1)] }), false);
  });

  it('shows the nodes as they are, before and after', () => {
    const { before, after } = plan('GET a', reading);
    assert.equal(before.nodes.length, 6);
    assert.deepEqual(after, before);
  });
});

describe('A command that would show a secret', () => {
  const isRefused = (line: string): boolean => refuseCommand(parseCommandLine(line))?.code === 'holdsSecret';

  it('is refused wherever the secret stands, in any case', () => {
    for (const line of [
      'auth x',
      'hello 3 auth a b',
      'MIGRATE h 1 k 0 10 COPY AUTH x',
      'MIGRATE h 1 k 0 10 auth2 u x',
      'MIGRATE h 1 "" 0 10 KEYS a AUTH x',
      'config set RequirePass x',
      'CONFIG SET maxmemory 0 masterauth x',
      'CONFIG SET tls-key-file-pass x',
      'CONFIG SET my-module.token x',
      'ACL SETUSER ann >x',
      'ACL SETUSER ann on <x',
      'ACL SETUSER ann #0a',
      'ACL SETUSER ann !0a',
      'ACL SETUSER ann (>x)',
    ])
      assert.ok(isRefused(line), line);
  });

  it('is not one that only has a word like it', () => {
    for (const line of [
      'GET auth',
      'SET requirepass x',
      'MIGRATE auth 1 auth2 0 10',
      'MIGRATE h 1 k 0 10 KEYS author unauth',
      'HELLO 3 SETNAME author',
      'CONFIG GET requirepass',
      'CONFIG SET maxmemory requirepass',
      'ACL SETUSER ann on ~a>b +@all',
      'ACL SETUSER >ann on',
      'ACL DELUSER ann >x',
    ])
      assert.equal(isRefused(line), false, line);
  });
});

describe('A command that waits', () => {
  const codeOf = (line: string): string | undefined => refuseCommand(parseCommandLine(line))?.code;

  it('is refused, and one that only names the word is not', () => {
    assert.deepEqual(
      ['WAIT 1 0', 'waitaof 1 0 0', 'XREAD BLOCK 0 STREAMS a 0', 'XREADGROUP GROUP g c block 0 STREAMS a >'].map(
        codeOf,
      ),
      ['blocks', 'blocks', 'blocks', 'blocks'],
    );
    assert.deepEqual(
      ['GET block', 'XREAD STREAMS blocked 0', 'XREAD STREAMS unblock 0', 'XREADX BLOCK 1'].map(codeOf),
      [undefined, undefined, undefined, undefined],
    );
  });
});

describe('What a command means', () => {
  const meaning = (line: string, ...told: CommandInfo[]) => {
    const nature = judgeCommand(parseCommandLine(line), told);
    return nature.kind === 'changes' ? (nature.writes ? 'writes' : 'changes') : nature.kind;
  };

  it('is a write by flag or category, though another server says that it reads', () => {
    assert.equal(meaning('FOO', info('write')), 'writes');
    assert.equal(meaning('FOO', info('', '@write')), 'writes');
    assert.equal(meaning('FOO', info('readonly'), info('', '@write')), 'writes');
    assert.equal(meaning('FOO', info('may_replicate')), 'writes');
    assert.equal(judgeCommand(parseCommandLine('FOO'), []).kind, 'changes');
    assert.equal(meaning('FOO'), 'writes', 'nobody says what it does');
  });

  it('is a write of scripts and functions, and not of what only looks at them', () => {
    for (const name of ['EVAL', 'EVALSHA', 'FCALL'])
      assert.equal(meaning(`${name} x 0`, info('', '@scripting')), 'writes');
    assert.equal(meaning('EVAL_RO x 0', info('readonly', '@scripting')), 'reads');
    assert.equal(meaning('REFCALL x 0', info('', '@scripting')), 'changes');
    assert.equal(meaning('FUNCTION FLUSH', info('', '@scripting')), 'changes');
    assert.equal(meaning('EVAL x 0', info('')), 'reads');
  });

  it('is a change of the server by any of its marks, and else a look', () => {
    assert.equal(meaning('FOO', info('admin')), 'changes');
    assert.equal(meaning('FOO', info('pubsub')), 'changes');
    for (const category of ['@admin', '@dangerous']) assert.equal(meaning('FOO', info('', category)), 'changes');
    assert.equal(meaning('FOO', info('fast', '@fast')), 'reads');
  });

  it('is refused where it would change its connection: publishing is not, subscribing is', () => {
    assert.equal(meaning('FOO', info('pubsub noscript')), 'refused');
    assert.equal(meaning('PUBLISH a b', info('pubsub')), 'changes');
    assert.equal(meaning('FOO', info('noscript')), 'reads');
    assert.equal(meaning('PUBSUB CHANNELS', info('pubsub noscript')), 'reads');
  });

  it('is no wait of a stream that is read at once', () => {
    assert.equal(meaning('XREAD STREAMS a 0', info('readonly blocking', '@read')), 'reads');
    assert.equal(meaning('XREADGROUP GROUP g c STREAMS a >', info('write blocking', '@write')), 'writes');
    assert.equal(meaning('BLPOP a 0', info('write blocking', '@write')), 'refused');
    assert.equal(meaning('XREADX a', info('readonly blocking')), 'refused');
  });
});
