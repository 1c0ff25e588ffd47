import assert from 'node:assert/strict';
import { health } from '../../../src/core/health/health';
import type { Problem } from '../../../src/core/health/types';
import { mergeLooks, type MergeOptions } from '../../../src/core/topology/mergeLooks';
import type { Look } from '../../../src/core/topology/types';
import {
  changed,
  looksAt,
  modelCluster,
  nodeId,
  refusedLook,
  type ModelNode,
  type Viewpoint,
} from '../topology/modelCluster';

const [one, two, three, four, five] = [1, 2, 3, 4, 5].map(nodeId) as [string, string, string, string, string];
const nodes = modelCluster(3, 1);

function problems(looks: readonly Look[], options: MergeOptions = {}): Problem[] {
  return [...health(mergeLooks(looks, options)).problems];
}

function problem(looks: readonly Look[], code: string, options: MergeOptions = {}): Problem {
  const all = problems(looks, options);
  return (
    all.find(found => found.code === code) ?? assert.fail(`${code} is not among ${all.map(found => found.code).join()}`)
  );
}

function has(looks: readonly Look[], code: string): boolean {
  return problems(looks).some(found => found.code === code);
}

function failed(ids: readonly string[], from: readonly ModelNode[] = nodes): Look[] {
  const seen = ids.reduce((all, id) => changed(all, id, { flags: ['fail'] }), [...from]);
  return looksAt(seen, { silent: ids });
}

