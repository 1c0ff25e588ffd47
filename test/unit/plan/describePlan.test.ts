import assert from 'node:assert/strict';
import { describePlan } from '../../../src/core/plan/describePlan';
import { planCreate } from '../../../src/core/plan/planCreate';
import { emptyNodes, nodesOnHosts } from './emptyNodes';

describe('describePlan', () => {
  it('shows the shards in aligned columns, with hosts, slots and replicas', () => {
    const text = describePlan(planCreate(emptyNodes(...nodesOnHosts(2, 2, 2)), { replicasPerMaster: 1 }));
    assert.equal(
      text.slice(0, text.indexOf('\n\nPlacement')),
      `Create a cluster of 3 masters and 3 replicas
Risk: none.

Master          Host   Slots        Count  Replicas
127.0.0.1:7000  host1  0-5460        5461  127.0.0.1:7003 (host2)
127.0.0.1:7002  host2  5461-10922    5462  127.0.0.1:7005 (host3)
127.0.0.1:7004  host3  10923-16383   5461  127.0.0.1:7001 (host1)`,
    );
  });

  it('puts further replicas of a master on rows of their own', () => {
    const text = describePlan(planCreate(emptyNodes(...nodesOnHosts(3, 3, 3)), { replicasPerMaster: 2 }));
    assert.match(text, /^127\.0\.0\.1:7000 .*127\.0\.0\.1:\d+ \(host2\)\n {43}127\.0\.0\.1:\d+ \(host3\)$/m);
  });

  it('numbers every step and keeps its whole text', () => {
    const plan = planCreate(emptyNodes(...nodesOnHosts(2, 2, 2)), { replicasPerMaster: 1 });
    const flat = describePlan(plan).replace(/\s+/g, ' ');
    plan.steps.forEach((step, index) => assert.ok(flat.includes(`${index + 1}. ${step.text}`), step.text));
  });

  it('names spares with their hosts, and every warning', () => {
    const plan = planCreate(emptyNodes(...nodesOnHosts(6, 1)), { replicasPerMaster: 1 });
    const text = describePlan(plan);
    assert.match(text, /^Spares\n {2}127\.0\.0\.1:7005 \(host1\)$/m);
    assert.ok(plan.warnings.length > 1);
    for (const warning of plan.warnings) assert.ok(text.replace(/\s+/g, ' ').includes(`! ${warning.text}`));
  });

  it('says the score of a good placement in words', () => {
    const text = describePlan(planCreate(emptyNodes(...nodesOnHosts(2, 2, 2)), { replicasPerMaster: 1 }));
    assert.match(text, /Every replica is on another host than its master\./);
    assert.match(text, /Any one host can die and a majority of the masters is left/);
    assert.match(text, /Score 0, the best there is\./);
  });

  it('says the score of a bad placement in words', () => {
    const text = describePlan(planCreate(emptyNodes(...nodesOnHosts(5, 1)), { replicasPerMaster: 1 }));
    assert.match(text, /2 replicas are on the hosts of their own masters\./);
    assert.match(text, /When host1 dies, no majority of the masters is left/);
  });

  it('has no trailing blanks and no line over 100 characters', () => {
    for (const hosts of [[2, 2, 2], [9], [40, 40, 1], [3, 2, 1, 1]]) {
      const text = describePlan(planCreate(emptyNodes(...nodesOnHosts(...hosts)), { replicasPerMaster: 1 }));
      for (const line of text.split('\n')) {
        assert.equal(line, line.trimEnd());
        assert.ok(line.length <= 100, line);
      }
      assert.ok(text.endsWith('\n') && !text.endsWith('\n\n'));
    }
  });

  it('speaks of no replicas where there are none', () => {
    const text = describePlan(planCreate(emptyNodes(...nodesOnHosts(1, 1, 1)), { replicasPerMaster: 0 }));
    assert.doesNotMatch(text, /Every replica|No two replicas/);
    assert.match(text, /^127\.0\.0\.1:7000 .* 5461 {2}-$/m);
  });
});
