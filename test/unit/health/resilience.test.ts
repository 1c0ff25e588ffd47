import assert from 'node:assert/strict';
import { resilience, resilienceDomains, resilienceOf } from '../../../src/core/health/resilience';
import type { Loss, LossSubject } from '../../../src/core/health/resilienceTypes';
import { mergeLooks, type MergeOptions } from '../../../src/core/topology/mergeLooks';
import type { Look } from '../../../src/core/topology/types';
import { changed, loneNode, looksAt, modelCluster, nodeId, type ModelNode } from '../topology/modelCluster';

const nodes = modelCluster(3, 1);
/** A-M + C-S, B-M + A-S, C-M + B-S. */
const threeHosts = labels(nodes, ['h1', 'h2', 'h3', 'h2', 'h3', 'h1']);

function labels(of: readonly ModelNode[], hosts: readonly string[]): Record<string, string> {
  return Object.fromEntries(of.map(({ host, port }, index) => [`${host}:${port}`, hosts[index]!]));
}

function lossesOf(looks: readonly Look[], options: MergeOptions = {}): readonly Loss[] {
  return resilience(mergeLooks(looks, options));
}

function lossOf(name: string, looks: readonly Look[], options: MergeOptions = {}): Loss {
  const found = lossesOf(looks, options).find(({ subject }) => nameOf(subject) === name);
  assert.ok(found, `${name} is judged`);
  return found;
}

function nameOf(subject: LossSubject): string {
  return subject.kind === 'node' ? subject.nodeId : subject.label;
}

