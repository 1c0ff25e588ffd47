import assert from 'node:assert/strict';
import { planReplaceNode, type ReplaceNodeRequest } from '../../../src/core/plan/planReplaceNode';
import type { Plan } from '../../../src/core/plan/types';
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
  type Scene,
} from './memberTopologies';

const [master, , otherMaster, replica] = [1, 2, 3, 4].map(nodeId) as [string, string, string, string];

function plan(scene: Scene, request: ReplaceNodeRequest): Plan {
  const topology = sceneOf(scene);
  return assertSound(() => planReplaceNode(topology, request), topology);
}

function refused(scene: Scene, request: ReplaceNodeRequest, code: string, ...texts: RegExp[]): void {
  assertRefused(() => planReplaceNode(sceneOf(scene), request), code, ...texts);
}

const joining = ['lowerSetting', 'meet', 'replicate', 'awaitSync', 'restoreSettings'];

describe('planReplaceNode', () => {
  it('of a dead replica lets the spare follow its master, then all forget it', () => {
    const made = plan(withFailed(replica), { node: replica });
    assert.deepEqual(kindsOf(made), ['checkMembers', ...joining, 'forget', 'awaitForgotten']);
    assert.equal(made.risk, 'none');
    assert.equal(after(made, spareId)?.master, after(made, master)?.address);
    assert.equal(after(made, replica), undefined);
    const meet = made.steps.find(({ kind }) => kind === 'meet');
    assert(meet?.kind === 'meet');
    assert(!meet.nodes.some(({ id }) => id === replica), 'the dead one is not met');
    const forget = made.steps.find(({ kind }) => kind === 'forget');
    assert(forget?.kind === 'forget');
    assert.deepEqual(forget.nodes.map(({ id }) => id).sort(), [1, 2, 3, 5, 6, 21].map(nodeId).sort());
  });

  it('of a dead master that was failed over lets the spare follow who serves its slots now', () => {
    const made = plan(failedOver(), { node: master, forgetWaitMilliseconds: 5 });
    assert.deepEqual(kindsOf(made), ['checkMembers', ...joining, 'forget', 'awaitForgotten']);
    assert.equal(after(made, spareId)?.master, after(made, replica)?.address);
    assert.deepEqual(made.warnings, []);
    const last = made.steps.at(-1);
    assert(last?.kind === 'awaitForgotten');
    assert.equal(last.waitMilliseconds, 5);
  });

  it('of a dead master whose shard is not remembered goes to the master that needs a replica most, and says so', () => {
    const { previous, ...scene } = failedOver();
    void previous;
    const made = plan(scene, { node: master });
    assert.equal(after(made, spareId)?.master, after(made, replica)?.address);
    assert.deepEqual(
      made.warnings.map(({ code }) => code),
      ['formerShardUnknown'],
    );
  });

  it('of a dead master that nobody has replaced is refused, with the choices there are', () => {
    refused(
      withFailed(master),
      { node: master },
      'slotsUncovered',
      /has failed with slots 0-5461, and no node has taken over/,
      /Bring 10\.0\.0\.0:7001 back/,
      /fail over to 10\.0\.0\.3:7004 by force/,
    );
  });

  it('of a living master lets the spare become its replica and then the master, followed by the others', () => {
    const made = plan({ nodes: modelCluster(3, 2) }, { node: master });
    assert.deepEqual(kindsOf(made), [
      'checkMembers',
      ...joining,
      'checkFailover',
      'failOver',
      'awaitRoles',
      'resetNode',
      'forget',
      'awaitForgotten',
    ]);
    assert.equal(made.risk, 'interruptsWrites');
    assert.equal(after(made, spareId)?.slots, '0-5461');
    assert.equal(after(made, master)?.role, 'spare');
    for (const id of [nodeId(4), nodeId(7)]) assert.equal(after(made, id)?.master, after(made, spareId)?.address);
  });

  it('of a living replica takes it out only when the spare is in step', () => {
    const made = plan({}, { node: replica });
    assert.deepEqual(kindsOf(made), ['checkMembers', ...joining, 'resetNode', 'forget', 'awaitForgotten']);
    assert.equal(after(made, replica)?.role, 'spare');
  });

  it('that was broken off goes on: a spare that follows already is not met again, one that took over is only cleared up after', () => {
    const nodes = modelCluster(3, 1);
    const follower = { ...loneNode(21), role: 'slave' as const, masterId: master };
    const joined = plan({ nodes: [...nodes, follower], spares: [] }, { node: master, spare: spareId });
    assert.deepEqual(kindsOf(joined).slice(0, 3), ['checkMembers', 'awaitSync', 'checkFailover']);

    const swapped = [
      ...changed(nodes, master, { role: 'slave', masterId: spareId, slots: '' }),
      { ...loneNode(21, nodes[0]!.slots), epoch: 9 },
    ].map(node => (node.id === replica ? { ...node, masterId: spareId } : node));
    const done = plan({ nodes: swapped, spares: [] }, { node: master, spare: spareId });
    assert.deepEqual(kindsOf(done), ['checkMembers', 'resetNode', 'forget', 'awaitForgotten']);
    assert.equal(done.risk, 'none');
  });

  it('chooses a host without another node of the shard, else the host of the node that goes, and warns where it must not', () => {
    const spares = [21, 22, 23].map(number => ({ node: loneNode(number) }));
    const hosts = {
      '10.0.0.0:7001': 'h1',
      '10.0.0.3:7004': 'h2',
      '10.0.0.6:7007': 'h2',
      '10.9.0.21:7500': 'h1',
      '10.9.0.22:7500': 'h2',
      '10.9.0.23:7500': 'h3',
    };
    const scene = withFailed(replica, modelCluster(3, 2));
    assert.equal(after(plan({ ...scene, spares, hosts }, { node: replica }), nodeId(23))?.role, 'replica');
    const near = plan({ ...scene, spares: spares.slice(0, 2), hosts }, { node: replica });
    assert.equal(after(near, nodeId(22))?.role, 'replica');
    assert.deepEqual(near.warnings, []);
    const worse = plan({ ...scene, spares: spares.slice(0, 1), hosts }, { node: replica });
    assert.deepEqual(
      worse.warnings.map(({ code }) => code),
      ['replicaOnMastersHost'],
    );
  });

  it('is refused without a spare, with the reason why each that may be meant does not fit', () => {
    refused({ ...withFailed(replica), spares: [] }, { node: replica }, 'noSpare', /No node stands by/);
    const spares = [
      { node: loneNode(21), viewpoint: { info: { keys: 3, keysByDatabase: { 0: 3 } } } },
      { node: loneNode(22), viewpoint: { info: { version: '6.2.1' } } },
      { node: loneNode(23), silent: true },
    ];
    refused(
      { ...withFailed(replica), spares },
      { node: replica },
      'noSpare',
      /10\.9\.0\.21:7500 holds 3 keys/,
      /10\.9\.0\.22:7500 runs Redis 6\.2\.1 and 10\.0\.0\.0:7001 Redis 7\.0\.15/,
      /10\.9\.0\.23:7500 gives no usable answer \(refused the connection\)/,
    );
  });

  it('is refused with a spare that is not empty, in use, of another kind, too old, or unknown', () => {
    const with21 = (viewpoint: object): Scene => ({
      ...withFailed(replica),
      spares: [{ node: loneNode(21), viewpoint }],
    });
    const request = { node: replica, spare: spareId };
    refused(with21({ info: { keys: 1 } }), request, 'spareNotEmpty', /holds 1 key/);
    refused(with21({ info: { loading: true } }), request, 'spareLoading');
    refused(with21({ info: { clusterEnabled: false } }), request, 'clusterModeOff');
    refused(with21({ info: { flavour: 'valkey', version: '8.1.0' } }), request, 'incompatibleVersion');
    refused(withFailed(replica), { node: replica, spare: nodeId(5) }, 'spareInUse', /is a replica of this cluster/);
    refused(withFailed(replica), { node: replica, spare: '1.2.3.4:5' }, 'unknownNodes');
    refused(withFailed(replica), { node: replica, spare: replica }, 'spareInUse');
  });

  it('is refused with a spare of another cluster', () => {
    const other = modelCluster(2).map(node => ({
      ...node,
      id: nodeId(40 + node.port - 7000),
      host: `10.7.0.${node.port - 7000}`,
    }));
    const scene = withFailed(replica);
    const both = sceneOf({
      ...scene,
      spares: other.map(node => ({ node, viewpoint: { nodes: other } })),
    });
    assertRefused(() => planReplaceNode(both, { node: replica, spare: nodeId(41) }), 'spareInOtherCluster');
    assertRefused(() => planReplaceNode(both, { node: replica }), 'noSpare', /belongs to another cluster/);
  });

  it('takes a newer spare, and says what that means', () => {
    const spares = [{ node: loneNode(21), viewpoint: { info: { version: '7.2.4' } } }];
    const made = plan({ ...withFailed(replica), spares }, { node: replica });
    assert.deepEqual(
      made.warnings.map(({ code }) => code),
      ['mixedVersions'],
    );
  });

  it('is refused while it is not settled whether the node is alive', () => {
    refused({ silent: [replica] }, { node: replica }, 'nodeInDoubt', /does not answer here \(refused the connection\)/);
    refused(
      { nodes: changed(modelCluster(3, 1), replica, { flags: ['fail?'] }) },
      { node: replica },
      'nodeInDoubt',
      /do not reach it/,
    );
    refused(
      { nodes: changed(modelCluster(3, 1), replica, { flags: ['fail'] }) },
      { node: replica },
      'nodeReturning',
      /answers, though \d nodes still call it failed/,
    );
  });

  it('is refused without a majority, and while slots of the shard are on their way', () => {
    const dead = changed(modelCluster(3, 1), otherMaster, { flags: ['fail'] });
    refused(
      { nodes: changed(dead, nodeId(2), { flags: ['fail'] }), silent: [otherMaster, nodeId(2)] },
      { node: replica },
      'noMajority',
      /Only 1 of 3 masters answer/,
    );
    const openSlots = `[7->-${otherMaster}]`;
    refused(
      { viewpoints: { [master]: { openSlots } } },
      { node: replica },
      'openSlots',
      /1 slot of .* is being moved \(7\)/,
    );
  });

  it('is refused for a node outside, and for an empty master that has no place', () => {
    refused({}, { node: spareId }, 'noCluster');
    const empty = { ...loneNode(30), epoch: 7 };
    refused({ nodes: [...modelCluster(3, 1), empty] }, { node: nodeId(30) }, 'emptyMaster');
  });

  it('says that other silent members cannot be told', () => {
    const nodes = changed(withFailed(replica).nodes!, nodeId(6), { flags: ['fail'] });
    const made = plan({ nodes, silent: [replica, nodeId(6)] }, { node: replica });
    assert.deepEqual(
      made.warnings.map(({ code }) => code),
      ['cannotBeTold'],
    );
  });
});
