import assert from 'node:assert/strict';
import { planCreate, planFailover, Timeline, type CheckFinding, type CheckReport } from '../../../src/core/index';
import { describeCheck } from '../../../src/extension/commands/describeCheck';
import { outdatedBy } from '../../../src/extension/commands/outdatedCheck';
import { summarizePlan } from '../../../src/extension/commands/summarizePlan';
import { emptyState, sampleTopology, threeShards, withNodes, type SampleNode } from './sampleCluster';

function aloneNodes(count: number): SampleNode[] {
  return Array.from({ length: count }, (_, index) => ({ port: 7000 + index, alone: true }));
}

describe('summarizePlan', () => {
  it('says in words what every node will be: masters with their slots, each with its replicas below it, and the spares', () => {
    const topology = sampleTopology(aloneNodes(7));
    const lines = summarizePlan(planCreate(topology, { replicasPerMaster: 1 })).split('\n');
    const master = /^(127\.0\.0\.1:\d+) \(host-\d\): master of slots 0-5460$/.exec(lines[0]!)?.[1];
    assert.match(lines[1]!, new RegExp(`^ +127\\.0\\.0\\.1:\\d+ \\(host-\\d\\): replica of ${master}$`));
    assert.match(lines[6]!, /^Left as spares: 127\.0\.0\.1:\d+$/);
  });

  it('says of a change to a cluster in use only what becomes of whom', () => {
    const topology = sampleTopology(threeShards);
    const replica = topology.nodes.find(({ port }) => port === 7003)!;
    const lines = summarizePlan(planFailover(topology, { replica: replica.id })).split('\n');
    assert.deepEqual(lines.slice(0, 2).sort(), [
      '127.0.0.1:7000 (host-1): master of slots 0-5460 → replica of 127.0.0.1:7003',
      `127.0.0.1:7003 (${replica.hostLabel}): replica of 127.0.0.1:7000 → master of slots 0-5460`,
    ]);
    assert.ok(!lines.slice(2).some(line => line.includes('→')));
  });

  it('says of a fix what was found first: it decides what is mended, and how', () => {
    const topology = sampleTopology(threeShards);
    const plan = planFailover(topology, { replica: topology.nodes.find(({ port }) => port === 7003)!.id });
    const text = 'Slot 5: 127.0.0.1:7000 sends it to 127.0.0.1:7001. It stays there.';
    assert.deepEqual(
      summarizePlan({ ...plan, kind: 'fix', findings: [text] })
        .split('\n')
        .slice(0, 2),
      [text, ''],
    );
  });

  it('shows warnings', () => {
    const topology = sampleTopology(aloneNodes(2));
    const text = summarizePlan(planCreate(topology, { replicasPerMaster: 0, allowFewMasters: true }));
    assert.match(text, /⚠ .*automatic/i);
  });

  it('sums up what is too long for a dialog', () => {
    const topology = sampleTopology(aloneNodes(40));
    const lines = summarizePlan(planCreate(topology, { replicasPerMaster: 1 })).split('\n');
    assert.equal(lines[14], 'and 13 more masters with their replicas');
  });
});

