import assert from 'node:assert/strict';
import { SlotSet, type ClusterNode, type Operation, type OpenSlot, type Topology } from '../../../src/core/index';
import { buildSnapshot } from '../../../src/extension/topology/snapshot';
import { disputedSlotsOf, openSlotsOf, slotMovesOf } from '../../../src/extension/topology/slotsOnTheWay';
import { nodeId, sampleState, sampleTopology, threeShards, withNodes } from './sampleCluster';

const toward = (port: number, ...slots: number[]): OpenSlot[] =>
  slots.map(slot => ({ slot, direction: 'migrating', peerId: nodeId(port) }));

/** The same topology, some of its nodes with slots on their way. */
function withOpen(open: Record<number, OpenSlot[]>): Topology {
  const topology = sampleTopology(threeShards);
  const nodes = topology.nodes.map((node): ClusterNode => ({ ...node, openSlots: open[node.port] ?? [] }));
  return { ...topology, nodes };
}

describe('slots on their way, for the page', () => {
  it('joins what a node says of many slots towards one other', () => {
    const topology = withOpen({ 7000: [...toward(7001, 7, 5, 6), ...toward(7002, 8)] });
    assert.deepEqual(openSlotsOf(topology), [
      { slots: '5-7', nodeId: nodeId(7000), direction: 'migrating', peerId: nodeId(7001) },
      { slots: '8', nodeId: nodeId(7000), direction: 'migrating', peerId: nodeId(7002) },
    ]);
  });

  it('tells of a replica only what its master does not say', () => {
    const topology = withOpen({ 7000: toward(7001, 5), 7003: toward(7001, 5, 6), 7004: toward(7002, 9) });
    assert.deepEqual(
      openSlotsOf(topology).map(({ nodeId: id, slots }) => [id, slots]),
      [
        [nodeId(7000), '5'],
        [nodeId(7003), '6'],
        [nodeId(7004), '9'],
      ],
    );
  });

  it('takes what the views disagree about, where it is about slots', () => {
    const topology: Topology = {
      ...sampleTopology(threeShards),
      disagreements: [
        { kind: 'slotOwner', text: 'Slot 5 belongs to two.', nodeIds: [], slots: SlotSet.parse('5') },
        { kind: 'membership', text: 'One does not know another.', nodeIds: [] },
      ],
    };
    assert.deepEqual(disputedSlotsOf(topology), [{ slots: '5', text: 'Slot 5 belongs to two.' }]);
  });

  const operation = (state: Operation['state']): Operation =>
    ({
      state,
      progress: { message: 'Moving.', fraction: 0 },
      plan: {
        title: 'Move',
        steps: [
          { kind: 'awaitAgreement' },
          { kind: 'failOver', master: { id: nodeId(7000) }, replica: { id: nodeId(7003) } },
          {
            kind: 'moveSlots',
            moves: [
              { slots: '0-99', source: { id: nodeId(7000) }, target: { id: nodeId(7001) } },
              { slots: '5461', source: { id: nodeId(7001) }, target: { id: nodeId(7002) } },
            ],
          },
        ],
      },
    }) as unknown as Operation;

  it('takes the moves of an operation from all its steps', () => {
    assert.deepEqual(slotMovesOf(operation('running')), [
      { slots: '0-99', fromId: nodeId(7000), toId: nodeId(7001) },
      { slots: '5461', fromId: nodeId(7001), toId: nodeId(7002) },
    ]);
  });

  it('puts all of it into the snapshot, moves only while the operation runs', () => {
    const running = sampleState(threeShards, { operation: operation('running') });
    assert.equal(buildSnapshot(running, 1).slotMoves.length, 2);
    assert.deepEqual(buildSnapshot(running, 1).roleSwaps, [{ fromId: nodeId(7000), toId: nodeId(7003) }]);
    const done = sampleState(threeShards, { operation: operation('completed') });
    assert.deepEqual([buildSnapshot(done, 1).slotMoves, buildSnapshot(done, 1).roleSwaps], [[], undefined]);
    const open = buildSnapshot(sampleState(threeShards, { topology: withOpen({ 7000: toward(7001, 5) }) }), 1);
    assert.equal(open.openSlots.length, 1);
    assert.deepEqual([open.disputedSlots, open.readOnly], [[], undefined]);
  });

  it('says that no change may be asked of a read-only cluster', () => {
    const definition = { id: 'sample', name: 'Sample', nodes: [], readOnly: true };
    assert.equal(buildSnapshot(sampleState(withNodes(threeShards), { definition }), 1).readOnly, true);
  });
});
