import assert from 'node:assert/strict';
import { planAddNode } from '../../../../src/core/plan/planAddNode';
import { planMoveReplica } from '../../../../src/core/plan/planMoveReplica';
import { planRemoveNode } from '../../../../src/core/plan/planRemoveNode';
import { planReplaceNode } from '../../../../src/core/plan/planReplaceNode';
import type { Plan, PlanStep } from '../../../../src/core/plan/types';
import type { Topology } from '../../../../src/core/topology/types';
import { changed, loneNode, modelCluster, nodeId, type Viewpoint } from '../../topology/modelCluster';
import { after, assertRefused, sceneOf, spareId, withFailed, type Scene } from '../memberTopologies';

const [master, second, third, replica, secondReplica] = [1, 2, 3, 4, 5].map(nodeId) as [
  string,
  string,
  string,
  string,
  string,
];
const members = [1, 2, 3, 4, 5, 6].map(nodeId);
const spareAddress = '10.9.0.21:7500';
const megabyte = 1_048_576;

type StepOf<Kind> = Extract<PlanStep, { kind: Kind }>;

function step<Kind extends PlanStep['kind']>({ steps }: Plan, kind: Kind): StepOf<Kind> {
  return (steps.find(each => each.kind === kind) ?? assert.fail(`no ${kind}`)) as StepOf<Kind>;
}

function ids(nodes: readonly { id: string }[] = []): string[] {
  return nodes.map(({ id }) => id).sort();
}

function codes({ warnings }: Plan): string[] {
  return warnings.map(({ code }) => code);
}

function addReplica(scene: Scene = {}, to: string | undefined = master): Plan {
  return planAddNode(sceneOf(scene), { node: spareAddress, as: 'replica', ...(to !== undefined && { master: to }) });
}

function spare(number: number, info: Viewpoint['info'] = {}, slots = '') {
  return { node: loneNode(number, slots), viewpoint: { info: { ...info } } };
}

