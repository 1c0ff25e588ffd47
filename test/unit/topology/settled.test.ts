import assert from 'node:assert/strict';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
import {
  changed,
  loneNode,
  looksAt,
  modelCluster,
  nodeId,
  nodeOf,
  viewOf,
  type ModelNode,
  type Viewpoint,
} from './modelCluster';

const nodes = modelCluster(3, 1);
const everybody = nodes.map(({ id }) => id);
const [one, two, three, four, five, six] = everybody as [string, string, string, string, string, string];

/** These nodes see it so. */
function by(ids: readonly string[], seen: readonly ModelNode[]): Record<string, Viewpoint> {
  return Object.fromEntries(ids.map(id => [id, { nodes: seen }]));
}

/** Node 1 has the first shard's slots but for these, which another has. */
function given(slot: number, to: string, epoch: number, from: readonly ModelNode[] = nodes): ModelNode[] {
  const rest = `0-${slot - 1} ${slot + 1}-5461`;
  const its = from.find(({ id }) => id === to)!.slots;
  return changed(changed(from, one, { slots: rest }), to, { slots: `${slot} ${its}`.trim(), epoch });
}

describe('A slot that two nodes call their own', () => {
  const ownerOf = (slot: number, viewpoints: Record<string, Viewpoint>, seen = nodes): string | undefined =>
    mergeLooks(looksAt(seen, { viewpoints })).nodes.find(({ slots }) => slots.has(slot))?.id;

  it('belongs to the one with the newer epoch, whatever others say', () => {
    assert.equal(ownerOf(7, by([two], given(7, two, 9))), two);
    const older = changed(nodes, one, { epoch: 9 });
    assert.equal(ownerOf(7, by([two, four, five, six], given(7, two, 2, older)), older), one);
  });

  it('belongs, at one epoch, to the one more nodes give it to, then to the one with the lesser id', () => {
    const same = changed(nodes, two, { epoch: 1 });
    const claimed = given(7, two, 1, same);
    assert.equal(ownerOf(7, by([two], claimed), same), one);
    assert.equal(ownerOf(7, by([two, three, five, six], claimed), same), two);
    assert.equal(ownerOf(7, by([two, three, five], claimed), same), one, 'three give it to each');
  });
});

describe('A slot whose owner does not answer', () => {
  /** The others see it so, and so many of them otherwise. */
  const ownerOf = (otherwise: readonly string[], seen: readonly ModelNode[], usual = nodes): string | undefined =>
    mergeLooks(looksAt(usual, { silent: [one, two], viewpoints: by(otherwise, seen) })).nodes.find(({ slots }) =>
      slots.has(7),
    )?.id;

  it('belongs to the one that most give it to', () => {
    assert.equal(ownerOf([three], given(7, two, 9)), one, 'three of four are a majority');
    assert.equal(ownerOf([three, four, five], given(7, two, 1)), two);
  });

  it('belongs to the one with the newer epoch where as many give it to one as to the other, then to the lesser id', () => {
    assert.equal(ownerOf([three, four], given(7, two, 9)), two);
    const newer = changed(nodes, one, { epoch: 9 });
    assert.equal(ownerOf([three, four], given(7, two, 1, newer), newer), one);
    const same = changed(nodes, two, { epoch: 1 });
    assert.equal(ownerOf([three, four], given(7, two, 1, same), same), one);
  });
});

describe('A node that denies slots', () => {
  const denied = changed(nodes, one, { slots: '0-99' });

  it('has them all the same where most give them to it with a newer epoch: it slept', () => {
    const known = changed(nodes, one, { epoch: 8 });
    const topology = mergeLooks(looksAt(known, { viewpoints: by([one], denied) }));
    assert.equal(nodeOf(topology, one).slots.toString(), '0-5461');
  });

  it('does not have them where only half of the nodes know a newer epoch', () => {
    const known = changed(nodes, one, { epoch: 8 });
    const topology = mergeLooks(looksAt(known, { viewpoints: by([one, four, five], denied) }));
    assert.equal(nodeOf(topology, one).slots.toString(), '0-99');
  });
});

