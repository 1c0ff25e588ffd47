import assert from 'node:assert/strict';
import { planAddNode } from '../../../src/core/plan/planAddNode';
import { planMoveReplica } from '../../../src/core/plan/planMoveReplica';
import { planRemoveNode } from '../../../src/core/plan/planRemoveNode';
import { changed, loneNode, modelCluster, nodeId } from '../topology/modelCluster';
import {
  after,
  assertRefused,
  assertSound,
  failedOver,
  kindsOf,
  sceneOf,
  spareId,
  withFailed,
} from './memberTopologies';

const [master, second, third, replica] = [1, 2, 3, 4].map(nodeId) as [string, string, string, string];

describe('planAddNode', () => {
  it('as a replica goes to the master with the fewest, then to one with no node on its host', () => {
    const bare = modelCluster(3, 1).filter(({ id }) => id !== nodeId(5));
    const topology = sceneOf({ nodes: bare });
    const made = assertSound(() => planAddNode(topology, { node: spareId, as: 'replica' }), topology);
    assert.deepEqual(kindsOf(made), [
      'checkMembers',
      'lowerSetting',
      'meet',
      'replicate',
      'awaitSync',
      'restoreSettings',
    ]);
    assert.equal(after(made, spareId)?.master, after(made, second)?.address);
    const hosts = { '10.0.0.0:7001': 'a', '10.0.0.1:7002': 'a', '10.9.0.21:7500': 'a' };
    const apart = planAddNode(sceneOf({ hosts }), { node: spareId, as: 'replica' });
    assert.equal(after(apart, spareId)?.master, after(apart, third)?.address);
    const named = planAddNode(sceneOf({ hosts }), { node: spareId, as: 'replica', master });
    assert.deepEqual(
      named.warnings.map(({ code }) => code),
      ['replicaOnMastersHost'],
    );
  });

  it('as a replica of a member that stands by inside needs no meeting', () => {
    const topology = sceneOf({ nodes: [...modelCluster(3, 1), { ...loneNode(30), epoch: 7 }], spares: [] });
    const made = assertSound(() => planAddNode(topology, { node: nodeId(30), as: 'replica' }), topology);
    assert.deepEqual(kindsOf(made), ['checkMembers', 'lowerSetting', 'replicate', 'awaitSync', 'restoreSettings']);
  });

  it('as a master brings the functions over before it meets', () => {
    const topology = sceneOf();
    const made = assertSound(() => planAddNode(topology, { node: spareId, as: 'master' }), topology);
    assert.deepEqual(kindsOf(made), ['checkMembers', 'shareFunctions', 'meet']);
    assert.equal(after(made, spareId)?.role, 'master');
  });

  it('is refused for a master that is no master, is down, or is not there', () => {
    const request = { node: spareId, as: 'replica' as const };
    assertRefused(() => planAddNode(sceneOf(), { ...request, master: replica }), 'notMaster');
    assertRefused(() => planAddNode(sceneOf(withFailed(master)), { ...request, master }), 'masterUnfit');
    assertRefused(() => planAddNode(sceneOf(), { ...request, master: 'nobody:1' }), 'unknownNodes');
    assertRefused(() => planAddNode(sceneOf({ nodes: [] }), request), 'noCluster');
  });

  it('again, after it has joined, is refused', () => {
    const joined = { ...loneNode(21), role: 'slave' as const, masterId: master };
    const topology = sceneOf({ nodes: [...modelCluster(3, 1), joined], spares: [] });
    assertRefused(() => planAddNode(topology, { node: spareId, as: 'replica' }), 'spareInUse');
    const inside = sceneOf({ nodes: [...modelCluster(3, 1), { ...loneNode(21), epoch: 7 }], spares: [] });
    assertRefused(() => planAddNode(inside, { node: spareId, as: 'master' }), 'alreadyMember');
  });

  it('as a spare has nothing to do for one that stands by, and is refused for one in use or with keys of its own', () => {
    assertRefused(() => planAddNode(sceneOf(), { node: spareId, as: 'spare' }), 'alreadySpare', /empty and alone/);
    assertRefused(() => planAddNode(sceneOf(), { node: replica, as: 'spare' }), 'spareInUse');
    const spares = [{ node: loneNode(21), viewpoint: { info: { keys: 2 } } }];
    assertRefused(() => planAddNode(sceneOf({ spares }), { node: spareId, as: 'spare' }), 'spareNotEmpty', /2 keys/);
    assertRefused(
      () =>
        planAddNode(sceneOf({ spares: [{ node: loneNode(21), silent: true }] }), {
          node: `10.9.0.21:7500`,
          as: 'spare',
        }),
      'spareUnreachable',
    );
  });

  it('as a spare resets one that came back after it was forgotten, and says what becomes of its keys', () => {
    const cluster = modelCluster(3, 1);
    const back = { ...loneNode(21, '0-100'), epoch: 0 };
    const own = [...cluster, back];
    const asMaster = sceneOf({
      nodes: cluster,
      spares: [{ node: back, viewpoint: { nodes: own, info: { keys: 5 } } }],
    });
    const made = assertSound(() => planAddNode(asMaster, { node: spareId, as: 'spare' }), asMaster);
    assert.deepEqual(kindsOf(made), ['checkMembers', 'resetNode', 'forget']);
    assert.equal(made.risk, 'losesData');
    assert.match(made.warnings[0]!.text, /holds 5 keys from before the cluster forgot it\. They are deleted/);
    assert.equal(after(made, spareId)?.role, 'spare');

    const follower = { ...loneNode(21), role: 'slave' as const, masterId: master };
    const viewpoint = { nodes: [...cluster, follower], info: { keys: 5 } };
    const copy = planAddNode(sceneOf({ nodes: cluster, spares: [{ node: follower, viewpoint }] }), {
      node: spareId,
      as: 'spare',
    });
    assert.equal(copy.risk, 'none');
    assert.match(copy.warnings[0]!.text, /only the copy goes/);
    assertRefused(
      () => planAddNode(asMaster, { node: spareId, as: 'replica' }),
      'spareReturned',
      /cluster that has forgotten it/,
    );
  });

  it('as a spare is refused while its cluster is not seen as a whole', () => {
    const other = modelCluster(3).map(node => ({ ...node, id: nodeId(node.port - 7000 + 40), host: '10.7.0.1' }));
    const lost = { ...loneNode(21), epoch: 0 };
    const topology = sceneOf({ spares: [{ node: lost, viewpoint: { nodes: [...other, lost] } }] });
    assertRefused(() => planAddNode(topology, { node: spareId, as: 'spare' }), 'spareInOtherCluster');
  });
});

