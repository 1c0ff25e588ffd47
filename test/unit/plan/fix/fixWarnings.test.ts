import assert from 'node:assert/strict';
import { membersOf } from '../../../../src/core/plan/fix/members';
import { spreadSlots } from '../../../../src/core/plan/fix/spreadSlots';
import { mergeLooks } from '../../../../src/core/topology/mergeLooks';
import { SlotSet } from '../../../../src/core/topology/slotSet';
import type { ClusterNode } from '../../../../src/core/topology/types';
import {
  changed,
  loneNode,
  looksAt,
  modelCluster,
  nodeId,
  refusedLook,
  viewOf,
  type ModelNode,
} from '../../topology/modelCluster';
import { assertRefused } from '../memberTopologies';
import { collision, fixOf, importing, migrating, type FixedScene } from './fixScenes';

const [first, second, third, replica] = [1, 2, 3, 4].map(nodeId) as [string, string, string, string];
const slot = 609;
/** Every master has keys. */
const busy = Object.fromEntries([first, second, third].map(id => [id, { info: { keys: 9 } }]));
const bothOpen = { [first]: migrating(slot, 2), [second]: importing(slot, 1) };

function warnings(scene: FixedScene, wish: Parameters<typeof fixOf>[1] = {}): Record<string, string> {
  return Object.fromEntries(fixOf(scene, wish).warnings.map(({ code, text }) => [code, text]));
}

function withSlots(id: string, slots: string, nodes: readonly ModelNode[] = modelCluster(3, 1)): ModelNode[] {
  return changed(nodes, id, { slots });
}

describe('A fix warns', () => {
  const failed = (ids: readonly string[], from: readonly ModelNode[] = modelCluster(3, 1)): FixedScene => ({
    nodes: ids.reduce((all, id) => changed(all, id, { flags: ['fail'] }), [...from]),
    silent: ids,
  });

  it('of slots that are taken, with the keys that a replica of their owner counts', () => {
    const owner = failed([second], withSlots(second, '5462', withSlots(first, '0-5461 5463-10922')));
    const take = { unreachableOwners: 'take' } as const;
    const counted = { ...owner, viewpoints: { [nodeId(5)]: { info: { keys: 7 } }, [replica]: { info: { keys: 99 } } } };
    assert.match(
      warnings(counted, take).slotsTaken ?? '',
      /^Slot 5462 is taken from 10\.0\.0\.1:7002, which does not answer: its keys \(7 keys by its replica\) are lost/,
    );
    const without = { ...owner, nodes: owner.nodes!.filter(({ id }) => id !== nodeId(5)) };
    assert.match(warnings(without, take).slotsTaken ?? '', /does not answer: its keys are lost/);
    const two = modelCluster(3, 2);
    const most = {
      ...failed([second], two),
      viewpoints: { [nodeId(5)]: { info: { keys: 7 } }, [nodeId(8)]: { info: { keys: 9 } } },
    };
    assert.match(warnings(most, take).slotsTaken ?? '', /\(9 keys by its replica\)/);
  });

  it('of masters that are silent while slots that nobody owns are given away, for they may hold keys of them', () => {
    const lacking = withSlots(first, '0-608 610-5461');
    const assign = { uncovered: 'assign' } as const;
    const one = warnings({ nodes: lacking, silent: [second] }, { ...assign, slots: `${slot}` });
    assert.match(one.holderSilent ?? '', /^10\.0\.0\.1:7002 does not answer and may hold keys/);
    const five = withSlots(first, '0-608 610-3276', modelCluster(5, 1));
    const both = warnings({ nodes: five, silent: [second, third] }, { ...assign, slots: `${slot}` });
    assert.match(both.holderSilent ?? '', /^10\.0\.0\.1:7002 and 10\.0\.0\.2:7003 do not answer/);
    assert.equal(warnings({ nodes: lacking }, assign).holderSilent, undefined, 'all answer');
    assert.equal(warnings({ nodes: lacking, silent: [replica] }, assign).holderSilent, undefined, 'a replica has none');
    const closing = { viewpoints: { [first]: migrating(slot, 2) }, silent: [third] };
    assert.equal(warnings(closing, { openSlots: 'rollBack', slots: `${slot}` }).holderSilent, undefined);
  });

  it('of a peer that is gone: unknown for good, or a failed one that may be back', () => {
    const unknown = { viewpoints: { [first]: migrating(slot, 99) } };
    assert.match(
      warnings(unknown).peerGone ?? '',
      /^Slot 609 was on the way to the unknown node 00000063, which is gone: keys that had arrived there are missing\.$/,
    );
    const two = { viewpoints: { [first]: { openSlots: `[609->-${nodeId(99)}] [610->-${nodeId(99)}]` } } };
    assert.match(warnings(two).peerGone ?? '', /^Slots 609-610 were on the way/);
    const dead = { ...failed([third]), viewpoints: { [first]: migrating(slot, 3) } };
    assert.match(
      warnings(dead).peerGone ?? '',
      /to 10\.0\.0\.2:7003, which is gone: .* missing until it is back; then fix/,
    );
    assert.deepEqual([fixOf(unknown).risk, fixOf(dead).risk], ['none', 'losesData']);
  });

  it('of slots that are opened for keys that servers hide, with how many there are', () => {
    const opened = warnings({ hidden: { [second]: 4 }, viewpoints: busy });
    assert.match(
      opened.slotsOpened ?? '',
      /^10\.0\.0\.1:7002 shows 4 keys in no slot of their own only while the slots are open: 10,923 slots are opened there/,
    );
    const both = warnings({ hidden: { [second]: 4, [third]: 3 }, viewpoints: busy });
    assert.match(both.slotsOpened ?? '', /^10\.0\.0\.1:7002 and 10\.0\.0\.2:7003 show 7 keys in no/);
    assert.equal(fixOf({ hidden: { [second]: 4 }, viewpoints: busy }, { collisions: 'owner' }).risk, 'losesData');
    assert.notEqual(fixOf({ hidden: { [second]: 4 }, viewpoints: busy }).risk, 'losesData');
  });

  it('of copies: which is deleted, and how many cannot be read yet', () => {
    const keys = { [slot]: { [first]: 1, [second]: 1 } };
    const differing = { viewpoints: bothOpen, keys, collisions: { [slot]: [collision('k', 'different', [1, 2])] } };
    assert.match(
      warnings(differing, { openSlots: 'finish', collisions: 'owner' }).copyDropped ?? '',
      /^The key k in slot 609 keeps its value of 10\.0\.0\.0:7001; that of 10\.0\.0\.1:7002 is deleted\.$/,
    );
    const unread = (...names: string[]) =>
      warnings({ keys, collisions: { [slot]: names.map(name => collision(name, 'unread', [1, 2])) } }).collisionsUnread;
    assert.match(unread('a') ?? '', /^1 key is at two nodes/);
    assert.match(unread('a', 'b') ?? '', /^2 keys are at two nodes/);
    const equal = { [slot]: [collision('a', 'unread', [1, 2]), collision('same', 'equal', [1, 2])] };
    assert.match(warnings({ keys, collisions: equal }).collisionsUnread ?? '', /^1 key is at two nodes/);
  });

  it('of what is left, each kind for itself', () => {
    const scene = {
      ...failed([second]),
      nodes: withSlots(first, '0-608 610-5461', failed([second]).nodes),
      viewpoints: { [first]: migrating(7, 3) },
    };
    const left = fixOf(scene).warnings.map(({ code, text }) => [code, text]);
    assert.deepEqual(left.map(([code]) => code).sort(), ['ownerUnreachable', 'uncoveredSlots']);
    const texts = Object.fromEntries(left) as Record<string, string>;
    assert.match(texts.uncoveredSlots ?? '', /^Not fixed: 1 slot belongs to nobody \(609\)\. Have it assigned/);
    assert.match(texts.ownerUnreachable ?? '', /owns slots 5462-10922, does not answer and has failed: /);
  });
});