describe('The steps of a change of members', () => {
  it('name every node that they ask or change, when one joins', () => {
    const plan = addReplica();
    const check = step(plan, 'checkMembers');
    assert.deepEqual([check.nodes, check.touched, check.joiners, check.leavers].map(ids), [
      members,
      [master],
      [spareId],
      [],
    ]);
    assert.match(
      check.text,
      /^Look once more: a majority of the masters answers; no slot of 10\.0\.0\.0:7001 is being moved; 10\.9\.0\.21:7500 is still empty/,
    );
    const [lower, restore] = [step(plan, 'lowerSetting'), step(plan, 'restoreSettings')];
    assert.deepEqual([lower.nodes, restore.nodes].map(ids), [[master], [master]]);
    const meet = step(plan, 'meet');
    assert.deepEqual([meet.nodes, meet.hubs, meet.joiners].map(ids), [[...members, spareId], [spareId], [spareId]]);
    assert.match(meet.text, /meet the 6 nodes of the cluster that answer\.$/);
    const pairs = [{ node: spareId, master }];
    const ends = ({ replicas }: StepOf<'replicate' | 'awaitSync'>) =>
      replicas.map(each => ({ node: each.node.id, master: each.master.id }));
    assert.deepEqual(ends(step(plan, 'replicate')), pairs);
    assert.match(step(plan, 'replicate').text, /^Make replicas: 10\.9\.0\.21:7500 of 10\.0\.0\.0:7001\.$/);
    assert.deepEqual(ends(step(plan, 'awaitSync')), pairs);
    assert.deepEqual(ids(step(plan, 'awaitSync').nodes), [...members, spareId]);
  });

  it('ask only those that answer and that nobody calls failed, but tell of it where it is one', () => {
    const dead = addReplica(withFailed(secondReplica));
    assert.ok(!ids(step(dead, 'meet').nodes).includes(secondReplica));
    const lost = addReplica({ ...withFailed(secondReplica), silent: [] });
    assert.ok(!ids(step(lost, 'meet').nodes).includes(secondReplica), 'it answers, but the others call it failed');
    const alone = planAddNode(sceneOf({ nodes: modelCluster(1, 1), silent: [nodeId(2)] }), {
      node: spareId,
      as: 'master',
    });
    assert.match(step(alone, 'meet').text, /the 1 node of the cluster that answers\.$/);
    assert.match(step(alone, 'checkMembers').text, /answers; 10\.9\.0\.21:7500 is still/, 'no shard is touched');
  });

  it('tell how much is to be copied where that takes a while', () => {
    const copying = (usedMemoryBytes: number) =>
      step(addReplica({ viewpoints: { [master]: { info: { usedMemoryBytes } } } }), 'awaitSync').text;
    assert.match(copying(200 * megabyte), /has copied 10\.0\.0\.0:7001 \(200 MB\), is in step/);
    assert.match(copying(64 * megabyte), /has copied 10\.0\.0\.0:7001, is in step/);
  });

  it('make all others forget who goes, but for those without an address', () => {
    const nodes = changed(modelCluster(3, 1), nodeId(6), { flags: ['fail', 'noaddr'], host: '', port: 0 });
    const topology = sceneOf({ nodes, silent: [nodeId(6)], spares: [] });
    const plan = planRemoveNode(topology, { node: secondReplica });
    const others = [1, 2, 3, 4].map(nodeId);
    assert.deepEqual(ids(step(plan, 'forget').nodes), others);
    assert.equal(step(plan, 'forget').node.id, secondReplica);
    assert.match(step(plan, 'forget').text, /^Make all 4 other nodes forget 10\.0\.0\.4:7005 /);
    assert.deepEqual(ids(step(plan, 'awaitForgotten').nodes), others);
    const check = step(plan, 'checkMembers');
    assert.deepEqual([check.nodes, check.leavers].map(ids), [[...others, secondReplica], [secondReplica]]);
    assert.match(check.text, /10\.0\.0\.4:7005 still answers\.$/);
  });

  it('say whether a reset deletes data', () => {
    assert.match(
      step(planRemoveNode(sceneOf(), { node: replica }), 'resetNode').text,
      /\(CLUSTER RESET HARD\), which deletes its copy of the data: /,
    );
    const empty = [...modelCluster(3, 1), { ...loneNode(30), epoch: 7 }];
    const plan = planRemoveNode(sceneOf({ nodes: empty, spares: [] }), { node: nodeId(30) });
    assert.match(step(plan, 'resetNode').text, /\(CLUSTER RESET HARD\): it stands by/);
    assert.match(
      step(planRemoveNode(sceneOf(withFailed(replica)), { node: replica }), 'checkMembers').text,
      /10\.0\.0\.3:7004 has not come back\.$/,
    );
  });

  it('lower the delay once for each master that gets replicas', () => {
    const plan = planMoveReplica(sceneOf(), { replica, master: second });
    assert.deepEqual(ids(step(plan, 'lowerSetting').nodes), [second]);
    assert.deepEqual(ids(step(plan, 'restoreSettings').nodes), [second]);
  });
});

describe('A change of members warns', () => {
  const hostsOf = (labels: Readonly<Record<number, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(labels).map(([number, label]) => {
        const node = Number(number) > 20 ? loneNode(Number(number)) : modelCluster(3, 1)[Number(number) - 1]!;
        return [`${node.host}:${node.port}`, label];
      }),
    );

  it('of a newcomer beside another replica of its master, and not of one on a host of its own', () => {
    const beside = addReplica({ hosts: hostsOf({ 4: 'a', 21: 'a' }) });
    assert.deepEqual(codes(beside), ['replicasShareHost']);
    assert.match(beside.warnings[0]!.text, /^10\.9\.0\.21:7500 is on a like 10\.0\.0\.3:7004, another replica of /);
    assert.deepEqual(codes(addReplica({ hosts: hostsOf({ 5: 'a', 21: 'a' }) })), []);
    assert.deepEqual(codes(addReplica()), []);
  });

  it('of nothing that was as bad before, and of no host where there is one', () => {
    const nodes = modelCluster(3, 1);
    const together = hostsOf({ 1: 'a', 4: 'a' });
    assert.deepEqual(codes(addReplica({ nodes, hosts: together })), []);
    const one = hostsOf({ 1: 'a', 2: 'a', 3: 'a', 4: 'a', 5: 'a', 6: 'a', 21: 'a' });
    assert.deepEqual(codes(addReplica({ hosts: one })), []);
  });

  it('of a host that comes to hold the majority of the masters', () => {
    const replaced = (labels: Readonly<Record<number, string>>) =>
      planReplaceNode(sceneOf({ hosts: hostsOf(labels) }), { node: master, spare: spareId });
    const worse = replaced({ 2: 'a', 21: 'a' });
    assert.deepEqual(codes(worse), ['hostHoldsMajority']);
    assert.match(worse.warnings[0]!.text, /^a then holds 2 of 3 masters: /);
    assert.deepEqual(codes(replaced({ 1: 'a', 2: 'a', 21: 'a' })), [], 'it held them before');
    assert.deepEqual(codes(replaced({ 5: 'a', 21: 'a' })), []);
  });

  it('of a newcomer of another version, or with too little memory for the data', () => {
    assert.deepEqual(codes(addReplica({ spares: [spare(21, { version: '7.2.1' })] })), ['mixedVersions']);
    assert.deepEqual(codes(addReplica({ spares: [spare(21, { version: '7.0.20' })] })), []);
    const memory = (maxMemoryBytes: number) =>
      addReplica({
        spares: [spare(21, { maxMemoryBytes })],
        viewpoints: { [master]: { info: { usedMemoryBytes: 200 * megabyte } } },
      });
    assert.match(
      memory(100 * megabyte).warnings[0]?.text ?? '',
      /may use 100 MB \(maxmemory\), and 10\.0\.0\.0:7001 uses 200 MB/,
    );
    assert.deepEqual(
      [200 * megabyte, 0].map(bytes => codes(memory(bytes))),
      [[], []],
      '0 is no bound',
    );
  });
});