describe('A problem names exactly the nodes that it is about', () => {
  it('when a master failed: it, and who can take over', () => {
    const found = problem(failed([one], modelCluster(3, 2)), 'masterFailed');
    assert.deepEqual([...found.nodeIds].sort(), [one, four, nodeId(7)].sort());
    assert.match(found.text, /until 10\.0\.0\.3:7004 and 10\.0\.0\.6:7007 takes over/);
  });

  it('when a master failed and its replicas cannot take over: a silent one, and one that is doubted', () => {
    const seen = changed(nodes, one, { flags: ['fail'] });
    const silent = problem(looksAt(seen, { silent: [one, four] }), 'masterFailedWithoutReplica');
    assert.match(silent.remedy, /^Start 10\.0\.0\.0:7001 or 10\.0\.0\.3:7004: only/);
    const doubts = { [two]: { nodes: changed(seen, four, { flags: ['fail?'] }) } };
    const doubted = problem(looksAt(seen, { silent: [one], viewpoints: doubts }), 'masterFailedWithoutReplica');
    assert.deepEqual([...doubted.nodeIds].sort(), [one, four].sort());
    const bare = failed(
      [one],
      nodes.filter(({ id }) => id !== four),
    );
    const alone = problem(bare, 'masterFailedWithoutReplica');
    assert.deepEqual(alone.nodeIds, [one]);
    assert.match(alone.remedy, /^Start 10\.0\.0\.0:7001: only/);
  });

  it('when there is no majority: who is not seen, and whether the others miss all of them', () => {
    const silent = { silent: [two, three] };
    const missedOne = problem(looksAt(changed(nodes, two, { flags: ['fail'] }), silent), 'noMajority');
    assert.deepEqual([...missedOne.nodeIds].sort(), [two, three].sort());
    assert.match(missedOne.text, /Perhaps it is the connection: 10\.0\.0\.1:7002 and 10\.0\.0\.2:7003 did not answer/);
    assert.match(problem(failed([two, three]), 'noMajority').text, /The nodes that answer miss 10\.0\.0\.1:7002 and/);
  });

  it('when nobody answers: everybody, with the first reason there is', () => {
    const silent = looksAt(nodes, { silent: nodes.map(({ id }) => id) });
    const found = problem(silent, 'noAnswer', { previous: mergeLooks(looksAt(nodes)) });
    assert.equal(found.nodeIds.length, 6);
    assert.match(found.text, /^None of the 6 nodes answers; .* \S+ refused the connection\.$/);
  });

  it('when some say that the cluster is down: those, of those that answer', () => {
    const viewpoints: Record<string, Viewpoint> = { [one]: { state: 'fail' }, [two]: { state: 'fail' } };
    const found = problem(looksAt(nodes, { viewpoints, silent: [five] }), 'clusterStateFail');
    assert.deepEqual([...found.nodeIds].sort(), [one, two].sort());
    assert.match(found.text, /^2 of 5 answering nodes \(10\.0\.0\.0:7001 and 10\.0\.0\.1:7002\) say/);
    assert.equal(has(looksAt(nodes), 'clusterStateFail'), false);
  });

  it('when no slot has an owner: nobody, and says that nothing serves yet', () => {
    const empty = nodes.map(node => ({ ...node, slots: '' }));
    assert.match(problem(looksAt(empty), 'slotsUnassigned').remedy, /they serve nothing yet/);
    const single = problem(looksAt(changed(nodes, one, { slots: '1-5461' })), 'slotsUnassigned');
    assert.match(single.text, /^Slot 0 \(1 of 16384\) is assigned to no node/);
    assert.match(single.remedy, /^Find out who served them last/);
    assert.deepEqual(single.nodeIds, []);
  });

  it('when a replica would not help: the replica, and why', () => {
    const looks = (info: Viewpoint['info']) => looksAt(nodes, { viewpoints: { [four]: { info: { ...info } } } });
    assert.deepEqual(problem(looks({ syncing: true, masterLink: 'down' }), 'replicaSyncing').nodeIds, [four]);
    assert.deepEqual(problem(looks({ masterLink: 'down' }), 'replicaLinkDown').nodeIds, [four]);
    const behind = (bytes: number) =>
      looksAt(nodes, { viewpoints: { [one]: { info: { replicationOffset: 1000 + bytes } } } });
    assert.match(
      problem(behind(1_572_864), 'replicaLagging').text,
      /^10\.0\.0\.3:7004 is 1\.5 MB behind 10\.0\.0\.0:7001/,
    );
    assert.equal(has(behind(1_048_576), 'replicaLagging'), false);
  });

  it('when a link is down: not while the master is suspected, which is told', () => {
    const suspected = { nodes: changed(nodes, one, { flags: ['fail?'] }) };
    const viewpoints = { [two]: suspected, [four]: { info: { masterLink: 'down' as const } } };
    assert.equal(has(looksAt(nodes, { viewpoints }), 'replicaLinkDown'), false);
  });

  it('when replicas guard no data: them, and whom they follow', () => {
    const base = modelCluster(3, 2);
    const emptied = changed(changed(base, one, { slots: '' }), two, { slots: '0-10922' });
    const both = problem(looksAt(emptied), 'emptyMasterWithReplicas');
    assert.deepEqual([...both.nodeIds].sort(), [one, four, nodeId(7)].sort());
    assert.match(both.text, /7004 and \S+7007 follow 10\.0\.0\.0:7001, which serves no slots: they guard no data/);
    const single = changed(changed(nodes, one, { slots: '' }), two, { slots: '0-10922' });
    assert.match(
      problem(looksAt(single), 'emptyMasterWithReplicas').text,
      /7004 follows \S+, which .*: it guards no data/,
    );
    const lost = problem(looksAt(changed(nodes, four, { masterId: nodeId(77) })), 'masterUnknown');
    assert.deepEqual(lost.nodeIds, [four]);
  });

  it('when a master is alone: it, with the replica that would come back, if there is one', () => {
    const silent = problem(failed([four]), 'masterWithoutReplica');
    assert.deepEqual(silent.nodeIds, [one]);
    assert.match(silent.remedy, /^Start 10\.0\.0\.3:7004, or resume it/);
    const bare = looksAt(nodes.filter(({ id }) => id !== four));
    assert.match(problem(bare, 'masterWithoutReplica').remedy, /^Its data is on this node alone/);
    assert.equal(has(failed([one, four]), 'masterWithoutReplica'), false, 'that it failed is told');
    const none = problem(looksAt(modelCluster(3)), 'noReplicas');
    assert.deepEqual([...none.nodeIds].sort(), [one, two, three].sort());
    assert.equal(has([refusedLook('10.9.0.4:7500')], 'noReplicas'), false);
  });
});

