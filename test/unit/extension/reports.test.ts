import assert from 'node:assert/strict';
import { planCreate, planFailover, type CheckFinding, type CheckReport } from '../../../src/core/index';
import { describeCheck } from '../../../src/extension/commands/describeCheck';
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
    const text = report(threeShards);
    const lines = text.split('\n');
    assert.equal(lines[0], '# Check of orders');
    assert.match(
      lines[2]!,
      /^\*\*Nothing is wrong\.\*\* 6 of 6 nodes answered, .* in 0\.12 s\. \[Check again\]\(command:/,
    );
    assert.ok(!text.includes('## Findings') && !text.includes('## What was not checked'));
    assert.match(text, /\n\| 3 \| master \| 127\.0\.0\.1:7002 \| host-3 \| ok \| 10923-16383 \|/);
    assert.match(text, /\n\| 3 \| replica \| 127\.0\.0\.1:7005 \| host-1 \| ok \|  \| 0 B \|/);
    assert.match(text, /## What was checked\n\n- 6 nodes\.\n/);
  });

  it('lists spares and failed nodes too, with the shard a failed one served', () => {
    const nodes = withNodes(
      threeShards,
      { port: 7000, down: 'fail' },
      { port: 7003, slots: '0-5460' },
      { port: 7006, alone: true },
    );
    const text = report(nodes, { topology: sampleTopology(nodes, sampleTopology(threeShards)) });
    assert.match(text, /\n\|  \| spare \| 127\.0\.0\.1:7006 \| \S+ \| ok \|/);
    assert.match(text, /\n\| served 1 before \| master \| 127\.0\.0\.1:7000 \| \S+ \| failed \|/);
  });

  it('calls nodes that are in no cluster just that', () => {
    assert.match(report(aloneNodes(2)), /These nodes are not a cluster yet\./);
  });

  it('numbers the findings, errors first, each with its remedy, since when, and a link where a command mends it', () => {
    const first = finding({
      severity: 'error',
      text: 'A fails.',
      remedy: 'Start it.',
      sinceMilliseconds: 1_699_999_998_500,
    });
    const second = finding({ code: 'replicaOnMastersHost', text: 'B is near.', remedy: 'Balance.' });
    const text = report(threeShards, { findings: [first, second] });
    assert.match(text, /^\*\*1 error and 1 warning found\.\*\*/m);
    assert.match(text, /### 1\. Error: A fails\.\n\nStart it\.\n\nSince \S+, for at least 1\.5 s\./);
    const argument = encodeURIComponent('[{"clusterId":"sample"}]');
    assert.ok(
      text.includes(
        `### 2. Warning: B is near.\n\nBalance.\n\n[Balance Roles](command:redisCluster.balanceRoles?${argument})`,
      ),
    );
  });

  it('takes from the monitor since when it is so, and offers nothing on a cluster that is only read', () => {
    const one = finding({ code: 'replicaOnMastersHost', nodeIds: ['x'] });
    const known = { status: 'degraded', problems: [{ ...one, sinceMilliseconds: 1_699_999_990_000 }] } as const;
    const state = emptyState({ name: 'orders', readOnly: true });
    const text = describeCheck(state, reportOf(threeShards, { findings: [one] }), known);
    assert.match(text, /for at least 10\.0 s\./);
    assert.ok(!text.includes('Balance Roles'));
  });

  it('tells what was not checked, and lets no server put a link into the report', () => {
    const text = report(threeShards, {
      findings: [finding({ text: 'Odd: [x](command:redisCluster.removeNode)\n# y.' })],
      notChecked: [{ subject: 'settings', nodeIds: [], text: 'Settings of A: refused.' }],
    });
    assert.match(text, /Not all could be checked, see below\./);
    assert.match(text, /## What was not checked\n\n- Settings of A: refused\./);
    assert.ok(text.includes('### 1. Warning: Odd: [x] (command:redisCluster.removeNode) # y.'));
  });
});

function finding(differing: Partial<CheckFinding>): CheckFinding {
  const sinceMilliseconds = 1_700_000_000_000;
  return { code: 'x', severity: 'warning', text: 'T.', remedy: 'R.', nodeIds: [], sinceMilliseconds, ...differing };
}

function reportOf(nodes: readonly SampleNode[], differing: Partial<CheckReport> = {}): CheckReport {
  return {
    topology: sampleTopology(nodes),
    findings: [],
    checked: [{ subject: 'nodes', count: 6, text: '6 nodes.' }],
    notChecked: [],
    durationMilliseconds: 123,
    ...differing,
  };
}

function report(nodes: readonly SampleNode[], differing: Partial<CheckReport> = {}): string {
  return describeCheck(emptyState({ name: 'orders' }), reportOf(nodes, differing));
}
