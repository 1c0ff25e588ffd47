import assert from 'node:assert/strict';
import { planAddNode } from '../../../../src/core/plan/planAddNode';
import { planRemoveNode } from '../../../../src/core/plan/planRemoveNode';
import type { Plan } from '../../../../src/core/plan/types';
import { changed, loneNode, modelCluster, nodeId, type Viewpoint } from '../../topology/modelCluster';
import { after, assertRefused, sceneOf, spareId, withFailed, type Scene } from '../memberTopologies';

const [master, second, replica] = [1, 2, 4].map(nodeId) as [string, string, string];

describe('A node that shall stand by', () => {
  /** It lists the cluster, which has forgotten it. */
  const returned = (info: Viewpoint['info'] = {}, slots = ''): Plan => {
    const node = { ...loneNode(21), epoch: 2, slots };
    const viewpoint = { nodes: [...modelCluster(3, 1), node], info: { ...info } };
    return planAddNode(sceneOf({ spares: [{ node, viewpoint }] }), { node: spareId, as: 'spare' });
  };
  const reset = ({ steps }: Plan) => steps.find(({ kind }) => kind === 'resetNode') ?? assert.fail('no reset');

  it('loses nothing where it holds nothing', () => {
    const plan = returned();
    assert.deepEqual([plan.risk, plan.warnings], ['none', []]);
    assert.match(reset(plan).text, /\(CLUSTER RESET HARD\): it forgets its old cluster, and stands by/);
    assert.equal(after(plan, spareId)?.role, 'spare');
    const check = plan.steps[0]!;
    assert.ok(check.kind === 'checkMembers');
    assert.deepEqual(
      check.leavers.map(({ id }) => id),
      [spareId],
    );
  });

  it('loses the keys that it holds alone, and says how many', () => {
    const plan = returned({ keys: 3 });
    assert.equal(plan.risk, 'losesData');
    assert.match(
      plan.warnings.map(({ text }) => text).join(),
      /holds 3 keys from before the cluster forgot it\. They are deleted/,
    );
    assert.match(reset(plan).text, /\(FLUSHALL and CLUSTER RESET HARD\)/);
    assert.match(reset(returned({ keys: 3 }, '100')).text, /its old cluster and its slots,/);
  });

  it('loses only a copy where it still follows a master, and more where its link is down', () => {
    const copying = { role: 'replica', masterLink: 'up', syncing: false } as const;
    const one = returned({ ...copying, keys: 1 });
    assert.equal(one.risk, 'none');
    assert.match(one.warnings[0]!.text, /its 1 key is there too, and only the copy goes/);
    assert.doesNotMatch(reset(one).text, /FLUSHALL/);
    assert.match(returned({ ...copying, keys: 2 }).warnings[0]!.text, /its 2 keys are there too/);
    assert.equal(returned({ ...copying, masterLink: 'down', keys: 1 }).risk, 'losesData');
  });

  it('is emptied by itself where it is alone with something', () => {
    const node = loneNode(21, '5');
    const plan = planAddNode(sceneOf({ spares: [{ node }] }), { node: spareId, as: 'spare' });
    assert.deepEqual(
      plan.steps.map(({ kind }) => kind),
      ['resetNode'],
    );
    assert.deepEqual(
      [plan.before, plan.after].map(({ nodes }) => nodes.map(({ id, slots }) => [id, slots])),
      [[[spareId, '5']], [[spareId, '']]],
    );
    assert.equal(after(plan, spareId)?.role, 'spare');
    assert.deepEqual(plan.warnings, []);
  });

  it('is refused while it is silent, or in a cluster that is seen', () => {
    const silent = sceneOf({ spares: [{ node: loneNode(21), silent: true }] });
    assertRefused(
      () => planAddNode(silent, { node: '10.9.0.21:7500', as: 'spare' }),
      'spareUnreachable',
      /does not answer\. 10\.9\.0\.21:7500 refused the connection\./,
    );
    assertRefused(
      () => planAddNode(sceneOf(), { node: second, as: 'spare' }),
      'spareInUse',
      /other nodes of its cluster/,
    );
  });
});

