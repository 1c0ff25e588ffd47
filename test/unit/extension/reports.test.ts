import assert from 'node:assert/strict';
import { health, planCreate, planFailover } from '../../../src/core/index';
import { describeCheck } from '../../../src/extension/commands/describeCheck';
import { summarizePlan } from '../../../src/extension/commands/summarizePlan';
import { sampleTopology, threeShards, withNodes, type SampleNode } from './sampleCluster';

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
  it('gives the verdict first and every node under its shard', () => {
    const topology = sampleTopology(threeShards);
    const lines = describeCheck('orders', topology, health(topology)).split('\n');
    assert.equal(lines[0], 'orders: No problem was found.');
    assert.match(
      lines.join('\n'),
      /Shard 3 {2}slots 10923-16383\n {2}master {3}127\.0\.0\.1:7002 .*\n {2}replica {2}127\.0\.0\.1:7005 /,
    );
    assert.match(lines.join('\n'), /Slots: 16384 of 16384 served\./);
  });

  it('lists every node, spares and failed ones too', () => {
    const nodes = withNodes(
      threeShards,
      { port: 7000, down: 'fail' },
      { port: 7003, slots: '0-5460' },
      { port: 7006, alone: true },
    );
    const topology = sampleTopology(nodes, sampleTopology(threeShards));
    const text = describeCheck('orders', topology, health(topology));
    assert.match(text, /\nSpares {2}1\n {2}spare {4}127\.0\.0\.1:7006 .* ok\n/);
    assert.match(text, /\nNodes in no shard {2}1\n {2}- {8}127\.0\.0\.1:7000 .* failed {2}served shard 1 before\n/);
    assert.match(text, /Shards: 3\./);
    for (const { port } of nodes) assert.ok(text.includes(`127.0.0.1:${port} `), String(port));
  });

  it('calls nodes that are in no cluster just that', () => {
    const topology = sampleTopology(aloneNodes(2));
    assert.match(describeCheck('orders', topology, health(topology)), /\nNodes in no cluster yet {2}2\n/);
  });

  it('numbers the problems, each with what mends it', () => {
    const topology = sampleTopology(withNodes(threeShards, { port: 7000, slots: '0-5460', down: 'fail' }));
    const found = health(topology);
    const text = describeCheck('orders', topology, found);
    assert.match(text, /It does not work as it should\./);
    assert.ok(text.includes(`1. ERROR: ${found.problems[0]!.text}\n   ${found.problems[0]!.remedy}`));
  });
});
