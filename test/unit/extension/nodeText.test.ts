import assert from 'node:assert/strict';
import { SlotSet } from '../../../src/core/index';
import { nodeIcon } from '../../../src/extension/tree/icons';
import { nodeContextWords } from '../../../src/extension/tree/contextWords';
import type { ClusterState } from '../../../src/extension/sessions/clusterState';
import {
  formatBytes,
  formatRate,
  formatSlots,
  nodeDescription,
  spareCounts,
  stateText,
} from '../../../src/extension/tree/nodeText';
import { tooltipOf } from '../../../src/extension/tree/tooltips';
import { escapeIcons, escapeMarkdown } from '../../../src/extension/tree/escape';
import { localServersOf, nodeId, sampleState, threeShards, withNodes, type SampleNode } from './sampleCluster';

describe('Figures', () => {
  it('of memory have two digits and a unit', () => {
    const shown = [0, 999, 1000, 1024, 10_240, 1_258_291, 10_380_902, 1.5 * 1024 ** 3, 2 * 1024 ** 4].map(formatBytes);
    assert.deepEqual(shown, ['0 B', '999 B', '1.0 KB', '1.0 KB', '10 KB', '1.2 MB', '9.9 MB', '1.5 GB', '2.0 TB']);
  });

  it('of load have two digits, so that a steady load stays the same text', () => {
    const shown = [0, 12, 99, 123, 126, 999, 1000, 12_340, 999_499, 1_300_000].map(formatRate);
    assert.deepEqual(shown, ['0', '12', '99', '120', '130', '1000', '1k', '12k', '999k', '1.3M']);
  });

  it('of slots name three ranges and count the others', () => {
    const slots = (text: string): string => formatSlots({ slots: SlotSet.parse(text) });
    assert.equal(slots('0-5460'), '0-5460');
    assert.equal(slots('1,3,5,7,9'), '1, 3, 5 and 2 more');
  });
});

describe('The description of a master', () => {
  it('counts the slots that stand open', () => {
    const described = (slots: string): string => {
      const state = sampleState(withNodes(threeShards, { port: 7000, slots }));
      const node = state.topology!.nodes.find(({ id }) => id === nodeId(7000))!;
      return nodeDescription(node, state.topology!, state);
    };
    assert.match(described(`0-5460 [7->-${nodeId(7001)}]`), / · 1 slot open · /);
    assert.match(described(`0-5460 [7->-${nodeId(7001)}] [8->-${nodeId(7001)}]`), / · 2 slots open · /);
  });
});

describe('The state of a node', () => {
  const states: [string, SampleNode, string, string][] = [
    ['a master', { port: 7000, slots: '0-5460' }, 'ok', 'circle-large-filled'],
    ['a replica', { port: 7003, masterPort: 7000 }, 'ok', 'circle-large'],
    ['a failed replica', { port: 7003, masterPort: 7000, down: 'fail' }, 'failed 5/5', 'error'],
    ['a suspect', { port: 7003, masterPort: 7000, down: 'fail?' }, 'suspect 5/5', 'question'],
    ['one that stopped answering', { port: 7003, masterPort: 7000, down: 'silent' }, 'unreachable', 'debug-disconnect'],
    [
      'a replica without its master',
      { port: 7003, masterPort: 7000, info: { master_link_status: 'down' } },
      'link down',
      'warning',
    ],
    [
      'a replica that is filled',
      { port: 7003, masterPort: 7000, info: { master_link_status: 'down', master_sync_in_progress: 1 } },
      'syncing',
      'sync',
    ],
    ['one that loads', { port: 7003, masterPort: 7000, info: { loading: 1 } }, 'loading its data', 'loading'],
    ['a spare', { port: 7006, alone: true }, 'ok', 'circle-small'],
  ];
  for (const [what, sample, text, icon] of states)
    it(`is "${text}", drawn as ${icon}, for ${what}`, () => {
      const state = sampleState(withNodes(threeShards, sample));
      const node = state.topology!.nodes.find(({ id }) => id === nodeId(sample.port))!;
      assert.equal(stateText(node, state.topology!, state), text);
      assert.equal(nodeIcon(node, state).id, icon);
    });

  it('is "out of use" for an empty node that a person took out of use, which can be made a spare again', () => {
    const supervisor = { settings: { retired: ['127.0.0.1:7006'] } } as unknown as ClusterState['supervisor'];
    const state = sampleState(withNodes(threeShards, { port: 7006, alone: true }), { supervisor });
    const node = state.topology!.nodes.find(({ id }) => id === nodeId(7006))!;
    assert.equal(nodeDescription(node, state.topology!, state), 'out of use');
    assert.deepEqual(spareCounts([node], state.topology!, state), { standingBy: 0, others: ['1 out of use'] });
    assert.ok(nodeContextWords(node, state).includes('returned'));
  });

  it('has a shape of its own for every state, whatever the colour', () => {
    const icons = states.map(([, , , icon]) => icon);
    assert.equal(new Set(icons).size, icons.length);
  });
});

describe('A tooltip', () => {
  it('tells of a node what the row leaves out', () => {
    const text = tooltip({ kind: 'node', id: '', clusterId: 'sample', nodeId: nodeId(7003) });
    for (const part of [
      'Replica of | 7000',
      'Memory | 1\\.2 MB',
      `Node id | ${nodeId(7003)}`,
      'Server | redis 7\\.0\\.15',
    ])
      assert.ok(text.includes(part), `${part} in ${text}`);
  });

  it('tells how a stopped local node comes back', () => {
    const nodes = withNodes(threeShards, { port: 7003, masterPort: 7000, down: 'fail' });
    const state = sampleState(nodes, { localServers: localServersOf({ 7003: 'stopped' }) });
    const text = tooltipOf({ kind: 'node', id: '', clusterId: 'sample', nodeId: nodeId(7003) }, state)!;
    assert.match(text, /"Start Node" brings it back/);
    assert.match(text, /refused the connection/);
  });

  it('says that local servers outlive VS Code, and how to end them', () => {
    const definition = { id: 'sample', name: 'Sample', nodes: ['127.0.0.1:7000'], local: { directory: '/servers' } };
    const text = tooltipOf(
      { kind: 'cluster', id: 'sample', clusterId: 'sample' },
      sampleState(threeShards, { definition }),
    )!;
    assert.match(text, /keep running when VS Code is closed; "Stop Local Cluster" ends them/);
  });

  function tooltip(element: Parameters<typeof tooltipOf>[0]): string {
    return tooltipOf(element, sampleState(threeShards))!;
  }
});

describe('A text that others wrote', () => {
  it('turns into no icon', () => {
    assert.equal(escapeIcons('$(flame) costs $5 ($x)'), '$\u200b(flame) costs $5 ($x)');
  });

  it('turns into no link, image, HTML or line of its own in Markdown', () => {
    assert.equal(escapeMarkdown('[a](command:x)'), '\\[a\\]\\(command:x\\)');
    assert.equal(escapeMarkdown('<b>\n# x'), '\\<b\\> \\# x');
  });
});
