import assert from 'node:assert/strict';
import { slotServiceText } from '../../../src/extension/tree/slotService';
import { tooltipOf } from '../../../src/extension/tree/tooltips';
import { sampleState, sampleTopology, threeShards, withNodes, type SampleNode } from './sampleCluster';

describe('The slots of a cluster', () => {
  const refusing = threeShards.map(node => ({ ...node, refuses: true }));
  const cases: [string, readonly SampleNode[], string][] = [
    ['are all served', threeShards, '16384 of 16384 served'],
    [
      'are down with their master, and refused by the others while the cluster is down',
      withNodes(threeShards, { port: 7000, slots: '0-5460', down: 'fail' }),
      '0 of 16384 served, 5461 down, 10923 refused because the cluster is down',
    ],
    [
      'are down where no node has them',
      withNodes(threeShards, { port: 7000, slots: '0-99' }),
      '11023 of 16384 served, 5361 down',
    ],
    [
      'are not seen where their master is silent here alone',
      withNodes(threeShards, { port: 7000, slots: '0-5460', down: 'silent' }),
      '10923 of 16384 served, 5461 not seen from here',
    ],
    ['are refused while the nodes say so', refusing, '0 of 16384 served, 16384 refused because the cluster is down'],
  ];
  for (const [what, nodes, text] of cases)
    it(`${what}: "${text}"`, () => {
      assert.equal(slotServiceText(sampleTopology(nodes)), text);
    });

  it('are told so over the row of the cluster', () => {
    const state = sampleState(withNodes(threeShards, { port: 7000, slots: '0-99' }));
    const text = tooltipOf({ kind: 'cluster', id: 'sample', clusterId: 'sample' }, state);
    assert.match(text ?? '', /\| Slots \| 11023 of 16384 served, 5361 down \|/);
  });
});