describe('planRemoveNode', () => {
  it('of a living replica resets it and lets all forget it, and warns when it is the last', () => {
    const topology = sceneOf();
    const made = assertSound(() => planRemoveNode(topology, { node: replica }), topology);
    assert.deepEqual(kindsOf(made), ['checkMembers', 'resetNode', 'forget', 'awaitForgotten']);
    assert.deepEqual(
      made.warnings.map(({ code }) => code),
      ['lastReplica'],
    );
    const spare = sceneOf({ nodes: modelCluster(3, 2) });
    assert.deepEqual(planRemoveNode(spare, { node: replica }).warnings, []);
  });

  it('of a dead node only lets all forget it', () => {
    const topology = sceneOf(failedOver());
    const made = assertSound(() => planRemoveNode(topology, { node: master }), topology);
    assert.deepEqual(kindsOf(made), ['checkMembers', 'forget', 'awaitForgotten']);
    assert.equal(after(made, master), undefined);
    assertRefused(() => planRemoveNode(sceneOf(withFailed(master)), { node: master }), 'slotsUncovered');
  });

  it('of a master with slots is refused, with the way there', () => {
    assertRefused(
      () => planRemoveNode(sceneOf(), { node: master }),
      'hasSlots',
      /serves slots 0-5461.*Move its slots.*or fail over to 10\.0\.0\.3:7004/,
    );
  });

  it('of an empty master lets its replicas follow others first, each where it is needed most', () => {
    const empty = { ...loneNode(30), epoch: 7 };
    const followers = [31, 32].map(number => ({
      ...loneNode(number),
      role: 'slave' as const,
      masterId: nodeId(30),
    }));
    const topology = sceneOf({ nodes: [...modelCluster(3, 1), empty, ...followers], spares: [] });
    const made = assertSound(() => planRemoveNode(topology, { node: nodeId(30) }), topology);
    assert.deepEqual(kindsOf(made), [
      'checkMembers',
      'lowerSetting',
      'replicate',
      'awaitSync',
      'restoreSettings',
      'resetNode',
      'forget',
      'awaitForgotten',
    ]);
    assert.equal(after(made, nodeId(31))?.master, after(made, master)?.address);
    assert.equal(after(made, nodeId(32))?.master, after(made, second)?.address);
    const dead = changed([...modelCluster(3, 1), empty, ...followers], nodeId(31), { flags: ['fail'] });
    assertRefused(
      () => planRemoveNode(sceneOf({ nodes: dead, silent: [nodeId(31)] }), { node: nodeId(30) }),
      'replicaFollows',
    );
  });

  it('of a replica that another one was left behind at lets that follow its master first', () => {
    const nodes = changed(modelCluster(3, 2), nodeId(7), { masterId: replica });
    const topology = sceneOf({ nodes });
    const made = assertSound(() => planRemoveNode(topology, { node: replica }), topology);
    assert.equal(after(made, nodeId(7))?.master, after(made, master)?.address);
    assert.deepEqual(kindsOf(made).slice(0, 4), ['checkMembers', 'lowerSetting', 'replicate', 'awaitSync']);
  });

  it('again is refused: nobody knows it any more', () => {
    const gone = sceneOf({ nodes: modelCluster(3, 1).filter(({ id }) => id !== replica) });
    assertRefused(() => planRemoveNode(gone, { node: replica }), 'unknownNodes');
    assertRefused(() => planRemoveNode(gone, { node: spareId }), 'noCluster');
  });
});

describe('planMoveReplica', () => {
  it('lets it copy its new master, and warns when the old one keeps none', () => {
    const topology = sceneOf();
    const made = assertSound(() => planMoveReplica(topology, { replica, master: second }), topology);
    assert.deepEqual(kindsOf(made), ['checkMembers', 'lowerSetting', 'replicate', 'awaitSync', 'restoreSettings']);
    assert.equal(after(made, replica)?.master, after(made, second)?.address);
    assert.deepEqual(
      made.warnings.map(({ code }) => code),
      ['lastReplica'],
    );
  });

  it('is refused for a master, for the master it follows, a replica as its master, and a dead one', () => {
    assertRefused(() => planMoveReplica(sceneOf(), { replica: master, master: second }), 'notReplica');
    assertRefused(() => planMoveReplica(sceneOf(), { replica, master }), 'alreadyFollows');
    assertRefused(() => planMoveReplica(sceneOf(), { replica, master: nodeId(5) }), 'notMaster');
    assertRefused(() => planMoveReplica(sceneOf(), { replica, master: spareId }), 'otherCluster');
    assertRefused(() => planMoveReplica(sceneOf(withFailed(replica)), { replica, master: second }), 'replicaDead');
  });
});