describe('planRemoveNode says', () => {
  const removed = (node: string, scene: Scene = {}): Plan => planRemoveNode(sceneOf(scene), { node });
  const empty = { nodes: [...modelCluster(3, 1), { ...loneNode(30), epoch: 7 }], spares: [] };

  it('what it is that goes', () => {
    assert.equal(removed(replica).title, 'Remove the replica 10.0.0.3:7004');
    assert.equal(removed(nodeId(30), empty).title, 'Remove the empty master 10.9.0.30:7500');
    assert.equal(removed(replica, withFailed(replica)).title, 'Remove the failed replica 10.0.0.3:7004');
  });

  it('whose shard is touched, and how long the nodes are waited for', () => {
    const plan = planRemoveNode(sceneOf(), { node: replica, forgetWaitMilliseconds: 1234 });
    const [check] = plan.steps;
    assert.ok(check?.kind === 'checkMembers');
    assert.deepEqual(
      check.touched.map(({ id }) => id),
      [master],
    );
    const wait = plan.steps.at(-1);
    assert.equal(wait?.kind === 'awaitForgotten' && wait.waitMilliseconds, 1234);
    assert.equal(after(plan, replica)?.role, 'spare');
    assert.equal(after(removed(replica, withFailed(replica)), replica), undefined);
    const open = { [second]: { openSlots: `[9-<-${master}]` } };
    assertRefused(() => removed(replica, { viewpoints: open }), 'openSlots');
  });

  it('that a master has slots, and names a replica only where one could take over', () => {
    const down = { [replica]: { info: { masterLink: 'down' as const } } };
    assertRefused(() => removed(master), 'hasSlots', /or fail over to 10\.0\.0\.3:7004 and remove it then/);
    assertRefused(() => removed(master, { viewpoints: down }), 'hasSlots', /or replace it by a spare\./);
  });

  it('of a dead master that nobody replaced who could take over, or why none can', () => {
    const dead = withFailed(master);
    assertRefused(() => removed(master, dead), 'slotsUncovered', /fail over to 10\.0\.0\.3:7004 by force/);
    const loading = { ...dead, viewpoints: { [replica]: { info: { loading: true } } } };
    assertRefused(
      () => removed(master, loading),
      'slotsUncovered',
      /no replica that could take over \(10\.0\.0\.3:7004: 10\.0\.0\.3:7004 is still loading/,
    );
    const bare = { ...dead, nodes: dead.nodes!.filter(({ id }) => id !== replica) };
    assertRefused(() => removed(master, bare), 'slotsUncovered', /no replica that could take over\. Only/);
  });

  it('that it is not settled whether a node is alive, by how many words', () => {
    const nodes = modelCluster(3, 1);
    const seenBy = (viewers: readonly string[], flag: string) =>
      Object.fromEntries(viewers.map(id => [id, { nodes: changed(nodes, replica, { flags: [flag] }) }]));
    assertRefused(
      () => removed(replica, { viewpoints: seenBy([master], 'fail?') }),
      'nodeInDoubt',
      /1 node does not reach it/,
    );
    assertRefused(
      () => removed(replica, { viewpoints: seenBy([master, second], 'fail?') }),
      'nodeInDoubt',
      /2 nodes do not reach it/,
    );
    assertRefused(
      () => removed(replica, { silent: [replica] }),
      'nodeInDoubt',
      /does not answer here \(refused the connection\)/,
    );
    const others = nodes.map(({ id }) => id).filter(id => id !== replica);
    assertRefused(
      () => removed(replica, { viewpoints: seenBy(others, 'fail') }),
      'nodeReturning',
      /answers, though 5 nodes still call it failed/,
    );
  });

  it('who would be left following a node that goes', () => {
    const chained = changed(modelCluster(3, 2), nodeId(7), { masterId: replica });
    assertRefused(
      () => removed(replica, { nodes: chained, silent: [nodeId(7)] }),
      'replicaFollows',
      /^10\.0\.0\.6:7007 follows 10\.0\.0\.3:7004\./,
    );
    const two = changed(changed(modelCluster(3, 3), nodeId(7), { masterId: replica }), nodeId(10), {
      masterId: replica,
    });
    assertRefused(
      () => removed(replica, { nodes: two, silent: [nodeId(7)] }),
      'replicaFollows',
      /^10\.0\.0\.6:7007 and 10\.0\.0\.9:7010 follow 10\.0\.0\.3:7004\./,
    );
  });
});