describe('A node that shall join', () => {
  const refused = (given: NonNullable<Scene['spares']>[number], code: string, text: RegExp) =>
    assertRefused(() => addReplica({ spares: [given] }), code, text);

  it('is refused with what keeps it from standing by', () => {
    refused(
      { node: loneNode(21), silent: true },
      'spareUnreachable',
      /gives no usable answer \(refused the connection\)/,
    );
    refused(spare(21, { clusterEnabled: false }), 'clusterModeOff', /does not run in cluster mode/);
    refused(spare(21, { loading: true }), 'spareLoading', /is still loading/);
    refused(spare(21, {}, '5'), 'spareNotEmpty', /has 1 slot\./);
    refused(spare(21, { role: 'replica' }), 'spareNotEmpty', /is still a replica/);
    refused(spare(21, { keys: 1 }), 'spareNotEmpty', /holds 1 key\./);
    refused(
      spare(21, { flavour: 'valkey', version: '8.0.1' }),
      'incompatibleVersion',
      /runs Valkey 8\.0\.1 and .* Redis 7\.0\.15/,
    );
    refused(spare(21, { version: '6.2.9' }), 'incompatibleVersion', /runs Redis 6\.2\.9/);
    const older = spare(21, { version: '7.0.20' });
    const viewpoints = { [master]: { info: { version: '7.2.0' } } };
    assertRefused(() => addReplica({ spares: [older], viewpoints }), 'incompatibleVersion');
  });

  it('is refused where it is in use, as what it is', () => {
    const adding = (node: string) => () => planAddNode(sceneOf(), { node, as: 'replica', master: second });
    assertRefused(adding(replica), 'spareInUse', /is a replica of this cluster already/);
    assertRefused(adding(third), 'spareInUse', /is in use already/);
  });

  it('follows no master that still loads, is in doubt, or is another master yet', () => {
    const loading = { [master]: { info: { loading: true } } };
    assertRefused(() => addReplica({ viewpoints: loading }), 'masterUnfit', /is still loading its data/);
    assertRefused(() => addReplica({ silent: [master] }), 'masterUnfit', /does not answer/);
    const doubted = { [second]: { nodes: changed(modelCluster(3, 1), master, { flags: ['fail?'] }) } };
    assertRefused(() => addReplica({ viewpoints: doubted }), 'masterUnfit', /is in doubt/);
  });

  it('goes where the fewest replicas work, past masters in doubt, then by the slots', () => {
    const chosen = (scene: Scene) => {
      const topology = sceneOf(scene);
      const plan = planAddNode(topology, { node: spareId, as: 'replica' });
      return topology.nodes.find(({ address }) => address === after(plan, spareId)?.master)?.id;
    };
    assert.equal(chosen({}), master);
    assert.equal(chosen(withFailed(secondReplica)), second, 'a dead replica is none');
    const doubted = { [second]: { nodes: changed(modelCluster(3, 1), master, { flags: ['fail?'] }) } };
    assert.equal(chosen({ viewpoints: doubted }), second);
    const swapped = changed(changed(modelCluster(3, 1), master, { slots: '10923-16383' }), third, { slots: '0-5461' });
    assert.equal(chosen({ nodes: swapped }), third);
  });
});

