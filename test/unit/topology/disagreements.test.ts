import assert from 'node:assert/strict';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Disagreement, Topology } from '../../../src/core/topology/types';
import {
  changed,
  loneNode,
  looksAt,
  modelCluster,
  nodeId,
  viewOf,
  type ModelNode,
  type Viewpoint,
} from './modelCluster';

const [one, two, three, four, five] = [1, 2, 3, 4, 5].map(nodeId) as [string, string, string, string, string];
const nodes = modelCluster(3, 1);

function told(kind: Disagreement['kind'], viewpoints: Record<string, Viewpoint>, seen = nodes): Disagreement[] {
  return mergeLooks(looksAt(seen, { viewpoints })).disagreements.filter(each => each.kind === kind);
}

function texts(kind: Disagreement['kind'], viewpoints: Record<string, Viewpoint>, seen = nodes): string[] {
  return told(kind, viewpoints, seen).map(({ text }) => text);
}

/** These nodes see it so. */
function by(ids: readonly string[], seen: readonly ModelNode[]): Record<string, Viewpoint> {
  return Object.fromEntries(ids.map(id => [id, { nodes: seen }]));
}

describe('A disagreement about slots', () => {
  const moved = changed(changed(nodes, one, { slots: '0-5460' }), two, { slots: '5461-10922' });

  it('names who gives them to whom, in words for one and for several', () => {
    assert.deepEqual(texts('slotOwner', by([four], moved)), [
      'Slot 5461 belongs to 10.0.0.0:7001, but 10.0.0.3:7004 gives it to 10.0.0.1:7002.',
    ]);
    const further = changed(changed(nodes, one, { slots: '0-5459' }), two, { slots: '5460-10922' });
    assert.deepEqual(texts('slotOwner', by([four, five], further)), [
      'Slots 5460-5461 belong to 10.0.0.0:7001, but 10.0.0.3:7004 and 10.0.0.4:7005 give them to 10.0.0.1:7002.',
    ]);
  });

  it('tells who claims them alone, and who gives them to nobody', () => {
    const claiming = changed(nodes, one, { slots: '0-5461 9000' });
    assert.deepEqual(texts('slotOwner', by([one], claiming)), [
      'Slot 9000 belongs to 10.0.0.1:7002, but 10.0.0.0:7001 claims it too.',
    ]);
    const lacking = changed(nodes, one, { slots: '0-5460' });
    assert.deepEqual(texts('slotOwner', by([five], lacking)), [
      'Slot 5461 belongs to 10.0.0.0:7001, but 10.0.0.4:7005 gives it to nobody.',
    ]);
  });

  it('is about the owner first, then about the others', () => {
    const [found] = told('slotOwner', by([four], moved));
    assert.deepEqual([found!.nodeIds, found!.slots?.toString()], [[one, two], '5461']);
  });
});

describe('A disagreement about a role', () => {
  it('tells what most take the node for first, and whom they call its master', () => {
    const early = changed(nodes, four, { masterId: two });
    const [found, ...others] = told('role', by([three], early));
    assert.equal(
      found!.text,
      'The nodes differ about 10.0.0.3:7004: 10.0.0.0:7001, 10.0.0.1:7002, 10.0.0.3:7004 and 2 more take it for a replica of 10.0.0.0:7001; 10.0.0.2:7003 takes it for a replica of 10.0.0.1:7002.',
    );
    assert.deepEqual([found!.nodeIds, others], [[four, one, two], []]);
    const unknown = changed(nodes, four, { masterId: nodeId(77) });
    const [strange] = told('role', by([three], unknown));
    assert.match(strange!.text, /takes it for a replica of node 0000004d\.$/);
    assert.deepEqual(strange!.nodeIds, [four, one]);
    const promoted = nodes.map(node =>
      node.id === four ? { ...loneNode(4), id: four, host: node.host, port: node.port } : node,
    );
    assert.match(texts('role', by([three], promoted))[0]!, /10\.0\.0\.2:7003 takes it for a master\.$/);
    assert.match(texts('role', by([three], changed(nodes, four, { masterId: '-' })))[0]!, /for a replica of nobody\.$/);
  });
});