describe('Slots the views differ about', () => {
  const about = (viewpoints: Record<string, Viewpoint>, seen: readonly ModelNode[] = nodes): string[] =>
    mergeLooks(looksAt(seen, { viewpoints }))
      .disagreements.filter(({ kind }) => kind === 'slotOwner')
      .map(({ text }) => text);

  it('are told together with all who give them to the same, or to nobody', () => {
    assert.deepEqual(about({ ...by([four], given(100, two, 2)), ...by([five], given(200, two, 2)) }), [
      'Slots 100,200 belong to 10.0.0.0:7001, but 10.0.0.3:7004 and 10.0.0.4:7005 give them to 10.0.0.1:7002.',
    ]);
    const without = (slot: number): ModelNode[] => changed(nodes, one, { slots: `0-${slot - 1} ${slot + 1}-5461` });
    assert.deepEqual(about({ ...by([five], without(100)), ...by([four], without(200)) }), [
      'Slots 100,200 belong to 10.0.0.0:7001, but 10.0.0.3:7004 and 10.0.0.4:7005 give them to nobody.',
    ]);
  });

  it('are told apart where it is between others', () => {
    assert.deepEqual(about({ ...by([four], given(100, two, 2)), ...by([five], given(200, three, 3)) }), [
      'Slot 100 belongs to 10.0.0.0:7001, but 10.0.0.3:7004 gives it to 10.0.0.1:7002.',
      'Slot 200 belongs to 10.0.0.0:7001, but 10.0.0.4:7005 gives it to 10.0.0.2:7003.',
    ]);
  });

  it('are told with the rivals in one order, in whatever order the nodes list them', () => {
    const both = { ...by([four], given(100, three, 3)), ...by([five], given(100, two, 2)) };
    const backwards = Object.fromEntries(
      everybody.map(id => [id, { nodes: [...(both[id]?.nodes ?? nodes)].reverse() }]),
    );
    for (const viewpoints of [both, backwards])
      assert.deepEqual(about(viewpoints), [
        'Slot 100 belongs to 10.0.0.0:7001, but 10.0.0.4:7005 gives it to 10.0.0.1:7002 and 10.0.0.3:7004 gives it to 10.0.0.2:7003.',
      ]);
  });
});

describe('A node that does not answer', () => {
  const silentFour = (viewpoints: Record<string, Viewpoint>): ClusterNode =>
    nodeOf(mergeLooks(looksAt(nodes, { silent: [four, six], viewpoints })), four);

  it('follows whom most say, then whom the newer epoch says, then the lesser id', () => {
    const following = (masterId: string, epoch = 1): ModelNode[] => changed(nodes, four, { masterId, epoch });
    assert.equal(silentFour(by([three], following(two))).masterId, one);
    assert.equal(silentFour(by([one, two, three], following(two))).masterId, two);
    assert.equal(silentFour(by([one, two], following(three, 9))).masterId, three);
    assert.equal(silentFour(by([one, two], following(three, 0))).masterId, one);
    assert.equal(silentFour(by([one, two], following(three))).masterId, one);
  });

  it('has the newest epoch that is told of the role it is taken for', () => {
    const promoted = (epoch: number) => changed(nodes, four, { role: 'master', masterId: '-', epoch });
    const told = { ...by([one, two, three], promoted(7)), ...by([five], promoted(8)) };
    assert.deepEqual([silentFour(told).role, silentFour(told).configEpoch], ['master', 8]);
  });

  it('is where most say, then where the newer epoch says, then at the lesser address', () => {
    const at = (host: string, epoch = 1): ModelNode[] => changed(nodes, four, { host, epoch });
    assert.equal(silentFour(by([three], at('10.7.0.1'))).host, '10.0.0.3');
    assert.equal(silentFour(by([one, two, three], at('10.7.0.1'))).host, '10.7.0.1');
    assert.equal(silentFour(by([one, two], at('10.7.0.1', 9))).host, '10.7.0.1');
    assert.equal(silentFour(by([one, two], at('10.7.0.1', 0))).host, '10.0.0.3');
    assert.equal(silentFour(by([one, two], at('10.7.0.1'))).host, '10.0.0.3');
    assert.equal(silentFour(by([one, two], at('10.0.0.1'))).host, '10.0.0.1');
  });

  it('is what those say who know its address', () => {
    const lost = changed(nodes, four, { role: 'master', masterId: '-', host: '', port: 0, flags: ['noaddr'] });
    const node = silentFour(by([one, two, three], lost));
    assert.deepEqual([node.role, node.host, node.status], ['replica', '10.0.0.3', 'unreachable']);
  });
});