describe('A fix is refused', () => {
  it('for slots of nobody, in words for one and for several', () => {
    assertRefused(
      () => fixOf({ nodes: withSlots(first, '1-5461') }),
      'uncoveredSlots',
      /^1 slot belongs to nobody \(0\)/,
    );
    assertRefused(
      () => fixOf({ nodes: withSlots(first, '2-5461') }),
      'uncoveredSlots',
      /^2 slots belong to nobody \(0-1\).*those with keys go to who holds them/,
    );
  });

  it('for a silent owner that has not failed, or that no replica could stand in for', () => {
    const silent = { nodes: withSlots(first, '0-608 610-5461'), silent: [second] };
    const claims = { ...silent, viewpoints: { [third]: importing(6000, 2) } };
    assertRefused(
      () => fixOf(claims, { slots: '6000' }),
      'ownerUnreachable',
      /does not answer: its slots are not taken/,
    );
    const nodes = changed(modelCluster(3, 1), second, { flags: ['fail'] });
    assertRefused(
      () => fixOf({ nodes, silent: [second, nodeId(5)] }),
      'ownerUnreachable',
      /bring it back: no replica of it answers/,
    );
  });

  it('for a silent peer, in words for one slot and for several', () => {
    const open = (slots: readonly number[]) => ({
      viewpoints: { [first]: { openSlots: slots.map(each => `[${each}->-${second}]`).join(' ') } },
      silent: [second],
    });
    assertRefused(
      () => fixOf(open([5]), { slots: '5' }),
      'peerUnreachable',
      /slot 5 is on the way to 10\.0\.0\.1:7002/i,
    );
    assertRefused(() => fixOf(open([5, 6]), { slots: '5-6' }), 'peerUnreachable', /slots 5-6 are on the way/i);
  });

  it('where half of the masters answer, but not where only replicas or empty masters are missing', () => {
    const four = withSlots(first, '0-608 610-4095', modelCluster(4, 1));
    const assign = { uncovered: 'assign', slots: `${slot}` } as const;
    assertRefused(
      () => fixOf({ nodes: four, silent: [3, 4].map(nodeId) }, assign),
      'noMajority',
      /Only 2 of 4 masters answer, .* \(10\.0\.0\.2:7003 and 10\.0\.0\.3:7004 do not\)/,
    );
    const two = withSlots(first, '0-608 610-8191', modelCluster(2, 1));
    assertRefused(
      () => fixOf({ nodes: two, silent: [nodeId(2)] }, assign),
      'noMajority',
      /\(10\.0\.0\.1:7002 does not\)/,
    );
    assert.equal(fixOf({ nodes: four, silent: [4, 5, 6].map(nodeId) }, assign).kind, 'fix');
  });
});

