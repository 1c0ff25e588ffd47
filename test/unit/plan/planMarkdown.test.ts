import assert from 'node:assert/strict';
import { markdownCode, markdownTable, plainMarkdown } from '../../../src/core/plan/markdownText';
import { planCommands } from '../../../src/core/plan/planCommands';
import { planSetConfig } from '../../../src/core/plan/config/planSetConfig';
import { planCreate } from '../../../src/core/plan/planCreate';
import { planMarkdown } from '../../../src/core/plan/planMarkdown';
import type { NodeRef, Plan, PlanStep } from '../../../src/core/plan/types';
import { emptyNodes, nodesOnHosts } from './emptyNodes';
import { sceneOf } from './memberTopologies';

const create = planCreate(emptyNodes(...nodesOnHosts(3, 2, 2)), {
  replicasPerMaster: 1,
  nodes: ['127.0.0.1:7000', '127.0.0.1:7001', '127.0.0.1:7003', '127.0.0.1:7004', '127.0.0.1:7005', '127.0.0.1:7006'],
});
const [one, other] = create.after.nodes as [Plan['after']['nodes'][0], Plan['after']['nodes'][0]];
const roles = { replica: one, master: other, slots: '0-5460' };

describe('planMarkdown', () => {
  it('tells risk and warnings, every node before and after, every step, and the commands', () => {
    const plan: Plan = { ...create, warnings: [{ code: 'test', text: 'Mind the step.' }] };
    const text = planMarkdown(plan);
    assert.match(text, /^# Create a cluster of 3 masters and 3 replicas\n\n\*\*Risk:\*\* none;/);
    assert.match(text, /^> Mind the step\.$/m);
    assert.match(text, /^\| 127\.0\.0\.1:7000 \| host1 \| spare +\| \*\*master of 0-5460\*\* +\|$/m);
    assert.match(text, /^\| 127\.0\.0\.1:\d+ \| host\d \| spare +\| \*\*replica of 127\.0\.0\.1:7000\*\* +\|$/m);
    plan.steps.forEach((step, index) => assert.ok(text.includes(`\n${index + 1}. ${step.text}\n`), step.text));
    for (const command of planCommands(plan)) assert.ok(text.includes(`\n${command}\n`), command);
  });

  it('lists the settings that a plan sets, and none otherwise', () => {
    const plan = planSetConfig(sceneOf(), { settings: { 'maxmemory-policy': 'noeviction' } });
    assert.match(planMarkdown(plan), /^## Settings\n\n- .*maxmemory-policy.*noeviction.*\n(- .*\n)*\n## Steps$/m);
    assert.doesNotMatch(planMarkdown(create), /## Settings/);
  });

  it('is written of a node too that nobody knows the address of, in commands that a shell can read', () => {
    const lost = { ...one, id: 'ab12'.padEnd(40, '0'), address: ':0' };
    const [hub] = create.after.nodes.slice(-1);
    const steps: Plan['steps'] = [
      { kind: 'meet', text: 'Meet.', nodes: [hub!, lost], hubs: [hub!] },
      { kind: 'forget', text: 'Forget.', node: one, nodes: [lost] },
      { kind: 'closeSlots', text: 'Close.', closings: [{ node: lost, slots: '1-2' }] },
    ];
    const nodes = [...create.before.nodes, lost];
    const text = planMarkdown({ ...create, before: { nodes }, after: { nodes }, steps });
    assert.match(
      text,
      /^# Nobody knows where a node is that stands as HOST-OF- and its id: put in its host and port\.$/m,
    );
    assert.match(text, / CLUSTER MEET HOST-OF-ab120000 PORT$/m);
    assert.match(text, new RegExp(`^redis-cli -h HOST-OF-ab120000 -p PORT CLUSTER FORGET ${one.id}$`, 'm'));
    assert.match(text, /do redis-cli -h HOST-OF-ab120000 -p PORT CLUSTER SETSLOT \$slot STABLE; done$/m);
    assert.doesNotMatch(planMarkdown(create), /HOST-OF-/);
  });

  it('leaves a node plain that stays what it is', () => {
    const text = planMarkdown({ ...create, after: create.before });
    assert.doesNotMatch(text, /\*\*(spare|master|replica)/);
  });
});

describe('planCommands', () => {
  const commandsOf = (...steps: Plan['steps']): string[] =>
    planCommands({ ...create, steps }).filter(line => !line.startsWith('#'));

  it('names the mode of a failover that is not graceful', () => {
    const modes = (['graceful', 'force', 'takeover'] as const).map(mode =>
      commandsOf({ kind: 'failOver', text: '', ...roles, mode }),
    );
    const start = `redis-cli -h ${one.address.replace(':', ' -p ')} CLUSTER FAILOVER`;
    assert.deepEqual(modes, [[start], [`${start} FORCE`], [`${start} TAKEOVER`]]);
  });

  it('sends a reset to the node itself and the forgetting to all others', () => {
    const lines = commandsOf(
      { kind: 'resetNode', text: '', node: one },
      { kind: 'forget', text: '', node: one, nodes: [other] },
    );
    assert.equal(lines.length, 2);
    assert.match(commandsOf({ kind: 'resetNode', text: '', node: one, deletesKeys: true })[0]!, /-p 7000 FLUSHALL$/);
    assert.match(lines[0]!, /-p 7000 CLUSTER RESET HARD$/);
    assert.match(lines[1]!, new RegExp(`CLUSTER FORGET ${one.id}$`));
    assert.ok(lines[1]!.includes(other.address.replace(':', ' -p ')));
  });

  it('meets every pair once', () => {
    const nodes = create.after.nodes.slice(0, 4);
    const lines = commandsOf({ kind: 'meet', text: '', nodes, hubs: nodes });
    assert.equal(lines.length, 6);
    assert.equal(commandsOf({ kind: 'meet', text: '', nodes, hubs: nodes.slice(0, 1) }).length, 3);
  });

  describe('writes each step as it would be typed', () => {
    const cli = 'redis-cli -h 127.0.0.1 -p';
    const [first, second, third] = [1, 2, 3].map(number => ({
      id: String(number).repeat(40),
      address: `127.0.0.1:${number}`,
    })) as [NodeRef, NodeRef, NodeRef];
    const text = '';
    const steps: [what: string, step: PlanStep, lines: string[]][] = [
      [
        'a setting that is lowered',
        { kind: 'lowerSetting', text, nodes: [first], parameter: 'cluster-node-timeout', value: '500' },
        [`${cli} 1 CONFIG SET cluster-node-timeout 500`],
      ],
      [
        'epochs',
        { kind: 'setConfigEpochs', text, epochs: [{ node: second, epoch: 2 }] },
        [`${cli} 2 CLUSTER SET-CONFIG-EPOCH 2`],
      ],
      [
        'slots of a new cluster',
        { kind: 'assignSlots', text, assignments: [{ node: first, slots: '0-100,5461' }] },
        [`${cli} 1 CLUSTER ADDSLOTSRANGE 0 100 5461 5461`],
      ],
      [
        'replicas',
        { kind: 'replicate', text, replicas: [{ node: second, master: first }] },
        [`${cli} 2 CLUSTER REPLICATE ${first.id}`],
      ],
      [
        'slots that are given up',
        { kind: 'releaseSlots', text, releases: [{ node: first, owner: second, slots: '7' }] },
        [
          `${cli} 1 CLUSTER DELSLOTSRANGE 7 7`,
          `for slot in 7; do ${cli} 1 CLUSTER SETSLOT $slot NODE ${second.id}; done`,
        ],
      ],
      [
        'slots that are claimed',
        { kind: 'claimSlots', text, claims: [{ node: first, slots: '7-8' }] },
        [
          `for slot in $(seq 7 8); do ${cli} 1 CLUSTER SETSLOT $slot NODE ${first.id}; done`,
          `${cli} 1 CLUSTER BUMPEPOCH`,
        ],
      ],
      [
        'the owner, to all others',
        { kind: 'tellOwners', text, nodes: [first, second, third], owners: [{ node: second, slots: '7' }] },
        [1, 3].map(port => `for slot in 7; do ${cli} ${port} CLUSTER SETSLOT $slot NODE ${second.id}; done`),
      ],
      [
        'keys that go home',
        { kind: 'moveStrays', text, nodes: [], strays: [{ holder: second, owner: first, slots: '7' }], choices: [] },
        [
          `for slot in 7; do ${cli} 1 CLUSTER SETSLOT $slot STABLE; done`,
          `for slot in 7; do ${cli} 2 CLUSTER SETSLOT $slot IMPORTING ${first.id}; done`,
          `for slot in 7; do ${cli} 2 CLUSTER SETSLOT $slot STABLE; done`,
        ],
      ],
      [
        'slots that are closed, those of a replica at its master',
        {
          kind: 'closeSlots',
          text,
          closings: [
            { node: first, slots: '7' },
            { node: second, via: third, slots: '8' },
          ],
        },
        [
          `for slot in 7; do ${cli} 1 CLUSTER SETSLOT $slot STABLE; done`,
          `for slot in 8; do ${cli} 3 CLUSTER SETSLOT $slot STABLE; done`,
        ],
      ],
      [
        'equal epochs, at all but one',
        { kind: 'separateEpochs', text, nodes: [], collided: [[first, second, third]] },
        [`${cli} 2 CLUSTER BUMPEPOCH`, `${cli} 3 CLUSTER BUMPEPOCH`],
      ],
      [
        'settings, quoted where a shell would split them, and kept where that is wished',
        {
          kind: 'setConfig',
          text,
          nodes: [first],
          settings: [
            { name: 'save', value: "3600 1 o'clock" },
            { name: 'maxmemory', value: '100mb' },
          ],
          rewrite: true,
        },
        [
          `${cli} 1 CONFIG SET save '3600 1 o'\\''clock'`,
          `${cli} 1 CONFIG SET maxmemory 100mb`,
          `${cli} 1 CONFIG REWRITE`,
        ],
      ],
      [
        'settings that are not kept',
        { kind: 'setConfig', text, nodes: [first], settings: [{ name: 'save', value: '' }], rewrite: false },
        [`${cli} 1 CONFIG SET save ''`],
      ],
      [
        'a command of words',
        { kind: 'runCommand', text, nodes: [first, second], words: ['SET', 'a b', '$1'] },
        [`${cli} 1 SET 'a b' '$1'`, `${cli} 2 SET 'a b' '$1'`],
      ],
    ];
    for (const [what, step, lines] of steps) it(what, () => assert.deepEqual(commandsOf(step), lines));

    const commentsOf = (step: PlanStep): string[] => planCommands({ ...create, steps: [step] }).slice(3);

    it('or tells where no shell can say it: bytes, copies to delete, and what is only waited for', () => {
      assert.deepEqual(commentsOf({ kind: 'runCommand', text, nodes: [first], words: ['GET', { base64: '/w==' }] }), [
        `# At the prompt of ${cli} 1: GET "\\xff"`,
      ]);
      const choice = { slot: 7, database: 0, key: '', name: 'user:1', keep: first, drop: [second, third], digests: [] };
      assert.deepEqual(commentsOf({ kind: 'settleCollisions', text, choices: [choice] }), [
        '# At 127.0.0.1:2, 127.0.0.1:3: ASKING, then DEL user:1 (slot 7), on one connection.',
      ]);
      assert.match(commentsOf({ kind: 'restoreSettings', text, nodes: [] }).join(), /back to the value it had/);
      assert.match(commentsOf({ kind: 'shareFunctions', text, nodes: [] }).join(), /FUNCTION DUMP/);
      assert.deepEqual(commentsOf({ kind: 'awaitOwners', text, nodes: [first], owners: [] }), []);
    });

    it('an import, which overwrites only where that is wished', () => {
      const copies = { nodes: [first], source: 'old:6379', databases: [], latencyMilliseconds: 20, keys: 1 };
      const line = (conflict: 'skip' | 'replace') => commandsOf({ kind: 'copyKeys', text, conflict, ...copies });
      const start = 'redis-cli --cluster import 127.0.0.1:1 --cluster-from old:6379 --cluster-copy';
      assert.deepEqual([line('skip'), line('replace')], [[start], [`${start} --cluster-replace`]]);
    });
  });
});

describe('texts that others wrote', () => {
  it('neither break a line of Markdown nor make a link in it', () => {
    assert.equal(plainMarkdown('a \n b\n\nc'), 'a b c');
    assert.equal(plainMarkdown('[x](http://y) [x][y] [x]: z <http://y>'), '[x] (http://y) [x] [y] [x] : z < http://y>');
    assert.equal(plainMarkdown('[0-5] a<b'), '[0-5] a<b');
  });

  it('stand in a table in line, without columns that have nothing, and never end a cell', () => {
    const rows = [
      ['a|b', '', '7'],
      ['longer', '', '123'],
    ];
    assert.deepEqual(markdownTable(['Node', 'None', 'Keys'], rows, ['Keys']), [
      '| Node   | Keys |',
      '| ------ | ---: |',
      '| a\\|b   |    7 |',
      '| longer |  123 |',
    ]);
    assert.deepEqual(markdownTable(['A'], []), []);
    const wide = markdownTable(['A'], [['x'.repeat(60)], ['y']]);
    assert.deepEqual([wide[1], wide[3]], [`| ${'-'.repeat(40)} |`, `| ${'y'.padEnd(40)} |`]);
  });

  it('stand in a block of their own that nothing in them ends', () => {
    assert.deepEqual(markdownCode('a ` b'), ['```text', 'a ` b', '```']);
    assert.deepEqual(markdownCode('````x'), ['`````text', '````x', '`````']);
  });
});