describe('resilience', () => {
  it('says of one subject, or of hosts and zones alone, what it says of it among all', () => {
    const topology = mergeLooks(looksAt(nodes), { hosts: threeHosts });
    const all = resilience(topology);
    for (const loss of all) assert.deepEqual(resilienceOf(topology, loss.subject), loss);
    const domains = all.filter(({ subject }) => subject.kind !== 'node');
    const byText = (a: Loss, b: Loss) => a.text.localeCompare(b.text);
    assert.deepEqual([...resilienceDomains(topology)].sort(byText), domains.sort(byText));
    assert.equal(resilienceOf(topology, { kind: 'host', label: 'h9' }), undefined);
    assert.equal(resilienceOf(topology, { kind: 'zone', label: 'h1' }), undefined);
    assert.equal(resilienceOf(topology, { kind: 'node', nodeId: 'f'.repeat(40) }), undefined);
  });

  it('judges every node and every host, and finds a well placed cluster to survive each of them', () => {
    const losses = lossesOf(looksAt(nodes), { hosts: threeHosts });
    assert.deepEqual(losses.map(({ subject }) => nameOf(subject)).sort(), [
      ...nodes.map(({ id }) => id),
      'h1',
      'h2',
      'h3',
    ]);
    for (const { slotsDown, quorumLost, mend, text } of losses) {
      assert.ok(slotsDown.isEmpty && quorumLost === undefined && mend === undefined, text);
      assert.match(text, /^If .+ dies: .+\.$/);
    }
  });

  it('names who takes over when a master dies, and that its shard has no replica then', () => {
    const loss = lossOf(nodeId(1), looksAt(nodes), { hosts: threeHosts });
    assert.deepEqual(
      loss.fates.map(fate => fate.kind === 'takenOver' && [fate.replicaId, fate.lagBytes]),
      [[nodeId(4), 0]],
    );
    assert.equal(loss.slotsUnguarded.toString(), '0-5461');
    assert.equal(
      loss.text,
      'If 10.0.0.0:7001 dies: 10.0.0.3:7004 takes over slots 0-5461, which have no replica then.',
    );
  });

  it('takes the replica that is least behind, and tells how far that is', () => {
    const three = modelCluster(3, 2);
    const looks = looksAt(three, {
      viewpoints: {
        [nodeId(1)]: { info: { replicationOffset: 9_000_000 } },
        [nodeId(4)]: { info: { replicationOffset: 1000 } },
        [nodeId(7)]: { info: { replicationOffset: 6_000_000 } },
      },
    });
    const loss = lossOf(nodeId(1), looks);
    assert.deepEqual(
      loss.fates.map(fate => fate.kind === 'takenOver' && [fate.replicaId, fate.lagBytes]),
      [[nodeId(7), 3_000_000]],
    );
    assert.equal(loss.text, 'If 10.0.0.0:7001 dies: 10.0.0.6:7007 (2.9 MB behind) takes over slots 0-5461.');
  });

  it('passes over replicas that would not be elected', () => {
    for (const info of [{ masterLink: 'down' as const }, { syncing: true }, { loading: true }]) {
      const loss = lossOf(nodeId(1), looksAt(nodes, { viewpoints: { [nodeId(4)]: { info } } }));
      assert.deepEqual(
        loss.fates.map(({ kind }) => kind),
        ['unfit'],
      );
      assert.equal(loss.slotsDown.toString(), '0-5461');
      assert.match(loss.text, /slots 0-5461 are down \(10\.0\.0\.3:7004 (has no link|is still)/);
    }
  });

  it('tells the slots a master without a replica takes with it, and how to mend that', () => {
    const loss = lossOf(nodeId(3), looksAt(nodes.slice(0, 5)));
    assert.equal(loss.text, 'If 10.0.0.2:7003 dies: slots 10923-16383 are lost (no replica).');
    assert.deepEqual(loss.mend, { kind: 'addReplica', masterId: nodeId(3) });
    assert.equal(loss.remedy, 'Give 10.0.0.2:7003 a replica.');
  });

  it('would start a dead replica rather than add another one', () => {
    const failing = changed(nodes, nodeId(6), { flags: ['fail'] });
    const loss = lossOf(nodeId(3), looksAt(failing, { silent: [nodeId(6)] }));
    assert.equal(loss.text, 'If 10.0.0.2:7003 dies: slots 10923-16383 are lost (no other copy is alive).');
    assert.deepEqual(loss.mend, { kind: 'startNodes', nodeIds: [nodeId(6)] });
  });

  it('tells a host that takes the majority, and which replicas then wait for a hand', () => {
    const loss = lossOf('h1', looksAt(nodes), { hosts: labels(nodes, ['h1', 'h1', 'h3', 'h2', 'h3', 'h2']) });
    assert.deepEqual(loss.quorumLost, { mastersLeft: 1, masters: 3 });
    assert.deepEqual(
      loss.fates.map(({ kind }) => kind),
      ['notElected', 'notElected'],
    );
    assert.equal(loss.slotsDown.toString(), '0-10922');
    assert.deepEqual(loss.mend, { kind: 'balanceRoles' });
  });

  it('does not promise what balancing cannot give: two hosts can always lose the majority', () => {
    const loss = lossOf('h1', looksAt(nodes), { hosts: labels(nodes, ['h1', 'h1', 'h2', 'h2', 'h2', 'h1']) });
    assert.deepEqual(loss.mend, { kind: 'addMasters' });
    assert.match(loss.remedy ?? '', /^Put masters on more hosts/);
  });

  it('tells shards that are whole on one host', () => {
    const loss = lossOf('h1', looksAt(nodes), { hosts: labels(nodes, ['h1', 'h2', 'h3', 'h1', 'h3', 'h2']) });
    assert.equal(loss.text, 'If host h1 dies: slots 0-5461 are lost (no replica outside this host).');
    assert.deepEqual(loss.mend, { kind: 'balanceRoles' });
  });

  it('tells with one or two masters that each of them is needed for a majority', () => {
    const loss = lossOf(nodeId(1), looksAt(modelCluster(2, 1)));
    assert.deepEqual(loss.quorumLost, { mastersLeft: 1, masters: 2 });
    assert.deepEqual(loss.mend, { kind: 'addMasters' });
  });

  it('tells how far a replica is behind from 1 MB on', () => {
    const text = (offset: number): string =>
      lossOf(nodeId(1), looksAt(nodes, { viewpoints: { [nodeId(1)]: { info: { replicationOffset: 1000 + offset } } } }))
        .text;
    assert.match(text(1_048_576), /: 10\.0\.0\.3:7004 takes over/);
    assert.match(text(1_048_577), /: 10\.0\.0\.3:7004 \(1\.0 MB behind\) takes over/);
  });

  it('takes of two replicas of a silent master the one that has read more, and of equal ones always the same', () => {
    const heir = (offsets: readonly [number, number]): string | undefined => {
      const viewpoints = Object.fromEntries(
        [4, 7].map((number, index) => [nodeId(number), { info: { replicationOffset: offsets[index]! } }]),
      );
      const [fate] = lossOf(nodeId(1), looksAt(modelCluster(3, 2), { silent: [nodeId(1)], viewpoints })).fates;
      return fate?.kind === 'takenOver' ? fate.replicaId : undefined;
    };
    assert.deepEqual([heir([5, 6]), heir([6, 5]), heir([5, 5])], [nodeId(7), nodeId(4), nodeId(4)]);
  });

  it('says of replicas that are suspected, and of several, why none of them would be elected', () => {
    const doubted = { nodes: changed(nodes, nodeId(4), { flags: ['fail?'] }) };
    const loss = lossOf(nodeId(1), looksAt(nodes, { viewpoints: { [nodeId(2)]: doubted } }));
    assert.match(loss.text, /slots 0-5461 are down \(10\.0\.0\.3:7004 is suspected to have failed\)/);
    const viewpoints = { [nodeId(4)]: { info: { loading: true } }, [nodeId(7)]: { info: { syncing: true } } };
    assert.match(
      lossOf(nodeId(1), looksAt(modelCluster(3, 2), { viewpoints })).text,
      /\(10\.0\.0\.3:7004 is still loading its data and 10\.0\.0\.6:7007 is still copying the data\)/,
    );
  });

  it('tells several that take over, or wait for a hand, and a single slot, in words of their own', () => {
    const four = modelCluster(5, 1);
    const twoMasters = labels(four, ['h1', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7', 'h8', 'h9']);
    assert.equal(
      lossOf('h1', looksAt(four), { hosts: twoMasters }).text,
      'If host h1 dies: 10.0.0.5:7006 and 10.0.0.6:7007 take over slots 0-6553, which have no replica then.',
    );
    const majority = labels(nodes, ['h1', 'h1', 'h3', 'h2', 'h3', 'h2']);
    assert.match(
      lossOf('h1', looksAt(nodes), { hosts: majority }).text,
      /slots 0-10922 are down until 10\.0\.0\.3:7004 and 10\.0\.0\.4:7005 are promoted by hand\.$/,
    );
    assert.match(
      lossOf(nodeId(1), looksAt(modelCluster(2, 1))).text,
      /^If 10\.0\.0\.0:7001 dies: no majority is left \(1 of 2 masters\), .* until 10\.0\.0\.2:7003 is promoted by hand\.$/,
    );
    const single = changed(changed(nodes, nodeId(1), { slots: '0' }), nodeId(2), { slots: '1-10922' });
    assert.match(lossOf(nodeId(1), looksAt(single)).text, /takes over slot 0, which has no replica then\.$/);
  });

  it('would have a replica elsewhere where nothing is left to exchange', () => {
    const bare = modelCluster(3);
    const hosts = labels(bare, ['h1', 'h2', 'h3']);
    const lone = lossOf('h1', looksAt(bare), { hosts });
    assert.deepEqual(
      [lone.remedy, lone.mend],
      ['Give 10.0.0.0:7001 a replica on another host.', { kind: 'addReplica', masterId: nodeId(1) }],
    );
    const zoned = looksAt(bare, {
      viewpoints: Object.fromEntries(bare.map(({ id }, index) => [id, { info: { availabilityZone: `z${index}` } }])),
    });
    assert.equal(lossOf('z0', zoned).remedy, 'Give 10.0.0.0:7001 a replica in another zone.');
  });

  it('names with too few masters what to add, and of dead ones what to start and at what price', () => {
    assert.match(lossOf(nodeId(1), looksAt(modelCluster(2, 1))).remedy ?? '', /^Three masters or more can outvote/);
    const failing = changed(nodes, nodeId(1), { flags: ['fail'] });
    const holding = { [nodeId(4)]: { nodes: failing, info: { keys: 5, masterLink: 'down' as const } } };
    const looks = looksAt(failing, { silent: [nodeId(1)], viewpoints: holding });
    assert.match(
      lossOf(nodeId(2), looks).remedy ?? '',
      /^Start 10\.0\.0\.0:7001, or resume it if it is paused\. If 10\.0\.0\.0:7001 keeps nothing on disk/,
    );
  });

  it('puts what would cost as much in order: zones, hosts, nodes, each by name with numbers as numbers', () => {
    const many = modelCluster(4, 1).map((node, index) => ({ ...node, host: `10.0.0.${index + 8}` }));
    const viewpoints = { [nodeId(3)]: { info: { availabilityZone: 'z' } } };
    const named = lossesOf(looksAt(many, { viewpoints })).map(
      ({ subject }) => `${subject.kind} ${nameOf(subject).replace(/^0+(.).*/, '$1')}`,
    );
    assert.deepEqual(named, [
      'zone z',
      ...[8, 9, 11, 12, 13, 14, 15].map(number => `host 10.0.0.${number}`),
      ...[1, 2, 3, 4, 5, 6, 7, 8].map(number => `node ${number}`),
    ]);
  });

  it('does not lose what is lost already', () => {
    const failing = changed(changed(nodes, nodeId(1), { flags: ['fail'] }), nodeId(4), { flags: ['fail'] });
    const losses = lossesOf(looksAt(failing, { silent: [nodeId(1), nodeId(4)] }), { hosts: threeHosts });
    assert.ok(!losses.some(({ subject }) => nameOf(subject) === nodeId(1)), 'who is dead does not die');
    assert.ok(losses.every(({ slotsDown }) => !slotsDown.has(0)));
    const second = losses.find(({ subject }) => nameOf(subject) === nodeId(2));
    assert.deepEqual(second?.quorumLost, { mastersLeft: 1, masters: 3 });
    assert.deepEqual(second.mend, { kind: 'startNodes', nodeIds: [nodeId(1)] });
  });

  it('counts the replica that is to take over from a dead master as all that is left of its shard', () => {
    const failing = changed(nodes, nodeId(1), { flags: ['fail'] });
    const loss = lossOf(nodeId(4), looksAt(failing, { silent: [nodeId(1)] }));
    assert.equal(loss.slotsDown.toString(), '0-5461');
  });

  it('has nothing to lose with a spare or an only replica but what they are for', () => {
    const looks = looksAt([...nodes, loneNode(9)], { viewpoints: {} });
    assert.equal(
      lossOf(nodeId(5), looks).text,
      'If 10.0.0.4:7005 dies: all slots are served on; slots 5462-10922 have no replica then.',
    );
    const inside: ModelNode[] = [...nodes, loneNode(9)];
    const viewpoints = Object.fromEntries(inside.map(({ id }) => [id, { nodes: inside }]));
    assert.equal(lossOf(nodeId(9), looksAt(inside, { viewpoints })).text, 'If 10.9.0.9:7500 dies: nothing is lost.');
  });

  it('judges zones beside the hosts in them, once each', () => {
    const zones = ['a', 'b', 'c', 'b', 'c', 'a'];
    const viewpoints = Object.fromEntries(
      nodes.map(({ id }, index) => [id, { info: { availabilityZone: zones[index]! } }]),
    );
    const kinds = (options: MergeOptions): string[] =>
      lossesOf(looksAt(nodes, { viewpoints }), options).flatMap(({ subject }) =>
        subject.kind === 'node' ? [] : [`${subject.kind} ${subject.label}`],
      );
    assert.deepEqual(
      kinds({}).filter(name => name.startsWith('zone')),
      ['zone a', 'zone b', 'zone c'],
    );
    assert.equal(kinds({}).filter(name => name.startsWith('host')).length, 6, 'each address of its own');
    assert.deepEqual(
      kinds({ hosts: labels(nodes, ['h1', 'h2', 'h3', 'h2', 'h3', 'h1']) }).sort(),
      ['host h1', 'host h2', 'host h3'],
      'zones with the same nodes as hosts say nothing new',
    );
  });

  it('is sorted worst first: majority, slots down, slots without a replica', () => {
    const losses = lossesOf(looksAt(nodes), { hosts: labels(nodes, ['h1', 'h1', 'h3', 'h2', 'h3', 'h2']) });
    assert.equal(nameOf(losses[0]!.subject), 'h1');
    const ranks = losses.map(({ quorumLost, slotsDown, slotsUnguarded }) => [
      quorumLost ? 0 : 1,
      -slotsDown.count,
      -slotsUnguarded.count,
    ]);
    const sorted = [...ranks].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!);
    assert.deepEqual(ranks, sorted);
  });

  it('says nothing without a cluster or when nobody answers', () => {
    assert.deepEqual(lossesOf(looksAt([loneNode(1)])), []);
    const previous = mergeLooks(looksAt(nodes));
    assert.deepEqual(lossesOf(looksAt(nodes, { silent: nodes.map(({ id }) => id) }), { previous }), []);
  });

  it('judges a cluster of 1000 nodes on 40 hosts', () => {
    const many = modelCluster(200, 4);
    const hosts = labels(
      many,
      many.map((_, index) => `h${index % 40}`),
    );
    const silent = many.slice(3).map(({ id }) => id);
    const losses = lossesOf(looksAt(many, { silent }), { hosts });
    assert.equal(losses.length, 1000 + 40);
    // 200 masters in turn on 40 hosts, and the replicas of each on the host of their master.
    assert.equal(losses.filter(({ subject, slotsDown }) => subject.kind === 'host' && !slotsDown.isEmpty).length, 40);
  });
});