describe('describeCheck', () => {
  it('says in one line that nothing is wrong, and lists every node with its shard', () => {
    const { text, actions } = report(threeShards);
    const lines = text.split('\n');
    assert.equal(lines[0], '# Check of orders');
    assert.match(
      lines[2]!,
      /^\*\*Nothing is wrong\.\*\* 6 of 6 nodes answered at \d{4}-\d\d-\d\d [\d:]{8}, in 0\.1 s\.$/,
    );
    const again = { clusterId: 'sample', strayKeys: false };
    assert.deepEqual(actions, [{ line: 2, title: 'Check Again', command: 'redisCluster.check', argument: again }]);
    assert.ok(!text.includes('## Findings') && !text.includes('## What was not checked'));
    assert.match(text, /\n\| 3 +\| master +\| 127\.0\.0\.1:7002 \| host-3 \| ok +\| 10923-16383 \|/);
    assert.match(text, /\n\| 3 +\| replica \| 127\.0\.0\.1:7005 \| host-1 \| ok +\| +\| +0 B \|/);
    assert.match(text, /## What was checked\n\n- 6 nodes\.\n/);
  });

  it('lists spares and failed nodes too, with the shard a failed one served', () => {
    const nodes = withNodes(
      threeShards,
      { port: 7000, down: 'fail' },
      { port: 7003, slots: '0-5460' },
      { port: 7006, alone: true },
    );
    const { text } = report(nodes, { topology: sampleTopology(nodes, sampleTopology(threeShards)) });
    assert.match(text, /\n\| +\| spare +\| 127\.0\.0\.1:7006 \| \S+ +\| ok +\|/);
    assert.match(text, /\n\| served 1 before \| master +\| 127\.0\.0\.1:7000 \| \S+ +\| failed +\|/);
  });

  it('calls nodes that are in no cluster just that', () => {
    assert.match(report(aloneNodes(2)).text, /These nodes are not a cluster yet\./);
  });

  it('numbers the findings, errors first, each with its remedy, since when, and what can be done about it', () => {
    const first = finding({
      severity: 'error',
      text: 'A fails.',
      remedy: 'Start it.',
      sinceMilliseconds: 1_699_999_998_500,
      nodeIds: [sampleTopology(threeShards).nodes.find(({ port }) => port === 7001)!.id],
    });
    const second = finding({ code: 'replicaOnMastersHost', text: 'B is near.', remedy: 'Balance.' });
    const third = finding({ fix: 'strayKeys', text: 'C is astray.' });
    const { text, actions } = report(threeShards, { findings: [first, second, third] });
    assert.match(text, /^\*\*1 error and 2 warnings found\.\*\*/m);
    assert.match(text, /### 1\. Error: A fails\.\n\nStart it\.\n\nSince \S+, for at least 1\.5 s\./);
    assert.doesNotMatch(text, /command:|%7B/);
    const lines = text.split('\n');
    assert.deepEqual(
      actions.slice(1).map(({ line, title, argument }) => [lines[line], title, argument]),
      [
        ['### 1. Error: A fails.', 'Show 127.0.0.1:7001', { clusterId: 'sample', nodeId: first.nodeIds[0] }],
        ['### 2. Warning: B is near.', 'Balance Roles…', { clusterId: 'sample' }],
        ['### 3. Warning: C is astray.', 'Fix…', { clusterId: 'sample', strayKeys: true }],
      ],
    );
  });

  it('takes from the monitor since when it is so, and mends nothing on a cluster that is only read', () => {
    const one = finding({ code: 'replicaOnMastersHost', nodeIds: ['x'] });
    const health = { status: 'degraded', problems: [{ ...one, sinceMilliseconds: 1_699_999_990_000 }] } as const;
    const state = emptyState({ name: 'orders', readOnly: true });
    const { text, actions } = describeCheck(reportFor(threeShards, { findings: [one] }), { ...state, health });
    assert.match(text, /for at least 10 s\./);
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Check Again'],
    );
  });

  it('tells what was not checked, and lets no server put a link into the report', () => {
    const { text } = report(threeShards, {
      findings: [finding({ text: 'Odd: [x](command:redisCluster.removeNode)\n# y <command:z> [x]: command:z' })],
      notChecked: [{ subject: 'settings', nodeIds: [], text: 'Settings of A: refused.' }],
    });
    assert.match(text, /Not all could be checked, see below\./);
    assert.match(text, /## What was not checked\n\n- Settings of A: refused\./);
    assert.ok(
      text.includes('### 1. Warning: Odd: [x] (command:redisCluster.removeNode) # y < command:z> [x] : command:z'),
    );
  });

  it('says at its top that it is out of date: what ran since, another check, or nodes that changed', () => {
    const check = reportFor(threeShards);
    const madeAt = check.topology.observedAtMilliseconds;
    const timeline = new Timeline();
    const note = (text: string, after: number): void =>
      timeline.note({ atMilliseconds: madeAt + after, kind: 'operation', text });
    note('Move: completed.', -10);
    timeline.note({ atMilliseconds: madeAt + 5, kind: 'supervisor', text: 'It rests.' });
    assert.deepEqual(outdatedBy(check, { ...emptyState(), topology: check.topology, lastCheck: check, timeline }), []);

    note('Fix 3 slots: completed.', 1000);
    const after = outdatedBy(check, { ...emptyState(), timeline });
    assert.match(after.join(), /^\S+ [\d:]{8} Fix 3 slots: completed\.$/);
    const { text, actions } = describeCheck(check, { ...emptyState(), outdated: after });
    assert.equal(text.split('\n')[2], `> **Out of date:** ${after.join()}`);
    assert.equal(actions[0]?.line, 2);

    const later = (differing: object) => ({ ...check.topology, observedAtMilliseconds: madeAt + 1, ...differing });
    const same = { ...emptyState(), timeline: new Timeline() };
    assert.deepEqual(outdatedBy(check, { ...same, topology: later({}) }), []);
    assert.match(outdatedBy(check, { ...same, topology: later({ stateId: 'x' }) }).join(), /not what they were/);
    assert.match(outdatedBy(check, { ...same, lastCheck: { ...check, topology: later({}) } }).join(), /checked again/);
  });
});

function finding(differing: Partial<CheckFinding>): CheckFinding {
  const sinceMilliseconds = 1_700_000_000_000;
  return { code: 'x', severity: 'warning', text: 'T.', remedy: 'R.', nodeIds: [], sinceMilliseconds, ...differing };
}

function reportFor(nodes: readonly SampleNode[], differing: Partial<CheckReport> = {}): CheckReport {
  return {
    topology: sampleTopology(nodes),
    findings: [],
    checked: [{ subject: 'nodes', count: 6, text: '6 nodes.' }],
    notChecked: [],
    durationMilliseconds: 123,
    ...differing,
  };
}

function report(nodes: readonly SampleNode[], differing: Partial<CheckReport> = {}): ReturnType<typeof describeCheck> {
  return describeCheck(reportFor(nodes, differing), emptyState({ name: 'orders' }));
}
