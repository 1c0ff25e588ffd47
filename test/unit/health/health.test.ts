import assert from 'node:assert/strict';
import { health } from '../../../src/core/health/health';
import { mergeLooks, type MergeOptions } from '../../../src/core/topology/mergeLooks';
import type { Problem } from '../../../src/core/health/types';
import type { Look, ServerInfo } from '../../../src/core/topology/types';
import {
  changed,
  loneNode,
  looksAt,
  modelCluster,
  nodeId,
  refusedLook,
  viewOf,
  type ModelNode,
  type Viewpoint,
} from '../topology/modelCluster';
import { recordedLooks } from '../topology/recording';

const ALL = [21001, 21002, 21003, 21004, 21005, 21006];
const nodes = modelCluster(3, 1);

function judge(looks: readonly Look[], options: MergeOptions = {}): ReturnType<typeof health> {
  return health(mergeLooks(looks, options));
}

function codes(problems: readonly Problem[]): string[] {
  return problems.map(problem => problem.code);
}

function problem(looks: readonly Look[], code: string, options: MergeOptions = {}): Problem {
  const { problems } = judge(looks, options);
  const found = problems.find(candidate => candidate.code === code);
  assert.ok(found, `${code} is among ${codes(problems).join(', ')}`);
  return found;
}

/** The whole cluster, with every view changed the same way. */
function allSee(seen: readonly ModelNode[], others: Viewpoint = {}): Record<string, Viewpoint> {
  return Object.fromEntries(seen.map(node => [node.id, { ...others, nodes: seen }]));
}

function withInfo(id: string, info: Partial<ServerInfo>): Look[] {
  return looksAt(nodes, { viewpoints: { [id]: { info } } });
}

