import assert from 'node:assert/strict';
import { describePlan } from '../../../src/core/plan/describePlan';
import { chooseNodes, choiceText, type NodeChoice } from '../../../src/core/plan/nodeChoice';
import { bytesText, joinSome, joinWords } from '../../../src/core/plan/phrases';
import { planCreate } from '../../../src/core/plan/planCreate';
import { planRemoveNode } from '../../../src/core/plan/planRemoveNode';
import type { PlacementScore, Plan, PlannedNode } from '../../../src/core/plan/types';
import { worstRisk } from '../../../src/core/plan/worstRisk';
import type { Topology } from '../../../src/core/topology/types';
import { changed, loneNode, modelCluster, nodeId } from '../topology/modelCluster';
import { emptyNodes, nodesOnHosts } from './emptyNodes';
import { sceneOf, spareId } from './memberTopologies';

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

  describe('of a changed cluster', () => {
    const topology = sceneOf();
    const flat = (plan: Plan): string => describePlan(plan).replace(/\s+/g, ' ');
    const plan = planRemoveNode(topology, { node: nodeId(4) });

    it('tells what becomes of each node that changes, and nothing of the others', () => {
      assert.match(flat(plan), / Changes 10\.0\.0\.3:7004: replica of 10\.0\.0\.0:7001 -> (spare|forgotten) [A-Z]/);
      const left = { ...plan, after: { nodes: plan.before.nodes.filter(({ id }) => id !== nodeId(1)) } };
      assert.match(flat(left), / Changes 10\.0\.0\.0:7001: master of 0-5461 -> forgotten /);
      const orphan = plan.before.nodes.map(({ master, ...node }) =>
        node.id === nodeId(4) ? node : { ...node, master },
      );
      assert.match(flat({ ...plan, after: { nodes: orphan as PlannedNode[] } }), /-> replica of nobody/);
    });

    it('tells the risk, what was found and how long it takes', () => {
      const told = flat({ ...plan, risk: 'losesData', findings: ['Slot 7 is open.'], estimateSeconds: 7200 });
      assert.match(told, /Risk: data can be lost\. Time: about 120 minutes\. Master/);
      assert.match(told, / Found Slot 7 is open\. Changes /);
      assert.match(flat({ ...plan, risk: 'interruptsWrites' }), /Risk: writes can stop for a moment\./);
    });

    it('says a placement in words for one and for several', () => {
      const score: PlacementScore = {
        replicasOnMastersHost: 1,
        replicasSharingHost: 1,
        masterSpread: 2,
        hostsHoldingMajority: ['h1', 'h2'],
        total: 5,
      };
      const told = flat({ ...plan, placement: score });
      assert.match(told, /1 replica is on the host of its own master\. 1 replica shares its host with another replica/);
      assert.match(told, /per host differ by 2\. When h1 or h2 dies, no majority .* Score 5; 0 is the best there is\./);
      assert.match(flat({ ...plan, placement: { ...score, replicasSharingHost: 2 } }), /2 replicas share their host/);
      assert.match(flat({ ...plan, placement: { ...score, replicasSharingHost: 0 } }), /No two replicas of a master/);
    });
  });

  it('breaks long lines at blanks, and begins the rest under the text', () => {
    const long = `${'word '.repeat(40)}end`;
    const plan = planCreate(emptyNodes(...nodesOnHosts(1, 1, 1)), { replicasPerMaster: 0 });
    const lines = describePlan({ ...plan, warnings: [{ code: 'test', text: long }] }).split('\n');
    const first = lines.findIndex(line => line.startsWith('  ! '));
    const warning = lines.slice(first, -1);
    assert.deepEqual([...new Set(warning.slice(1).map(line => /^ */.exec(line)![0].length))], [4]);
    assert.ok(warning.slice(0, -1).every(line => line.length <= 100 && line.length > 95));
    assert.equal(warning.map(line => line.trim()).join(' '), `! ${long}`);
  });
});

describe('words of plans', () => {
  it('list some of many names', () => {
    assert.deepEqual(
      [joinWords([]), joinWords(['a']), joinWords(['a', 'b'], 'or'), joinWords(['a', 'b', 'c'])],
      ['', 'a', 'a or b', 'a, b and c'],
    );
    assert.equal(joinSome(['a', 'b', 'c'], 3), 'a, b and c');
    assert.equal(joinSome(['a', 'b', 'c', 'd'], 3), 'a, b, c and 1 more');
  });

  it('tell bytes in the largest unit that fits, small numbers with a digit more', () => {
    const sizes = [0, 640, 1023, 1024, 10 * 1024, 1.5 * 1024 ** 3, 1024 ** 5, 5000 * 1024 ** 4];
    assert.deepEqual(sizes.map(bytesText), [
      '0 B',
      '640 B',
      '1023 B',
      '1.0 KB',
      '10 KB',
      '1.5 GB',
      '1024 TB',
      '5000 TB',
    ]);
  });

  it('take the highest of several risks', () => {
    assert.equal(worstRisk([]), 'none');
    assert.equal(worstRisk(['none', 'interruptsWrites']), 'interruptsWrites');
    assert.equal(worstRisk(['interruptsWrites', 'losesData', 'none']), 'losesData');
  });
});

describe('a choice of nodes', () => {
  const ports = (topology: Topology, choice?: NodeChoice): number[] =>
    chooseNodes(topology, choice).map(({ port }) => port);

  it('is all members, all masters or all replicas, without servers outside and spares, or what is named', () => {
    const topology = sceneOf({ nodes: [...modelCluster(3, 1), loneNode(9)] });
    assert.deepEqual(ports(topology), [7001, 7002, 7003, 7004, 7005, 7006, 7500]);
    assert.deepEqual(ports(topology, 'masters'), [7001, 7002, 7003]);
    assert.deepEqual(ports(topology, 'replicas'), [7004, 7005, 7006]);
    assert.deepEqual(ports(topology, [spareId]), [7500]);
    assert.throws(() => chooseNodes(topology, []), { code: 'noNodes', what: 'There are no nodes.' });
    const bare = sceneOf({ nodes: modelCluster(3) });
    assert.throws(() => chooseNodes(bare, 'replicas'), { code: 'noNodes', what: 'There are no replicas.' });
  });

  it('is all servers where there is no cluster, in the order of their addresses', () => {
    const servers = [10, 9, 2].map(number => ({ node: loneNode(number) }));
    const hosts = chooseNodes(sceneOf({ nodes: [], spares: servers })).map(({ host }) => host);
    assert.deepEqual(hosts, ['10.9.0.2', '10.9.0.9', '10.9.0.10']);
  });

  it('leaves out members without an address, and one that was forgotten', () => {
    const nodes = modelCluster(3, 1);
    const lost = changed(nodes, nodeId(6), { host: '', port: 0, flags: ['noaddr'] });
    const topology = sceneOf({ nodes: lost, silent: [nodeId(6)] });
    assert.deepEqual(ports({ ...topology, forgotten: [nodeId(5)] }), [7001, 7002, 7003, 7004]);
  });

  it('is told by its number, or by the only address', () => {
    const [one, two] = [{ address: 'a:1' }, { address: 'b:2' }] as const;
    assert.equal(choiceText('all', [one]), 'a:1');
    assert.equal(choiceText('all', [one, two]), 'all 2 nodes');
    assert.equal(choiceText('masters', [one, two]), '2 masters');
    assert.equal(choiceText(['a:1', 'b:2'], [one, two]), '2 nodes');
  });
});