describe('The spare for a node that goes', () => {
  const chosen = (scene: Scene): string[] => {
    const plan = planReplaceNode(sceneOf(scene), { node: replica });
    return [21, 22].map(nodeId).filter(id => after(plan, id)?.role === 'replica');
  };

  it('is one of the same version as the master, then on the host with the fewest members', () => {
    assert.deepEqual(chosen({ spares: [spare(21), spare(22)] }), [nodeId(21)]);
    assert.deepEqual(chosen({ spares: [spare(21, { version: '7.2.0' }), spare(22)] }), [nodeId(22)]);
    const crowded = { '10.9.0.21:7500': 'a', '10.0.0.1:7002': 'a' };
    assert.deepEqual(chosen({ spares: [spare(21), spare(22)], hosts: crowded }), [nodeId(22)]);
    const both = { ...crowded, '10.9.0.22:7500': 'b', '10.0.0.2:7003': 'b', '10.0.0.4:7005': 'b' };
    assert.deepEqual(chosen({ spares: [spare(22), spare(21)], hosts: both }), [nodeId(21)]);
  });

  it('may stand by inside the cluster, and is none where nobody stands by', () => {
    const inside = sceneOf({ nodes: [...modelCluster(3, 1), { ...loneNode(30), epoch: 7 }], spares: [] });
    assert.equal(after(planReplaceNode(inside, { node: replica }), nodeId(30))?.role, 'replica');
    assertRefused(
      () => planReplaceNode(sceneOf({ spares: [] }), { node: replica }),
      'noSpare',
      /take the place of 10\.0\.0\.3:7004\. /,
    );
  });
});

describe('A change of members is refused', () => {
  const four = modelCluster(4, 1);

  it('where half of the masters answer, naming the others', () => {
    assertRefused(
      () => addReplica({ nodes: four, silent: [3, 4].map(nodeId) }),
      'noMajority',
      /Only 2 of 4 masters answer .* \(10\.0\.0\.2:7003 and 10\.0\.0\.3:7004 are not\)/,
    );
    assertRefused(
      () => addReplica({ nodes: modelCluster(2, 1), silent: [nodeId(2)] }),
      'noMajority',
      /\(10\.0\.0\.1:7002 is not\)/,
    );
  });

  it('while the slots of its shard are disputed or on their way, and not for those of others', () => {
    const claimed = (from: string): Viewpoint => {
      const nodes = modelCluster(3, 1);
      const { slots } = nodes.find(({ id }) => id === from)!;
      return { nodes: changed(changed(nodes, from, { slots: '' }), third, { slots }) };
    };
    assertRefused(() => addReplica({ viewpoints: { [third]: claimed(master) } }), 'slotsDisputed', /10\.0\.0\.0:7001/);
    assert.equal(addReplica({ viewpoints: { [third]: claimed(second) } }).kind, 'addNode');
    const open = {
      [master]: { openSlots: `[70->-${second}] [9->-${second}]` },
      [second]: { openSlots: `[9-<-${master}] [10922-<-${third}]` },
    };
    assertRefused(
      () => addReplica({ viewpoints: open }),
      'openSlots',
      /2 slots of 10\.0\.0\.0:7001 are being moved \(9 and 70\)/,
    );
    const one = { [second]: { openSlots: `[9-<-${master}]` } };
    assertRefused(
      () => addReplica({ viewpoints: one }),
      'openSlots',
      /1 slot of 10\.0\.0\.0:7001 is being moved \(9\)/,
    );
    const others = { [second]: { openSlots: `[10922-<-${third}]` } };
    assert.equal(addReplica({ viewpoints: others }).kind, 'addNode');
  });

  it('of the larger of two clusters where none is named', () => {
    const topology: Topology = sceneOf({ spares: [spare(21, {}, '0-100'), spare(22)] });
    const plan = planAddNode(topology, { node: nodeId(22), as: 'replica' });
    assert.equal(after(plan, nodeId(22))?.master, '10.0.0.0:7001');
  });
});
