import assert from 'node:assert/strict';
import { planCommands } from '../../../src/core/plan/planCommands';
import { planCreate } from '../../../src/core/plan/planCreate';
import { planMarkdown } from '../../../src/core/plan/planMarkdown';
import type { Plan } from '../../../src/core/plan/types';
import { emptyNodes, nodesOnHosts } from './emptyNodes';

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
});