describe('A node that answers at two addresses', () => {
  const at = (address: string, keys: number) => ({ view: viewOf(nodes, one, { address, info: { keys } }) });

  it('is counted once, and of the same moment what it said at the lesser one counts', () => {
    const looks = [...looksAt(nodes).slice(1), at('10.0.0.0:7001', 1), at('10.0.0.99:7001', 2)];
    for (const order of [looks, [...looks].reverse()]) {
      const topology = mergeLooks(order);
      assert.deepEqual([nodeOf(topology, one).info?.keys, topology.disagreements], [1, []]);
    }
  });

  it('is two servers that say they are the same where the ports they know of themselves differ', () => {
    const copy = changed(nodes, one, { port: 7009 });
    const topology = mergeLooks([...looksAt(nodes), { view: viewOf(copy, one) }]);
    assert.match(topology.disagreements[0]!.text, /^Two servers, 10\.0\.0\.0:7001 and 10\.0\.0\.0:7009, both say they/);
    assert.deepEqual([topology.disagreements[0]!.nodeIds, topology.nodes.length], [[one], 6]);
  });
});

describe('A node that slept through a failover', () => {
  const after = changed(changed(nodes, four, { role: 'master', masterId: '-', slots: '0-5461', epoch: 9 }), one, {
    role: 'slave',
    masterId: four,
    slots: '',
    epoch: 9,
    host: '10.7.0.1',
  });

  it('is what most say, at the address it gives itself', () => {
    const { role, masterId, configEpoch, host } = nodeOf(
      mergeLooks(looksAt(after, { viewpoints: by([one], nodes) })),
      one,
    );
    assert.deepEqual([role, masterId, configEpoch, host], ['replica', four, 9, '10.0.0.0']);
  });

  it('is what it says itself while only half of all who answer say otherwise', () => {
    const topology = mergeLooks(looksAt(after, { viewpoints: by([one, two, three], nodes) }));
    assert.equal(nodeOf(topology, one).role, 'master');
  });
});

describe('One cluster', () => {
  const kinds = (topology: Topology): string[] => topology.disagreements.map(({ text }) => text);

  it('is made of nodes of which each knows only the next', () => {
    const chain = modelCluster(4);
    const viewpoints = Object.fromEntries(
      chain.map((node, at) => [node.id, { nodes: chain.filter((_, other) => other === at || other === at + 1) }]),
    );
    const topology = mergeLooks(looksAt(chain, { viewpoints }));
    assert.ok(!kinds(topology).some(text => text.includes('separate clusters')));
    assert.equal(topology.coveredSlots.count, 16384);
  });

  it('is made of two by one node that knows both, which is not the first to be heard', () => {
    const others = modelCluster(3).map((node, at): ModelNode => ({
      ...node,
      id: nodeId(101 + at),
      host: `10.5.0.${at}`,
    }));
    const bridge = loneNode(200);
    const looks = [...looksAt([...modelCluster(3), bridge]), ...looksAt(others)].filter(
      look => !('view' in look && look.view.address === '10.9.0.200:7500'),
    );
    const apart = mergeLooks(looks);
    assert.ok(kinds(apart).some(text => text.includes('2 separate clusters')));
    const tied = mergeLooks([...looks, { view: viewOf([...modelCluster(3), bridge, others[0]!], bridge.id) }]);
    assert.ok(!kinds(tied).some(text => text.includes('separate clusters')));
  });
});

