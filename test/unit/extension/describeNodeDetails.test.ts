import assert from 'node:assert/strict';
import type { ConfigReading, NodeDetails } from '../../../src/core/index';
import { describeNodeDetails, type DetailedNode } from '../../../src/extension/commands/describeNodeDetails';
import { commandIds } from '../../../src/shared/commandIds';
import { sampleTopology, threeShards } from './sampleCluster';

const [node, near, far] = sampleTopology(threeShards).nodes as [
  DetailedNode['node'],
  DetailedNode['node'],
  DetailedNode['node'],
];
const refresh = {
  title: 'Refresh',
  command: commandIds.showNodeDetails,
  argument: { clusterId: 'a', nodeId: node.id },
};

describe('describeNodeDetails', () => {
  it('puts first what is unlike its siblings, then times, slow commands, clients, INFO and all settings', () => {
    const { text, actions } = textFor({});
    assert.match(text, /^# 127\.0\.0\.1:7000\n\nMaster of slots 0-5460, ok, on host-1.*; a node of orders, asked at /);
    assert.deepEqual(
      [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title),
      [
        'Settings unlike those of its siblings',
        'Where its time goes',
        'Slow commands',
        'Clients',
        'INFO',
        'All settings',
      ],
    );
    assert.match(text, /### Memory[^]*### Persistence/);
    assert.match(text, /\| maxmemory \| 0 +\| 100: 127\.0\.0\.1:\d+; no such setting: 127\.0\.0\.1:\d+ \|/);
    assert.match(text, /Compared with 2 of 5 other nodes/);
    assert.match(text, /\| GET +\| +3 \| +30\.0 ms \| +10\.0 ms \| +8\.00 ms \| +20\.0 ms \| +1 \|/);
    assert.match(text, /`latency-monitor-threshold` is 0/);
    assert.match(text, /\| used_memory +\| 2097152 +\| 2\.0 MB +\|/);
    assert.doesNotMatch(text, /used_memory_human/);
    assert.match(text, /\| rdb_last_save_time +\| 0 +\| never +\|/);
    assert.deepEqual(actions, [{ ...refresh, line: 0 }]);
  });

  it('says of each part the user may not ask for why it is not there', () => {
    const refusal = 'It refused SLOWLOG: NOPERM.';
    const { text } = textFor({
      details: { info: { refusal }, times: { refusal }, slow: { refusal }, clients: { refusal } },
      settings: { values: {}, failures: { [node.id]: 'It refused CONFIG: NOPERM.' } },
    });
    assert.equal([...text.matchAll(/Not told\. It refused SLOWLOG: NOPERM\./g)].length, 4);
    assert.equal([...text.matchAll(/Not told\. It refused CONFIG: NOPERM\./g)].length, 2);
  });

  it('does not call settings alike when nobody was compared with', () => {
    const { text } = textFor({
      settings: { values: { [node.id]: { maxmemory: '0' } }, failures: { [near.id]: 'Gone.' } },
    });
    assert.match(text, /No other node could be asked for its settings\./);
  });

  it('shortens a long value, and lets none leave its cell or make a link', () => {
    const save = `|[run](command:x)\n# ${'9'.repeat(300)}`;
    const { text } = textFor({ settings: { values: { [node.id]: { save } }, failures: {} } });
    assert.match(text, /^\| save +\| \\\|\[run\] \(command:x\) # 9{50,}… \|$/m);
    assert.ok(text.split('\n').every(line => line.length < 300));
  });
});

function textFor(over: Partial<DetailedNode>): ReturnType<typeof describeNodeDetails> {
  const settings: ConfigReading = {
    values: { [node.id]: { maxmemory: '0' }, [near.id]: { maxmemory: '100' }, [far.id]: {} },
    failures: {},
  };
  const siblings = new Map([near, far].map(({ id, address }) => [id, address]));
  const detailed = { node, clusterName: 'orders', details, settings, siblings, siblingsInAll: 5, readAt: new Date(0) };
  return describeNodeDetails({ ...detailed, ...over }, [refresh]);
}

const details: NodeDetails = {
  info: {
    facts: [
      {
        title: 'Memory',
        fields: [
          { name: 'used_memory', value: '2097152' },
          { name: 'used_memory_human', value: '2.00M' },
        ],
        leftOut: 0,
      },
      { title: 'Persistence', fields: [{ name: 'rdb_last_save_time', value: '0' }], leftOut: 0 },
    ],
  },
  times: {
    facts: {
      commands: [
        {
          command: 'GET',
          calls: 3,
          totalMicroseconds: 30_000,
          failed: 1,
          p50Microseconds: 8000,
          p99Microseconds: 20_000,
        },
      ],
      total: 1,
      spikes: [],
      spikeThresholdMilliseconds: 0,
    },
  },
  slow: { facts: { commands: [], logged: 0, thresholdMicroseconds: 10_000, nowMilliseconds: 0 } },
  clients: { facts: { clients: [], total: 0, memoryBytes: 0, outputBytes: 0 } },
};
