import assert from 'node:assert/strict';
import type { CommandInfo } from '../../../../src/core/plan/command/commandNature';
import { judgeCommand } from '../../../../src/core/plan/command/judgeCommand';
import { parseCommandLine } from '../../../../src/core/plan/command/parseCommandLine';
import { planRunCommand, type RunCommandRequest } from '../../../../src/core/plan/command/planRunCommand';
import { planCommands } from '../../../../src/core/plan/planCommands';
import type { Plan } from '../../../../src/core/plan/types';
import { nodeId } from '../../topology/modelCluster';
import { assertRefused, sceneOf } from '../memberTopologies';

const writing: CommandInfo = { flags: ['write'], categories: ['@write'] };
const admin: CommandInfo = { flags: ['admin'], categories: ['@admin', '@dangerous'] };

function plan(line: string, { info, ...request }: Partial<RunCommandRequest> & { info?: CommandInfo } = {}): Plan {
  const words = parseCommandLine(line);
  return planRunCommand(sceneOf(), { words, ...(info && { nature: judgeCommand(words, [info]) }), ...request });
}

describe('a plan to run a command', () => {
  it('sends it to the nodes chosen, and can lose data when it writes', () => {
    const made = plan('SET "a b" 1', { nodes: 'masters', info: writing });
    assert.equal(made.title, 'Run SET "a b" 1 on 3 masters');
    assert.equal(made.risk, 'losesData');
    const [step] = made.steps;
    assert.ok(step?.kind === 'runCommand');
    assert.deepEqual(
      step.nodes.map(({ id }) => id),
      [nodeId(1), nodeId(2), nodeId(3)],
    );
    assert.deepEqual(step.words, ['SET', 'a b', '1']);
    assert.match(planCommands(made).join('\n'), /-p 7001 SET 'a b' 1$/m);
    assert.equal(plan('SET a 1').risk, 'losesData', 'nobody said what it does');
  });

  it('names what it costs, who refuses it and the action that does it better', () => {
    const texts = (line: string, info: CommandInfo): string =>
      plan(line, { info })
        .warnings.map(({ text }) => text)
        .join(' ');
    assert.match(texts('FLUSHALL', writing), /It deletes every key .*Replicas refuse writes/);
    assert.match(
      texts('CLUSTER FORGET abc', admin),
      /^It changes the cluster itself.*Remove Node or Replace Node does this/,
    );
    const risks = {
      SAVE: 'interruptsWrites',
      BGSAVE: 'none',
      SHUTDOWN: 'losesData',
      'CLUSTER RESET HARD': 'losesData',
      'DEBUG SLEEP 1': 'losesData',
      'CONFIG RESETSTAT': 'none',
      'CLIENT KILL ID 3': 'interruptsWrites',
    };
    for (const [line, risk] of Object.entries(risks)) assert.equal(plan(line, { info: admin }).risk, risk, line);
  });

  it('says who takes over from masters that are shut down, and that nobody does without a majority', () => {
    const warned = (nodes: RunCommandRequest['nodes']): string[] =>
      plan('SHUTDOWN NOSAVE', { info: admin, nodes }).warnings.map(({ code, text }) => `${code}: ${text}`);
    assert.match(
      warned('masters').join('\n'),
      /^majorityLost: Afterwards no master with slots answers, .*no replica is elected/m,
    );
    assert.match(
      warned([nodeId(1), nodeId(2)]).join('\n'),
      /^majorityLost: Afterwards only 1 of 3 masters with slots answers/m,
    );
    assert.match(
      warned([nodeId(1)]).join('\n'),
      /^slotsDown: The slots of \S+:7001 are down until replicas take over\.$/m,
    );
    assert.match(warned([nodeId(1), nodeId(4)]).join('\n'), /^slotsLeft: Nobody can take over from \S+:7001:/m);
    assert.doesNotMatch(warned('replicas').join('\n'), /take over|majority/);
  });

  it('refuses secrets, what changes its connection and what waits, with a way out', () => {
    const cases: [string, string][] = [
      ['', 'noCommand'],
      ['AUTH secret', 'holdsSecret'],
      ['HELLO 3 AUTH a b', 'holdsSecret'],
      ['CONFIG SET maxmemory 0 requirepass secret', 'holdsSecret'],
      ['ACL SETUSER ann on >secret ~*', 'holdsSecret'],
      ['MIGRATE h 1 k 0 10 AUTH secret', 'holdsSecret'],
      ['HELLO 3', 'changesConnection'],
      ['subscribe a', 'changesConnection'],
      ['Client Reply OFF', 'changesConnection'],
      ['WAIT 1 0', 'blocks'],
      ['XREAD BLOCK 0 STREAMS a 0', 'blocks'],
    ];
    for (const [line, code] of cases)
      assert.throws(
        () => plan(line),
        (error: unknown) => {
          const { message, ...rest } = error as Error & { code: string };
          assert.equal(rest.code, code, line);
          assert.doesNotMatch(message, /secret/);
          return true;
        },
      );
    assertRefused(() => plan('GET a', { nodes: ['nobody'] }), 'unknownNodes');
    assertRefused(() => plan('GET a', { nodes: [] }), 'noNodes');
  });
});

describe('what a command is', () => {
  const kind = (line: string, ...infos: (CommandInfo | undefined)[]): string =>
    judgeCommand(parseCommandLine(line), infos).kind;

  it('is the strictest of what the servers say', () => {
    const reading: CommandInfo = { flags: ['readonly'], categories: ['@read'] };
    assert.equal(kind('FOO', reading), 'reads');
    assert.equal(kind('FOO', reading, writing), 'changes');
    assert.equal(kind('FOO', reading, { flags: ['blocking'], categories: [] }), 'refused');
    assert.equal(kind('FOO', { flags: [], categories: ['@fast', '@transaction'] }), 'refused');
    assert.equal(kind('FOO', { flags: ['readonly'], categories: ['@read', '@dangerous'] }), 'asks');
  });

  it('is a change where no server tells, but for what is known to read', () => {
    assert.equal(kind('FOO', undefined), 'changes');
    assert.equal(kind('CONFIG GET save', undefined), 'reads');
    assert.equal(kind('CONFIG GET save', admin), 'reads');
    assert.equal(kind('CONFIG SET save x', admin), 'changes');
  });
});
