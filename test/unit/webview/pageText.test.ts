import assert from 'node:assert/strict';
import { formatBytes, formatCount } from '../../../src/webview/formatNumbers';
import { nodeMenuContext } from '../../../src/webview/menuContext';
import { slotBandPath, slotShare } from '../../../src/webview/slotBand';
import { strings } from '../../../src/webview/strings';
import { makeNode } from '../../support/pageSnapshots';

describe('formatCount and formatBytes', () => {
  for (const [count, text] of [
    [0, '0'],
    [999, '999'],
    [1000, '1k'],
    [12_345, '12.3k'],
    [123_456, '123k'],
    [999_950, '1M'],
    [4_200_000_000, '4.2G'],
    [-5, '0'],
  ] as const)
    it(`writes ${count} as ${text}`, () => assert.equal(formatCount(count), text));
  for (const [bytes, text] of [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KB'],
    [1_500_000, '1.4 MB'],
    [85_899_345_920, '80 GB'],
  ] as const)
    it(`writes ${bytes} bytes as ${text}`, () => assert.equal(formatBytes(bytes), text));
});

describe('slotBandPath and slotShare', () => {
  it('draws one bar per range in a band of 16384', () => {
    assert.equal(slotBandPath('0-5460,8192-8291'), 'M0 0h5461v1h-5461zM8192 0h100v1h-100z');
  });

  it('keeps a lone slot visible, the last one too', () => {
    assert.equal(slotBandPath('16383'), 'M16304 0h80v1h-80z');
  });

  it('leaves out what is no range', () => {
    assert.equal(slotBandPath('x 7-3 99999 -1'), '');
    assert.equal(slotShare(''), 0);
  });

  it('adds up to the whole', () => {
    assert.equal(slotShare('0-5460 5461-10922,10923-16383'), 1);
    assert.equal(strings.share(slotShare('0-5460')), '33.3 %');
    assert.equal(strings.share(slotShare('0-16383')), '100 %');
  });
});

describe('strings.nodeLabel', () => {
  const master = makeNode(7000, { role: 'master', slots: '0-5460', slotCount: 5461 });
  for (const [title, label, expected] of [
    ['a master', strings.nodeLabel(master, 'Shard 1'), 'master of shard 1, slots 0-5460, ok, host host-1'],
    [
      'a replica',
      strings.nodeLabel(makeNode(7000, { role: 'replica', stateText: 'syncing 43 %' }), 'Shard 1'),
      'replica of shard 1, syncing 43 %, host host-1',
    ],
    ['a spare', strings.nodeLabel(makeNode(7000, { role: 'spare', state: 'spare' }), undefined), 'spare, host host-1'],
    [
      'a failed former master',
      strings.nodeLabel(makeNode(7000, { role: 'master', state: 'failed', formerShardId: 's' }), 'Shard 1'),
      'former master of shard 1, failed, host host-1',
    ],
  ] as const)
    it(`tells all of ${title} in one sentence`, () => assert.equal(label, `127.0.0.1:7000, ${expected}`));
});

describe('strings.counts', () => {
  const masters = [7000, 7001].map(port => makeNode(port, { role: 'master' }));
  const standingBy = makeNode(7006, { role: 'spare', state: 'spare', stateText: '' });
  const away = (port: number, stateText: string) =>
    makeNode(port, {
      role: 'spare',
      state: 'unreachable',
      stateText,
      ...(stateText === 'stopped' && { stopped: true }),
    });

  it('counts as spares those that stand by, and says what the others are', () => {
    const nodes = [...masters, standingBy, away(7007, 'stopped'), away(7008, 'unreachable'), away(7009, 'stopped')];
    assert.equal(strings.counts(nodes), '2 masters · 0 replicas · 1 spare · 2 stopped · 1 unreachable');
    assert.equal(strings.hostDetail(nodes, 2), '0 of 2 masters · 1 spare · 2 stopped · 1 unreachable');
    assert.equal(strings.sparesDetail(nodes.slice(2)), '1 node standing by · 2 stopped · 1 unreachable');
  });

  it('says that all are stopped, whatever they were', () => {
    const nodes = [7000, 7001].map(port => away(port, 'stopped'));
    assert.equal(strings.counts(nodes), '2 nodes, all stopped');
    assert.deepEqual([strings.spares(nodes), strings.sparesDetail(nodes)], ['Stopped', '2 stopped']);
  });
});

describe('nodeMenuContext', () => {
  it('offers the words of the tree row, together and one by one', () => {
    const node = makeNode(7000, { role: 'master', contextValue: 'node master slots ok local' });
    assert.deepEqual(JSON.parse(nodeMenuContext(node, 'cluster-1')), {
      webviewSection: 'node',
      nodeId: node.id,
      clusterId: 'cluster-1',
      redisClusterNode: 'node master slots ok local',
      rcm_node: true,
      rcm_master: true,
      rcm_slots: true,
      rcm_ok: true,
      rcm_local: true,
      preventDefaultContextMenuItems: true,
    });
  });
});