describe('Of several clusters, the topology is that', () => {
  /** Three masters of their own, with ids from this on. */
  const cluster = (from: number, lastSlots?: string): ModelNode[] =>
    modelCluster(3).map((node, at) => ({
      ...node,
      id: nodeId(from + at),
      host: `10.${from}.0.${at}`,
      ...(at === 2 && lastSlots !== undefined && { slots: lastSlots }),
    }));
  const covered = (...clusters: ModelNode[][]): number =>
    mergeLooks(clusters.flatMap(each => looksAt(each))).coveredSlots.count;
  const first = (...clusters: ModelNode[][]): string =>
    mergeLooks(clusters.flatMap(each => looksAt(each))).disagreements[0]!.text;

  it('with most nodes, then with most slots', () => {
    const large = [...cluster(10, '10923'), { ...loneNode(99), host: '10.10.0.9' }];
    assert.equal(covered(large, cluster(20)), 10924);
    assert.equal(covered(cluster(20), large), 10924);
    assert.equal(covered(cluster(10, '10923'), cluster(20)), 16384);
    assert.equal(covered(cluster(20), cluster(10, '10923')), 16384);
  });

  it('of the least id where they are alike, and it is told which that is', () => {
    const text =
      'These nodes form 2 separate clusters: 10.10.0.0:7001, 10.10.0.1:7002 and 10.10.0.2:7003; 10.20.0.0:7001, 10.20.0.1:7002 and 10.20.0.2:7003. State and slots are those of the first.';
    assert.deepEqual([first(cluster(10), cluster(20)), first(cluster(20), cluster(10))], [text, text]);
    const around = cluster(10).map((node, at) => (at === 2 ? { ...node, id: nodeId(30) } : node));
    assert.equal(first(cluster(20), around.reverse()), text);
  });
});

describe('What many viewers say', () => {
  it('is told of each of them once, in the order of their ids', () => {
    const many = modelCluster(150);
    const subject = nodeId(150);
    const suspecting = many.filter((_, at) => at % 2 === 0 && at < 140).map(({ id }) => id);
    const failing = many.filter((_, at) => at % 2 === 1 && at < 140).map(({ id }) => id);
    const seen = (flag: string): ModelNode[] => changed(many, subject, { flags: [flag] });
    const topology = mergeLooks(
      looksAt(many, {
        silent: [subject],
        viewpoints: { ...by(suspecting, seen('fail?')), ...by(failing, seen('fail')) },
      }),
    );
    const { suspectedBy, failedBy, seenBy, status } = nodeOf(topology, subject);
    assert.deepEqual(
      suspectedBy,
      many.slice(0, 140).map(({ id }) => id),
    );
    assert.deepEqual(failedBy, failing);
    assert.deepEqual([seenBy.length, status], [149, 'suspect']);
  });

  it('is told in that order where a few say otherwise, too', () => {
    const many = modelCluster(20);
    const few = [3, 9, 18].map(nodeId);
    const flagged = changed(many, nodeId(20), { flags: ['fail?'] });
    const failed = changed(many, nodeId(20), { flags: ['fail'] });
    const viewpoints = {
      ...by(
        many.slice(0, 19).map(({ id }) => id),
        flagged,
      ),
      ...by(few, failed),
    };
    const { suspectedBy, failedBy } = nodeOf(mergeLooks(looksAt(many, { viewpoints })), nodeId(20));
    assert.deepEqual([suspectedBy, failedBy], [many.slice(0, 19).map(({ id }) => id), few]);
  });
});
