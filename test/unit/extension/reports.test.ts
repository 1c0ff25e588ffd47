import assert from 'node:assert/strict';
import { health, planCreate } from '../../../src/core/index';
import { describeCheck } from '../../../src/extension/commands/describeCheck';
import { summarizePlan } from '../../../src/extension/commands/summarizePlan';
import { sampleTopology, threeShards, withNodes, type SampleNode } from './sampleCluster';

function aloneNodes(count: number): SampleNode[] {
  return Array.from({ length: count }, (_, index) => ({ port: 7000 + index, alone: true }));
}

describe('summarizePlan', () => {
  it('has a line per master with its slots, host and replicas, and one for the spares', () => {
    const topology = sampleTopology(aloneNodes(7));
    const lines = summarizePlan(planCreate(topology, { replicasPerMaster: 1 })).split('\n');
    assert.match(lines[0]!, /^127\.0\.0\.1:\d+ \(host-\d\): slots 0-5460 ← 127\.0\.0\.1:\d+ \(host-\d\)$/);
    assert.match(lines[3]!, /^Left as spares: 127\.0\.0\.1:\d+$/);
  });

  it('shows warnings', () => {
    const topology = sampleTopology(aloneNodes(2));
    const text = summarizePlan(planCreate(topology, { replicasPerMaster: 0, allowFewMasters: true }));
    assert.match(text, /⚠ .*automatic/i);
  });

  it('sums up what is too long for a dialog', () => {
    const topology = sampleTopology(aloneNodes(40));
    const lines = summarizePlan(planCreate(topology, { replicasPerMaster: 1 })).split('\n');
    assert.equal(lines[14], 'and 6 more masters');
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
    assert.match(lines.join('\n'), /Slots covered: 16384 of 16384\./);
  });

  it('numbers the problems, each with what mends it', () => {
    const topology = sampleTopology(withNodes(threeShards, { port: 7000, slots: '0-5460', down: 'fail' }));
    const found = health(topology);
    const text = describeCheck('orders', topology, found);
    assert.match(text, /It does not work as it should\./);
    assert.ok(text.includes(`1. ERROR: ${found.problems[0]!.text}\n   ${found.problems[0]!.remedy}`));
  });
});