describe('A disagreement about who is a member', () => {
  const without = (id: string) => nodes.filter(node => node.id !== id);

  it('names who does not know a node', () => {
    assert.deepEqual(texts('membership', by([three], without(four))), ['10.0.0.2:7003 does not know 10.0.0.3:7004.']);
    assert.deepEqual(texts('membership', by([two, three], without(four))), [
      '10.0.0.1:7002 and 10.0.0.2:7003 do not know 10.0.0.3:7004.',
    ]);
  });

  it('names who has lost its address', () => {
    const lost = changed(nodes, four, { host: '', port: 0, flags: ['noaddr'] });
    const silentFour = (ids: readonly string[]): string[] =>
      mergeLooks(looksAt(nodes, { silent: [four], viewpoints: by(ids, lost) }))
        .disagreements.filter(({ kind }) => kind === 'membership')
        .map(({ text }) => text);
    assert.deepEqual(silentFour([one]), ['10.0.0.0:7001 lists 10.0.0.3:7004 without an address.']);
    assert.deepEqual(silentFour([one, two]), [
      '10.0.0.0:7001 and 10.0.0.1:7002 list 10.0.0.3:7004 without an address.',
    ]);
    assert.deepEqual(silentFour([one, two, three, five, nodeId(6)]), [], 'all say the same');
  });

  it('names who still lists a node that knows only itself', () => {
    const reset: ModelNode = { ...loneNode(6), id: nodeId(6), host: '10.0.0.5', port: 7006 };
    const alone = { [nodeId(6)]: { nodes: [reset] } };
    const rest = without(nodeId(6));
    const forgetting = by([one, two, three, four], rest);
    assert.deepEqual(texts('membership', { ...forgetting, ...alone }), [
      '10.0.0.5:7006 knows only itself, but 10.0.0.4:7005 still lists it.',
    ]);
    const fewer = by([one, two, three], rest);
    assert.match(
      texts('membership', { ...fewer, ...alone })[0]!,
      /but 10\.0\.0\.3:7004 and 10\.0\.0\.4:7005 still list it\.$/,
    );
  });
});

describe('Disagreements', () => {
  it('come with slots first, then epochs, roles and members, each kind in the order of its words', () => {
    const seen = changed(nodes, three, { epoch: 2 });
    const differing = changed(changed(seen, one, { slots: '0-5460' }), four, { masterId: two }).filter(
      ({ id }) => id !== nodeId(6),
    );
    const { disagreements } = mergeLooks(looksAt(seen, { viewpoints: by([five], differing) }));
    assert.deepEqual(
      disagreements.map(({ kind }) => kind),
      ['slotOwner', 'epochCollision', 'role', 'membership'],
    );
    const roles = changed(changed(nodes, four, { masterId: two }), five, { masterId: one });
    const [first, second] = texts('role', by([three], roles));
    assert.ok(first!.includes('about 10.0.0.3:7004') && second!.includes('about 10.0.0.4:7005'));
  });
});

describe('A ghost', () => {
  const ghostIn = (topology: Topology): boolean => topology.ghosts.includes(nodeId(66));
  const withGhost = (ghost: Partial<ModelNode> = {}) => [
    ...modelCluster(4),
    { ...loneNode(66), flags: ['fail'], ...ghost },
  ];

  it('is listed by fewer than half of the nodes, or has no address any more', () => {
    const listedBy = (ids: readonly string[]): boolean =>
      ghostIn(mergeLooks(looksAt(modelCluster(4), { viewpoints: by(ids, withGhost()) })));
    assert.deepEqual([listedBy([one]), listedBy([one, two])], [true, false]);
    const nowhere = withGhost({ host: '', port: 0, flags: ['noaddr'] });
    const all = modelCluster(4).map(({ id }) => id);
    assert.ok(ghostIn(mergeLooks(looksAt(modelCluster(4), { viewpoints: by(all, nowhere) }))));
  });

  it('is no node that only it itself lists', () => {
    assert.equal(
      ghostIn(mergeLooks([...looksAt(modelCluster(4)), { view: viewOf([loneNode(66)], nodeId(66)) }])),
      false,
    );
  });
});
