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