describe('A problem of a single node tells what holds of it', () => {
  it('that failed: how many agree, and what it was to the others', () => {
    assert.equal(
      problem(failed([four]), 'replicaFailed').text,
      '10.0.0.3:7004 failed (5 of 5 nodes agree). It was a replica; its master serves on.',
    );
    assert.match(problem(failed([one, four]), 'replicaFailed').text, /agree\)\. It was a replica\.$/);
    const empty = changed(changed(nodes, one, { slots: '' }), two, { slots: '0-10922' });
    const former = problem(failed([one], empty), 'nodeFailed');
    assert.match(
      former.text,
      /It serves no slots any more; writes it had not yet replicated when it failed are lost\.$/,
    );
    assert.deepEqual(former.nodeIds, [one]);
  });

  it('that is suspected: by how many, whether it answers here, and what to wait for', () => {
    const suspecting = { nodes: changed(nodes, three, { flags: ['fail?'] }) };
    const by = (ids: readonly string[], silent: string[]) =>
      problem(
        looksAt(nodes, { silent, viewpoints: Object.fromEntries(ids.map(id => [id, suspecting])) }),
        'nodeSuspect',
      );
    const silent = by([one], [three]);
    assert.equal(silent.text, '1 of 5 nodes suspects 10.0.0.2:7003, and it does not answer here either.');
    assert.match(
      silent.remedy,
      /^Wait: the nodes decide .* whether 10\.0\.0\.2:7003 failed\. If it is stopped, start it\.$/,
    );
    const answering = by([one, two], []);
    assert.match(answering.text, /^2 of 6 nodes suspect .* but it answers here\.$/);
    assert.match(answering.remedy, /^Wait: .* check the cluster bus port between these nodes\.$/);
    assert.deepEqual(answering.nodeIds, [three]);
  });

  it('that does not answer and is in no cluster: what brings it back, unless the reason tells', () => {
    const remedy = (message: string): string => {
      const failure = { address: '10.9.0.4:7500', code: 'connectionRefused' as const, message };
      return problem([{ failure }], 'nodeUnreachable').remedy;
    };
    assert.match(remedy(''), /^Start 10\.9\.0\.4:7500, or take it off the list with "Remove Node…"\.$/);
    assert.match(remedy('It refused.'), /^If it is not to come back, take/);
  });

  it('that loads, joins or runs another version: all of them at once', () => {
    const loading = { info: { loading: true } };
    const viewpoints = { [one]: loading, [five]: loading };
    const found = problem(looksAt(nodes, { viewpoints }), 'nodeLoading');
    assert.match(found.text, /^10\.0\.0\.0:7001 and 10\.0\.0\.4:7005 are still loading data and serve nothing yet\.$/);
    assert.deepEqual([...found.nodeIds].sort(), [one, five].sort());

    const versions = { [two]: { info: { flavour: 'valkey' as const, version: '8.1.1' } } };
    const mixed = problem(looksAt(nodes, { viewpoints: versions }), 'versionsDiffer');
    assert.match(
      mixed.text,
      /^The nodes run different versions: Redis 7\.0\.15 on .*; Valkey 8\.1\.1 on 10\.0\.0\.1:7002\.$/,
    );
    assert.deepEqual(mixed.nodeIds, [two]);

    const meeting = [81, 82].map((number): ModelNode => ({
      ...nodes[0]!,
      id: nodeId(number),
      host: `10.0.0.${number}`,
      flags: ['handshake'],
    }));
    const met = (of: readonly ModelNode[]) =>
      problem(looksAt(nodes, { viewpoints: { [one]: { nodes: [...nodes, ...of] } } }), 'nodeJoining');
    assert.match(met(meeting.slice(1)).text, /^10\.0\.0\.82:7001 is joining and not all nodes know it yet\.$/);
    assert.match(
      met(meeting).text,
      /^10\.0\.0\.81:7001 and 10\.0\.0\.82:7001 are joining and not all nodes know them yet\.$/,
    );
    assert.equal(met(meeting).nodeIds.length, 2);
  });

  it('that has forgotten keys as a spare: how many, and none where there are none', () => {
    const spare: ModelNode = { ...nodes[0]!, id: nodeId(9), host: '10.0.0.9', slots: '', epoch: 0 };
    const looks = (keys: number) => looksAt([...nodes, spare], { viewpoints: { [spare.id]: { info: { keys } } } });
    assert.match(problem(looks(1), 'keysOnSpare').text, /holds 1 key that no client can reach/);
    assert.equal(has(looks(0), 'keysOnSpare'), false);
  });
});

