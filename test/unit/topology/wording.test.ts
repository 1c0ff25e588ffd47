import assert from 'node:assert/strict';
import { SlotSet } from '../../../src/core/topology/slotSet';
import { clockText, count, listNames, nodeName, slotsText } from '../../../src/core/topology/wording';
import { nodeId } from './modelCluster';

describe('The words of sentences', () => {
  it('name a node by its address, or by its id when nobody knows where it is', () => {
    const node = { id: nodeId(1), host: '10.0.0.1', port: 7001, address: '10.0.0.1:7001' };
    assert.equal(nodeName(node), '10.0.0.1:7001');
    assert.equal(nodeName({ ...node, host: '' }), 'node 00000001 (address unknown)');
    assert.equal(nodeName({ ...node, port: 0 }), 'node 00000001 (address unknown)');
  });

  it('list up to three names, and how many more there are', () => {
    const texts = [0, 1, 2, 3, 4, 7].map(length => listNames(['a', 'b', 'c', 'd', 'e', 'f', 'g'].slice(0, length)));
    assert.deepEqual(texts, ['', 'a', 'a and b', 'a, b and c', 'a, b, c and 1 more', 'a, b, c and 4 more']);
    assert.equal(listNames(['a', 'b', 'c'], 2), 'a, b and 1 more');
  });

  it('count, with commas in what is long', () => {
    assert.deepEqual(
      [0, 1, 2, 999, 1000, 16384].map(amount => count(amount, 'slot')),
      ['0 slots', '1 slot', '2 slots', '999 slots', '1,000 slots', '16,384 slots'],
    );
  });

  it('tell six ranges of slots, and how many more there are', () => {
    const even = (ranges: number): string => slotsText(SlotSet.of(Array.from({ length: ranges }, (_, at) => at * 2)));
    assert.deepEqual([1, 2, 6].map(even), ['slot 0', 'slots 0,2', 'slots 0,2,4,6,8,10']);
    assert.equal(even(7), 'slots 0,2,4,6,8,10 and 1 more range');
    assert.equal(even(8), 'slots 0,2,4,6,8,10 and 2 more ranges');
    assert.equal(slotsText(SlotSet.parse('0-5460,7000')), 'slots 0-5460,7000');
  });

  it('tell a time of today, and of another day with its date', () => {
    const moment = new Date(2026, 0, 2, 3, 4, 5).getTime();
    assert.equal(clockText(moment, new Date(2026, 0, 2, 22, 0, 0).getTime()), '03:04:05');
    assert.equal(clockText(moment, new Date(2026, 0, 3, 3, 4, 5).getTime()), '2026-01-02 03:04:05');
    assert.equal(clockText(new Date(2001, 11, 31, 22, 41, 7).getTime()), '2001-12-31 22:41:07', 'by the clock of now');
  });
});