describe('Slots of nobody', () => {
  const topologyOf = (nodes: readonly ModelNode[]) => mergeLooks(looksAt(nodes));
  const masters = (nodes: readonly ModelNode[]): ClusterNode[] =>
    topologyOf(nodes).nodes.filter(({ role }) => role === 'master');
  const spread = (slots: string, nodes: readonly ModelNode[]) =>
    Object.fromEntries(
      [...spreadSlots(SlotSet.parse(slots), masters(nodes))].map(([id, given]) => [id, given.toString()]),
    );

  it('go in equal shares to masters in the order of their slots, the odd ones to who has least', () => {
    const nodes = withSlots(first, '0-99', withSlots(second, '200-299', withSlots(third, '400-409', modelCluster(3))));
    assert.deepEqual(spread('1000-1002', nodes), { [first]: '1000', [second]: '1001', [third]: '1002' });
    assert.deepEqual(spread('1000', nodes), { [third]: '1000' });
    assert.deepEqual(spread('1000-1003', nodes), { [first]: '1000', [second]: '1001', [third]: '1002-1003' });
    const turned = withSlots(first, '400-409', withSlots(third, '0-99', nodes));
    assert.deepEqual(spread('1000-1002', turned), { [third]: '1000', [second]: '1001', [first]: '1002' });
  });

  it('go to no master without slots while another has some, and to all where none has', () => {
    const nodes = withSlots(third, '', modelCluster(3));
    assert.deepEqual(Object.keys(spread('1000-1005', nodes)).sort(), [first, second].sort());
    const none = modelCluster(3).map(node => ({ ...node, slots: '' }));
    assert.deepEqual(Object.keys(spread('0-5', none)).sort(), [first, second, third].sort());
  });

  it('concern the members: no server outside, no ghost, no node that was forgotten, none that still joins', () => {
    const lone = loneNode(21);
    const withLone = mergeLooks([...looksAt(modelCluster(3, 1)), { view: viewOf([lone], lone.id) }]);
    assert.equal(membersOf(withLone).length, 6);
    const ghost: ModelNode = { ...modelCluster(3, 1)[3]!, id: nodeId(8), host: '10.0.0.8', flags: ['fail'] };
    const listing = { [first]: { nodes: [...modelCluster(3, 1), ghost] } };
    const haunted = mergeLooks(looksAt(modelCluster(3, 1), { viewpoints: listing }));
    assert.ok(haunted.nodes.some(({ id }) => id === ghost.id));
    assert.ok(!membersOf(haunted).some(({ id }) => id === ghost.id));
    const meeting: ModelNode = { ...ghost, id: nodeId(99), flags: ['handshake'] };
    const joining = mergeLooks(
      looksAt(modelCluster(3, 1), { viewpoints: { [first]: { nodes: [...modelCluster(3, 1), meeting] } } }),
    );
    assert.ok(!membersOf(joining).some(({ id }) => id === meeting.id));
    const lost = changed(modelCluster(3, 1), replica, { host: '', port: 0, flags: ['noaddr'] });
    assert.equal(membersOf(mergeLooks(looksAt(lost, { silent: [replica] }))).length, 5, 'one that nobody finds');
    const address = mergeLooks([...looksAt(modelCluster(3, 1)), refusedLook('10.9.0.4:7500')]);
    assert.equal(membersOf(address).length, 6, 'an address that never answered');
  });

  it('concern a node that stands alone with slots only where there is no other', () => {
    const alone = loneNode(21, '0-16383');
    const view = viewOf([alone], alone.id);
    assert.deepEqual(
      membersOf(mergeLooks([{ view }])).map(({ id }) => id),
      [alone.id],
    );
    assert.equal(membersOf(mergeLooks([...looksAt(modelCluster(3, 1)), { view }])).length, 6);
  });
});
