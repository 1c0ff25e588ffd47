import assert from 'node:assert/strict';
import type { CommandDoc, NodeOutcome } from '../../../src/core/index';
import { commandSuggestions } from '../../../src/extension/commands/commandSuggestions';
import { describeReplies, describeSettings } from '../../../src/extension/commands/describeOutcomes';
import { nodeId } from '../topology/modelCluster';
import { sceneOf } from '../plan/memberTopologies';

const topology = sceneOf({ spares: [] });

function outcomeAt(number: number, text: string, state: NodeOutcome['state'] = 'done'): NodeOutcome {
  const { id, address } = topology.nodes.find(node => node.id === nodeId(number))!;
  return { node: { id, address }, state, text };
}

describe('replies as Markdown', () => {
  it('stand in a table, equal ones told together, refusals marked', () => {
    const text = describeReplies(
      'PING on 3 masters',
      [outcomeAt(1, 'PONG'), outcomeAt(2, 'PONG'), outcomeAt(3, 'NOPERM no', 'refused')],
      topology,
      ['A note.'],
    );
    assert.match(
      text,
      /^# PING on 3 masters\n\n- 2 nodes \(\S+:7001 and \S+:7002\): PONG\n- \*\*Refused\*\* \S+:7003: NOPERM no\n/,
    );
    assert.match(text, /\| \S+:7001 \| master \| PONG +\|/);
    assert.match(text, /\| \S+:7003 \| master \| \*\*Refused:\*\* NOPERM no \|/);
    assert.match(text, /## Notes\n\n- A note\.\n$/);
  });

  it('stand below the table once when they are long, and can neither end their block nor make a link', () => {
    const long = ['# Server', '```', '[x](command:redisCluster.removeCluster)', 'a', 'b', 'c'].join('\n');
    const text = describeReplies('INFO', [outcomeAt(1, long), outcomeAt(4, long)], topology);
    assert.match(text, /\| \S+:7001 \| master +\| see reply 1 \|\n\| \S+ \| replica \| see reply 1 \|/);
    assert.equal(text.split('# Server').length, 2);
    assert.match(text, /\n````text\n# Server\n```\n/);
    assert.match(describeReplies('GET', [outcomeAt(1, '"a|b](command:x)"')], topology), /"a\\\|b\] \(command:x\)"/);
  });

  it('say of a setting what each node had, has and why not', () => {
    const [node] = topology.nodes;
    const text = describeSettings(
      'Set save',
      [
        { node: node!, name: 'save', before: '', after: '900 1', result: 'done' },
        { node: node!, name: 'hz', result: 'No answer.' },
      ],
      [],
    );
    assert.match(text, /\| save +\| empty +\| 900 1 +\| done +\|/);
    assert.match(text, /\| hz +\| not known \| not known \| No answer\. \|/);
  });
});

describe('completions of a command line', () => {
  const commands: CommandDoc[] = ['CONFIG GET', 'CONFIG SET', 'GET', 'GETEX'].map(name => ({
    name,
    syntax: 'key',
    summary: `${name}.`,
  }));
  const linesOf = (text: string, recent: string[] = []): (string | undefined)[] =>
    commandSuggestions(text, commands, recent).map(({ line, label }) => line ?? label);

  it('go on as the line begins, in any case', () => {
    assert.deepEqual(linesOf('conf'), ['CONFIG GET ', 'CONFIG SET ']);
    assert.deepEqual(linesOf('config  s'), ['CONFIG SET ']);
    assert.deepEqual(linesOf('config '), ['CONFIG GET ', 'CONFIG SET ']);
    assert.deepEqual(linesOf('').length, 4);
  });

  it('keep what a command takes in sight while its words are typed', () => {
    assert.deepEqual(linesOf('get'), ['$(info) GET key', 'GETEX ']);
    assert.deepEqual(linesOf('get foo'), ['$(info) GET key']);
  });

  it('offer what was run before', () => {
    assert.deepEqual(linesOf('get', ['get foo', 'ping']), ['$(info) GET key', 'get foo', 'GETEX ']);
  });
});