describe('health', () => {
  it('has nothing to say of a healthy cluster on several hosts', () => {
    assert.deepEqual(judge(looksAt(nodes)), { status: 'ok', problems: [] });
  });

  it('has nothing to say of servers that are in no cluster yet, but that one does not answer', () => {
    const lone = loneNode(1);
    const withKeys = { view: viewOf([lone], lone.id, { info: { keys: 7, version: '6.2.0' } }) };
    const looks = [withKeys, ...looksAt([loneNode(2)]), ...looksAt([loneNode(3)])];
    assert.deepEqual(judge(looks), { status: 'ok', problems: [] });
    const { status, problems } = judge([...looks, refusedLook('10.9.0.4:7500')]);
    assert.deepEqual([status, codes(problems)], ['degraded', ['nodeUnreachable']]);
    assert.match(problems[0]!.text, /^10\.9\.0\.4:7500 did not answer\. 10\.9\.0\.4:7500 refused the connection\.$/);
    // The reason ends with what brings the node back.
    assert.match(problems[0]!.remedy, /^If it is not to come back, take \S+ off the list with "Remove Node…"\.$/);
  });

  it('takes the time of the look for the beginning of every problem', () => {
    const { problems } = judge(recordedLooks('master-failed', ALL.slice(1), [21001]), { nowMilliseconds: 4711 });
    assert.ok(problems.length > 0 && problems.every(({ sinceMilliseconds }) => sinceMilliseconds === 4711));
  });

  it('tells every problem in sentences, with nodes where there are any, and what to do', () => {
    for (const scenario of ['no-majority', 'master-failed', 'failed-over', 'reset-hard']) {
      const answered =
        scenario === 'no-majority' ? [21001, 21004, 21005, 21006] : scenario === 'reset-hard' ? ALL : ALL.slice(1);
      for (const { text, remedy } of judge(recordedLooks(scenario, answered)).problems) {
        assert.match(text, /^\S.*\.$/);
        assert.match(remedy, /^[A-Z0-9].*\.$/);
        assert.ok(!/undefined|NaN|\[object/.test(text + remedy), text + remedy);
      }
    }
  });

  describe('on what does not work', () => {
    it('tells a failed master whose replica can take over', () => {
      const { status, problems } = judge(recordedLooks('master-failed', ALL.slice(1), [21001]));
      assert.equal(status, 'failing');
      assert.deepEqual(codes(problems).slice(0, 2), ['masterFailed', 'clusterStateFail']);
      assert.equal(
        problems[0]!.text,
        '127.0.0.1:21001 failed: slots 0-5460 are not served until 127.0.0.1:21005 takes over.',
      );
      assert.equal(problems[0]!.nodeIds.length, 2);
      assert.ok(!codes(problems).includes('slotsUnassigned'), 'its slots are not free');
    });

    it('tells a failed master without a replica, and that its slots are still its own', () => {
      const failing = changed(changed(nodes, nodeId(1), { flags: ['fail'] }), nodeId(4), { flags: ['fail'] });
      const found = problem(looksAt(failing, { silent: [nodeId(1), nodeId(4)] }), 'masterFailedWithoutReplica');
      assert.equal(found.severity, 'error');
      assert.match(found.text, /slots 0-5461 are not served\. They are still assigned to it/);
      assert.match(found.remedy, /^Start 10\.0\.0\.0:7001/);
    });

    it('tells slots that no node owns, apart from those of a node that is down', () => {
      const holes = changed(nodes, nodeId(1), { slots: '0-99 200-5461' });
      const { status, problems } = judge(looksAt(holes, { viewpoints: allSee(holes, { state: 'fail' }) }));
      assert.equal(status, 'failing');
      assert.deepEqual(codes(problems), ['slotsUnassigned', 'clusterStateFail']);
      assert.match(problems[0]!.text, /^Slots 100-199 \(100 of 16384\) are assigned to no node/);
      const hole = changed(nodes, nodeId(1), { slots: '0-99 101-5461' });
      const [first] = judge(looksAt(hole, { viewpoints: allSee(hole, { state: 'fail' }) })).problems;
      assert.match(first!.text, /^Slot 100 \(1 of 16384\) is assigned to no node/);
    });

    it('does not call slots unassigned whose owner only does not answer', () => {
      const { status, problems } = judge(looksAt(nodes, { silent: [nodeId(1)] }));
      assert.deepEqual([status, codes(problems)], ['degraded', ['nodeUnreachable']]);
      assert.match(problems[0]!.text, /The cluster does not miss it: perhaps it is only the connection from here\.$/);
    });

    it('tells slots of a node that no one can find any more', () => {
      const lost = changed(nodes, nodeId(1), { host: '', port: 0, flags: ['noaddr'] });
      const looks = looksAt(lost.slice(1), { viewpoints: allSee(lost) });
      const found = problem(looks, 'slotsOfLostNode');
      assert.equal(found.severity, 'error');
      assert.match(
        found.text,
        /^Slots 0-5461 are assigned to node 00000001 \(address unknown\), which no node can find/,
      );
    });

    it('says that perhaps it is the connection when it sees no majority that the others do not miss', () => {
      const { status, problems } = judge(looksAt(nodes, { silent: [nodeId(1), nodeId(2)] }));
      assert.deepEqual([status, problems[0]!.code], ['failing', 'noMajority']);
      assert.match(
        problems[0]!.text,
        /^Only 1 of 3 masters with slots can be seen from here, a majority is 2\. Perhaps it is the connection/,
      );
    });

    it('does not blame the connection when the other nodes miss them too', () => {
      const { problems } = judge(recordedLooks('no-majority', [21001, 21004, 21005, 21006], [21002, 21003]));
      assert.deepEqual(codes(problems).slice(0, 2), ['noMajority', 'clusterStateFail']);
      assert.match(problems[0]!.text, /The nodes that answer miss 127\.0\.0\.1:21002 and 127\.0\.0\.1:21003 too/);
    });

    it('says one thing when nobody answers', () => {
      const previous = mergeLooks(looksAt(nodes));
      const { status, problems } = judge(looksAt(nodes, { silent: nodes.map(node => node.id) }), { previous });
      assert.deepEqual([status, codes(problems)], ['failing', ['noAnswer']]);
      assert.match(problems[0]!.text, /^None of the 6 nodes answers/);
    });
  });

  describe('on single nodes', () => {
    it('counts who suspects a node', () => {
      const suspecting = { nodes: changed(nodes, nodeId(3), { flags: ['fail?'] }) };
      const looks = looksAt(nodes, { viewpoints: { [nodeId(1)]: suspecting, [nodeId(5)]: suspecting } });
      const { status, problems } = judge(looks);
      assert.deepEqual([status, codes(problems)], ['degraded', ['nodeSuspect']]);
      assert.equal(problems[0]!.text, '2 of 6 nodes suspect 10.0.0.2:7003, but it answers here.');
    });

    it('tells a failed replica and the master it leaves alone', () => {
      const failing = changed(nodes, nodeId(6), { flags: ['fail'] });
      const { problems } = judge(looksAt(failing, { silent: [nodeId(6)] }));
      assert.deepEqual(codes(problems), ['replicaFailed', 'masterWithoutReplica']);
      assert.equal(
        problems[1]!.remedy,
        'Start 10.0.0.5:7006, or resume it if it is paused: it becomes its replica again.',
      );
    });

    it('tells a failed master that was replaced, as a loss of redundancy and not of slots', () => {
      const healthy = mergeLooks(recordedLooks('healthy', ALL));
      const { status, problems } = judge(recordedLooks('failed-over', ALL.slice(1), [21001]), {
        previous: healthy,
        hosts: Object.fromEntries(ALL.map(port => [`127.0.0.1:${port}`, `host-${port}`])),
      });
      assert.equal(status, 'degraded');
      assert.deepEqual(codes(problems), ['nodeFailed', 'masterWithoutReplica']);
      assert.equal(
        problems[1]!.remedy,
        'Start 127.0.0.1:21001, or resume it if it is paused: it becomes its replica again.',
      );
    });

    const single: [string, Look[], string, RegExp][] = [
      [
        'a replica whose link is down',
        withInfo(nodeId(4), { masterLink: 'down' }),
        'replicaLinkDown',
        /link of 10\.0\.0\.3:7004 to 10\.0\.0\.0:7001 is down/,
      ],
      [
        'a replica that synchronises',
        withInfo(nodeId(4), { masterLink: 'down', syncing: true }),
        'replicaSyncing',
        /is copying all data of 10\.0\.0\.0:7001/,
      ],
      [
        'a replica far behind',
        withInfo(nodeId(1), { replicationOffset: 5_243_880 }),
        'replicaLagging',
        /^10\.0\.0\.3:7004 is 5\.0 MB behind 10\.0\.0\.0:7001/,
      ],
      [
        'a node that is loading',
        withInfo(nodeId(2), { loading: true }),
        'nodeLoading',
        /^10\.0\.0\.1:7002 is still loading/,
      ],
      [
        'different versions',
        withInfo(nodeId(2), { version: '7.2.4' }),
        'versionsDiffer',
        /Redis 7\.0\.15 on .* and 2 more; Redis 7\.2\.4 on 10\.0\.0\.1:7002\.$/,
      ],
      [
        'keys on a spare',
        looksAt([...nodes, loneNode(9)], { viewpoints: { [nodeId(9)]: { info: { keys: 4 } } } }),
        'keysOnSpare',
        /holds 4 keys/,
      ],
      [
        'a node that joins',
        looksAt(nodes, {
          viewpoints: { [nodeId(1)]: { nodes: [...nodes, { ...loneNode(9), flags: ['handshake'] }] } },
        }),
        'nodeJoining',
        /^10\.9\.0\.9:7500 is joining/,
      ],
    ];
    for (const [name, looks, code, text] of single)
      it(`tells ${name} as one warning`, () => {
        const { status, problems } = judge(looks);
        assert.deepEqual([status, codes(problems)], ['degraded', [code]]);
        assert.match(problems[0]!.text, text);
      });

    it('says nothing of a lag that the backlog covers, nor of a link whose master is known to have failed', () => {
      assert.equal(judge(withInfo(nodeId(1), { replicationOffset: 500_000 })).status, 'ok');
      const problems = judge(recordedLooks('master-failed', ALL.slice(1), [21001])).problems;
      assert.ok(!codes(problems).includes('replicaLinkDown'));
    });
  });

  describe('on redundancy and placement', () => {
    it('tells a cluster without replicas once', () => {
      const { problems } = judge(looksAt(modelCluster(5)));
      assert.deepEqual(codes(problems), ['noReplicas']);
      assert.equal(problems[0]!.nodeIds.length, 5);
    });

    it('tells each master without a replica when others have one', () => {
      const { problems } = judge(looksAt(nodes.slice(0, 5)));
      assert.deepEqual(codes(problems), ['masterWithoutReplica']);
      assert.match(
        problems[0]!.text,
        /^10\.0\.0\.2:7003 has no working replica: if it fails, slots 10923-16383 are down\.$/,
      );
    });

    it('tells replicas that follow a master without slots, or one that is gone', () => {
      const empty: ModelNode[] = [...nodes, loneNode(10), { ...loneNode(11), role: 'slave', masterId: nodeId(10) }];
      assert.match(
        problem(looksAt(empty), 'emptyMasterWithReplicas').text,
        /^10\.9\.0\.11:7500 follows 10\.9\.0\.10:7500, which serves no slots/,
      );
      const orphan: ModelNode[] = [...nodes, { ...loneNode(11), role: 'slave', masterId: nodeId(10) }];
      assert.match(
        problem(looksAt(orphan), 'masterUnknown').text,
        /^10\.9\.0\.11:7500 follows a master that no node lists/,
      );
    });

    it('tells fewer than three masters', () => {
      assert.match(problem(looksAt(modelCluster(2, 1)), 'fewMasters').text, /^The cluster has 2 masters with slots/);
    });

    it('tells of masters without slots that could take part, and how many are missing', () => {
      const all = changed(changed(modelCluster(3), nodeId(1), { slots: '0-16383' }), nodeId(2), { slots: '' });
      const idle = changed(all, nodeId(3), { slots: '' });
      assert.match(
        problem(looksAt(idle), 'fewMasters').remedy,
        /balance the slots, with a share for .*7002 and .*7003, which have none/,
      );
      assert.match(
        problem(looksAt(idle.slice(0, 2)), 'fewMasters').remedy,
        /add 1 master, and balance .*7002, which has none/,
      );
      assert.match(problem(looksAt(modelCluster(2, 1)), 'fewMasters').remedy, /add 1 master and balance/);
    });

    it('counts the masters of the main cluster only', () => {
      const looks = [...looksAt(modelCluster(2, 1)), ...looksAt([loneNode(50, '0-16383')])];
      assert.match(problem(looks, 'fewMasters').text, /^The cluster has 2 masters with slots/);
    });

    it('tells shards whose nodes are all on one host in one problem, with what would be lost', () => {
      const hosts = Object.fromEntries(nodes.map((node, index) => [`${node.host}:${node.port}`, `rack-${index % 3}`]));
      const { problems } = judge(looksAt(nodes), { hosts });
      assert.deepEqual(codes(problems), ['shardOnOneHost']);
      assert.equal(
        problems[0]!.text,
        '3 shards have no working replica outside the host of their master: if host rack-0 dies, slots 0-5461 are lost, if host rack-1 dies, slots 5462-10922 are lost and if host rack-2 dies, slots 10923-16383 are lost.',
      );
      assert.equal(problems[0]!.nodeIds.length, 3);
      assert.deepEqual(problems[0]!.mend, { kind: 'balanceRoles' });
    });

    it('tells one shard on one host with its slots, and the action that mends it', () => {
      const hosts = { '10.0.0.0:7001': 'rack-0', '10.0.0.3:7004': 'rack-0' };
      const { problems } = judge(looksAt(nodes), { hosts });
      assert.deepEqual(codes(problems), ['shardOnOneHost']);
      assert.equal(
        problems[0]!.text,
        'If host rack-0 dies: slots 0-5461 are lost, because 10.0.0.0:7001 has no working replica on another host.',
      );
      assert.match(problems[0]!.remedy, /^Balance the roles: let a replica of another host follow 10\.0\.0\.0:7001\.$/);
    });

    it('tells a replica beside its master mildly when another one lives elsewhere', () => {
      const hosts = { '10.0.0.0:7001': 'rack-0', '10.0.0.3:7004': 'rack-0' };
      const { problems } = judge(looksAt(modelCluster(3, 2)), { hosts });
      assert.deepEqual(codes(problems), ['replicaOnMastersHost']);
      assert.equal(
        problems[0]!.text,
        '1 replica is on the host of its own master: 10.0.0.3:7004 with 10.0.0.0:7001 on rack-0. If that host dies, it goes with it.',
      );
    });

    it('names every replica beside its master, and what mends that', () => {
      const hosts = {
        ...{ '10.0.0.0:7001': 'rack-0', '10.0.0.3:7004': 'rack-0' },
        ...{ '10.0.0.1:7002': 'rack-1', '10.0.0.4:7005': 'rack-1' },
      };
      const found = problem(looksAt(modelCluster(3, 2)), 'replicaOnMastersHost', { hosts });
      assert.equal(
        found.text,
        '2 replicas are on the host of their own master: 10.0.0.3:7004 with 10.0.0.0:7001 on rack-0 and 10.0.0.4:7005 with 10.0.0.1:7002 on rack-1. If that host dies, they go with it.',
      );
      assert.deepEqual([found.nodeIds, found.mend], [[nodeId(4), nodeId(5)], { kind: 'balanceRoles' }]);
    });

    it('tells of shards on one host the smallest place that takes them, and nothing of replicas that are dead', () => {
      const zones = (zone: string) => ({ info: { availabilityZone: zone } });
      const viewpoints = Object.fromEntries(nodes.map(({ id }, index) => [id, zones(index % 3 === 0 ? 'a' : 'b')]));
      const hosts = { '10.0.0.0:7001': 'rack-0', '10.0.0.3:7004': 'rack-0', '10.0.0.1:7002': 'rack-1' };
      const found = problem(looksAt(nodes, { viewpoints }), 'shardOnOneHost', { hosts });
      assert.match(
        found.text,
        /if host rack-0 dies, slots 0-5461 are lost and if zone b dies, slots 5462-16383 are lost\.$/,
      );
      assert.deepEqual(found.nodeIds, [4, 5, 6].map(nodeId));
      const dead = changed(nodes, nodeId(4), { flags: ['fail'] });
      const looks = looksAt(dead, { silent: [nodeId(4)] });
      const together = { '10.0.0.0:7001': 'rack-0', '10.0.0.3:7004': 'rack-0' };
      assert.deepEqual(codes(judge(looks, { hosts: together }).problems), ['replicaFailed', 'masterWithoutReplica']);
    });

    it('does not tell a master without a replica once more for its host', () => {
      const hosts = Object.fromEntries(nodes.map((node, index) => [`${node.host}:${node.port}`, `rack-${index % 3}`]));
      const spread = { ...hosts, '10.0.0.3:7004': 'rack-1', '10.0.0.4:7005': 'rack-2' };
      assert.deepEqual(codes(judge(looksAt(nodes.slice(0, 5)), { hosts: spread }).problems), ['masterWithoutReplica']);
    });

    it('tells a host that holds the majority of the masters', () => {
      const hosts = { '10.0.0.0:7001': 'rack-0', '10.0.0.1:7002': 'rack-0' };
      const { problems } = judge(looksAt(nodes), { hosts });
      assert.deepEqual(codes(problems), ['hostHoldsMajority']);
      assert.equal(
        problems[0]!.text,
        'If host rack-0 dies: no majority is left (1 of 3 masters), so no replica takes over by itself; slots 0-10922 are down until 10.0.0.3:7004 and 10.0.0.4:7005 are promoted by hand.',
      );
      assert.deepEqual(problems[0]!.nodeIds, [nodeId(1), nodeId(2)]);
      assert.deepEqual(problems[0]!.mend, { kind: 'balanceRoles' });
    });

    it('tells a zone that holds the majority as a zone, and what it shares with its one host only once', () => {
      const zoned = (zones: readonly string[]): Look[] =>
        looksAt(nodes, {
          viewpoints: Object.fromEntries(
            nodes.map(({ id }, index) => [id, { info: { availabilityZone: zones[index]! } }]),
          ),
        });
      const { problems } = judge(zoned(['eu-1a', 'eu-1a', 'eu-1b', 'eu-1b', 'eu-1c', 'eu-1c']));
      assert.deepEqual(codes(problems), ['hostHoldsMajority']);
      assert.match(problems[0]!.text, /^If zone eu-1a dies: no majority is left/);
      const both = judge(zoned(['eu-1a', 'eu-1b', 'eu-1c', 'eu-1a', 'eu-1c', 'eu-1b'])).problems;
      assert.deepEqual(codes(both), ['shardOnOneHost']);
      assert.match(both[0]!.text, /^If zone eu-1a dies: slots 0-5461 are lost, .* in another zone\.$/);
    });

    it('tells the last majority while a dead master has nobody to take over', () => {
      const failing = changed(changed(nodes, nodeId(1), { flags: ['fail'] }), nodeId(4), { flags: ['fail'] });
      const found = problem(looksAt(failing, { silent: [nodeId(1), nodeId(4)] }), 'lastMajority');
      assert.match(
        found.text,
        /^If one more master dies \(10\.0\.0\.1:7002 and 10\.0\.0\.2:7003\): no majority is left/,
      );
      assert.deepEqual(found.nodeIds, [2, 3].map(nodeId));
      assert.equal(found.remedy, 'Leave these alone until 10.0.0.0:7001 is back or replaced.');
      const bare = modelCluster(5);
      const two = changed(changed(bare, nodeId(1), { flags: ['fail'] }), nodeId(2), { flags: ['fail'] });
      assert.match(
        problem(looksAt(two, { silent: [nodeId(1), nodeId(2)] }), 'lastMajority').remedy,
        /until 10\.0\.0\.0:7001 and 10\.0\.0\.1:7002 are back/,
      );
      const one = changed(bare, nodeId(1), { flags: ['fail'] });
      assert.ok(!codes(judge(looksAt(one, { silent: [nodeId(1)] })).problems).includes('lastMajority'));
      const electing = changed(nodes, nodeId(1), { flags: ['fail'] });
      assert.ok(!codes(judge(looksAt(electing, { silent: [nodeId(1)] })).problems).includes('lastMajority'));
    });

    it('tells half of the masters on one host, because the other half is no majority either', () => {
      const four = modelCluster(4, 1);
      const hosts = { '10.0.0.0:7001': 'rack-0', '10.0.0.1:7002': 'rack-0' };
      assert.deepEqual(codes(judge(looksAt(four), { hosts }).problems), ['hostHoldsMajority']);
    });

    it('says one mild thing when all nodes are on one host', () => {
      const { status, problems } = judge(recordedLooks('healthy', ALL));
      assert.deepEqual([status, codes(problems)], ['degraded', ['singleHost']]);
      assert.match(problems[0]!.text, /^All 6 nodes are on one host, 127\.0\.0\.1: they fail together\.$/);
      const hosts = Object.fromEntries(ALL.map(port => [`127.0.0.1:${port}`, `host-${port % 3}`]));
      assert.equal(judge(recordedLooks('healthy', ALL), { hosts }).status, 'ok', 'with labels it is several hosts');
    });
  });

  describe('on what the nodes disagree about', () => {
    it('tells an epoch collision', () => {
      const looks = looksAt(changed(nodes, nodeId(3), { epoch: 2 }));
      assert.match(
        problem(looks, 'epochCollision').text,
        /^10\.0\.0\.1:7002 and 10\.0\.0\.2:7003 have the same config epoch 2/,
      );
    });

    it('tells disagreements one by one, and many of a kind as one', () => {
      // All but the first have met them.
      const viewpoints = (members: number[]): Record<string, Viewpoint> =>
        Object.fromEntries(
          nodes.slice(1).map(({ id }) => [id, { nodes: [...nodes, ...members.map(number => loneNode(number))] }]),
        );
      const looks = (members: number[]): Look[] => [
        ...looksAt(nodes, { viewpoints: viewpoints(members) }),
        ...members.map(number => ({
          view: viewOf([], nodeId(number), { nodes: [...nodes, ...members.map(member => loneNode(member))] }),
        })),
      ];
      const membership = (members: number[]): Problem[] =>
        judge(looks(members)).problems.filter(({ code }) => code === 'membershipDisputed');
      assert.equal(membership([20, 21]).length, 2);
      const many = membership([20, 21, 22, 23]);
      assert.equal(many.length, 1);
      assert.match(many[0]!.text, /differ in 4 things of this kind, about 4 nodes\. For example: /);
    });

    it('tells open slots once for both ends, with direction', () => {
      const looks = looksAt(nodes, {
        viewpoints: {
          [nodeId(1)]: { openSlots: [100, 101, 102].map(slot => `[${slot}->-${nodeId(2)}]`).join(' ') },
          [nodeId(2)]: { openSlots: [100, 101].map(slot => `[${slot}-<-${nodeId(1)}]`).join(' ') },
          [nodeId(4)]: { openSlots: `[100->-${nodeId(2)}]` },
        },
      });
      const { problems } = judge(looks);
      assert.deepEqual(codes(problems), ['openSlots']);
      assert.equal(
        problems[0]!.text,
        '3 slots are open, moved only half: slots 100-102 from 10.0.0.0:7001 to 10.0.0.1:7002.',
      );
    });

    it('tells a ghost once', () => {
      const { problems } = judge(recordedLooks('reset-hard', ALL), {
        hosts: Object.fromEntries(ALL.map(port => [`127.0.0.1:${port}`, `host-${port}`])),
      });
      assert.deepEqual(codes(problems), ['masterWithoutReplica', 'ghostNodes']);
      const withGhost = { nodes: [...nodes, loneNode(66)] };
      const minority = judge([
        ...looksAt(nodes, { viewpoints: { [nodeId(1)]: withGhost } }),
        refusedLook('10.9.0.66:7500'),
      ]);
      assert.deepEqual(codes(minority.problems), ['nodeUnreachable', 'ghostNodes']);
    });

    it('tells two ids at one address', () => {
      const twice = [...nodes, { ...loneNode(66), host: '10.0.0.5', port: 7006, flags: ['fail'] }];
      const looks = looksAt(nodes, { viewpoints: allSee(twice) }).slice(0, 6);
      assert.match(problem(looks, 'sameAddress').text, /^2 nodes are listed at 10\.0\.0\.5:7006/);
    });
  });

  it('puts every error before every warning', () => {
    const failing = changed(changed(nodes, nodeId(1), { flags: ['fail'] }), nodeId(2), { slots: '5462-9999' });
    const { problems } = judge(
      looksAt(failing, { silent: [nodeId(1)], viewpoints: { [nodeId(2)]: { nodes: failing, state: 'fail' } } }),
    );
    const severities = problems.map(({ severity }) => severity);
    assert.deepEqual(severities, [...severities].sort());
    assert.deepEqual(codes(problems).slice(0, 3), ['masterFailed', 'slotsUnassigned', 'clusterStateFail']);
  });
});