describe('A problem of the nodes together', () => {
  const seenByAll = (all: readonly ModelNode[]): Record<string, Viewpoint> =>
    Object.fromEntries(nodes.map(({ id }) => [id, { nodes: all }]));

  it('counts open slots by who gives and who takes, an unknown node too', () => {
    const open = (openSlots: Record<string, string>) =>
      problem(
        looksAt(nodes, {
          viewpoints: Object.fromEntries(Object.entries(openSlots).map(([id, text]) => [id, { openSlots: text }])),
        }),
        'openSlots',
      );
    const taken = open({ [two]: `[7-<-${one}]` });
    assert.equal(taken.text, '1 slot is open, moved only half: slot 7 from 10.0.0.0:7001 to 10.0.0.1:7002.');
    assert.deepEqual(taken.nodeIds, [two]);
    const several = open({ [one]: `[7->-${two}] [8->-${nodeId(77)}]`, [two]: `[7-<-${one}]` });
    assert.match(
      several.text,
      /^2 slots are open, .*: slot 7 from \S+ to 10\.0\.0\.1:7002 and slot 8 from \S+ to node 0000004d\.$/,
    );
    assert.deepEqual([...several.nodeIds].sort(), [one, two].sort());
  });

  it('names ghosts, one or several', () => {
    const ghosts = [81, 82].map((number): ModelNode => ({
      ...nodes[3]!,
      id: nodeId(number),
      host: `10.0.0.${number}`,
      flags: ['fail'],
    }));
    const listing = (of: readonly ModelNode[]) =>
      problem(looksAt(nodes, { viewpoints: { [one]: { nodes: [...nodes, ...of] } } }), 'ghostNodes');
    assert.match(listing(ghosts.slice(1)).text, /^10\.0\.0\.82:7004 is still listed by some nodes/);
    assert.match(listing(ghosts).text, /^10\.0\.0\.81:7004 and 10\.0\.0\.82:7004 are still listed/);
    assert.deepEqual([...listing(ghosts).nodeIds].sort(), ghosts.map(({ id }) => id).sort());
  });

  it('names both ids at one address, but takes nodes without an address for different ones', () => {
    const twin: ModelNode = { ...nodes[5]!, id: nodeId(66), flags: ['fail'] };
    const found = problem(looksAt(nodes, { viewpoints: seenByAll([...nodes, twin]) }), 'sameAddress');
    assert.match(found.text, /^2 nodes are listed at 10\.0\.0\.5:7006: 00000006 and 00000042\./);
    assert.deepEqual([...found.nodeIds].sort(), [nodeId(6), twin.id].sort());
    const nowhere = [81, 82].map((number): ModelNode => ({
      ...twin,
      id: nodeId(number),
      host: '',
      port: 0,
      flags: ['noaddr'],
    }));
    assert.equal(has(looksAt(nodes, { viewpoints: seenByAll([...nodes, ...nowhere]) }), 'sameAddress'), false);
  });

  it('tells three disagreements of a kind one by one', () => {
    const early = [four, five, nodeId(6)].reduce(
      (all, id) => changed(all, id, { masterId: id === four ? two : one }),
      nodes,
    );
    const told = problems(looksAt(nodes, { viewpoints: { [three]: { nodes: early } } })).filter(
      ({ code }) => code === 'roleDisputed',
    );
    assert.equal(told.length, 3);
    assert.match(told[0]!.remedy, /after a failover the news takes a while/);
  });

  it('says of a single master with slots that all hangs on it', () => {
    const only = changed(changed(changed(nodes, one, { slots: '0-16383' }), two, { slots: '' }), three, { slots: '' });
    const found = problem(looksAt(only), 'fewMasters');
    assert.match(found.text, /^The cluster has 1 master with slots: when it fails, no majority is left/);
    assert.deepEqual(found.nodeIds, [one]);
    assert.match(found.remedy, /^Three masters with slots or more can outvote a failed one: balance the slots, with/);
    const silent = looksAt(only, { silent: [three] });
    assert.match(
      problem(silent, 'fewMasters').remedy,
      /: add 1 master, and balance the slots, with a share for 10\.0\.0\.1:7002, which has none\.$/,
    );
    assert.equal(has(looksAt(nodes), 'fewMasters'), false);
  });
});
