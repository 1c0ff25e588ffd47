import assert from 'node:assert/strict';
import { isInProduction } from '../../../src/extension/sessions/twins';
import type { Operation, Problem } from '../../../src/core/index';
import { buildTreeRows, countAttention } from '../../../src/extension/tree/buildTreeRows';
import { contextWords } from '../../../src/extension/tree/contextWords';
import { diffRows } from '../../../src/extension/tree/diffRows';
import type { TreeRow } from '../../../src/extension/tree/elements';
import {
  emptyState,
  localServersOf,
  nodeId,
  operationElsewhere,
  sampleState,
  sampleTopology,
  threeShards,
  withNodes,
  young,
} from './sampleCluster';

const spare = { port: 7006, alone: true };

describe('Tree rows', () => {
  it('show a healthy cluster by shard, each master above its replica', () => {
    const [cluster] = buildTreeRows([sampleState([...threeShards, spare])], 'shard');
    assert.deepEqual(outline(cluster!), [
      'Sample | 3 shards · 7 nodes',
      '  Shard 1 | slots 0-5460',
      '    7000 | slots 0-5460 · 12 op/s · 1.2 MB',
      '    7003 | replica of 7000 · lag 0 · 1.2 MB',
      '  Shard 2 | slots 5461-10922',
      '    7001 | slots 5461-10922 · 12 op/s · 1.2 MB',
      '    7004 | replica of 7001 · lag 0 · 1.2 MB',
      '  Shard 3 | slots 10923-16383',
      '    7002 | slots 10923-16383 · 12 op/s · 1.2 MB',
      '    7005 | replica of 7002 · lag 0 · 1.2 MB',
      '  Spares | 1',
      '    7006 | stands by',
    ]);
  });

  it('name nodes by address when they do not share one', () => {
    const nodes = withNodes(threeShards, { port: 7003, host: '10.0.0.2', masterPort: 7000 });
    const rows = flat(buildTreeRows([sampleState(nodes)], 'shard'));
    assert.ok(rows.some(({ label }) => label === '10.0.0.2:7003'));
    assert.match(rows.find(({ label }) => label === '10.0.0.2:7003')!.description, /^replica of 127\.0\.0\.1:7000/);
  });

  it('group by host on request, with the same node elements', () => {
    const [cluster] = buildTreeRows([sampleState([...threeShards, spare])], 'host');
    assert.deepEqual(
      cluster!.children.map(({ label, description }) => `${label} | ${description}`),
      ['host-1 | 1 master · 1 replica · 1 spare', 'host-2 | 1 master · 1 replica', 'host-3 | 1 master · 1 replica'],
    );
    const ids = (rows: TreeRow[]): string[] =>
      flat(rows)
        .filter(({ element }) => element.kind === 'node')
        .map(({ element }) => element.id)
        .sort();
    assert.deepEqual(ids([cluster!]), ids(buildTreeRows([sampleState([...threeShards, spare])], 'shard')));
  });

  it('keep a failed replica in its shard, with how many say so, and its problem above', () => {
    const nodes = withNodes(threeShards, { port: 7003, masterPort: 7000, down: 'fail' });
    const rows = flat(buildTreeRows([sampleState(nodes)], 'shard'));
    const row = nodeRow(rows, 7003);
    assert.match(row.description, /^failed 5\/5 · replica of 7000/);
    assert.equal(row.icon.id, 'error');
    assert.equal(row.contextValue, 'node replica failed');
    const problems = rows.filter(({ element }) => element.kind === 'problem');
    assert.ok(problems.length >= 1);
    assert.ok(problems.some(({ opens }) => opens?.nodeId === nodeId(7003)));
    assert.equal(rows.find(({ element }) => element.kind === 'problems')?.label, `Problems (${problems.length})`);
  });

  it('keep a failed node that serves no shard any more under "Failed nodes"', () => {
    const nodes = withNodes(threeShards, { port: 7000, down: 'fail' }, { port: 7003, slots: '0-5460' });
    const [cluster] = buildTreeRows([sampleState(nodes)], 'shard');
    const group = cluster!.children.find(({ element }) => element.kind === 'failedNodes');
    assert.equal(group?.label, 'Failed nodes');
    assert.deepEqual(
      group?.children.map(({ element }) => element.nodeId),
      [nodeId(7000)],
    );
  });

  it('keep a failed node that served a shard in it, where that is known, and count it as no master', () => {
    const nodes = withNodes(threeShards, { port: 7000, down: 'fail' }, { port: 7003, slots: '0-5460' });
    const topology = sampleTopology(nodes, sampleTopology(threeShards));
    const state = sampleState(nodes, { topology });
    const [cluster] = buildTreeRows([state], 'shard');
    assert.deepEqual(
      cluster!.children.filter(({ element }) => element.kind !== 'problems').map(({ label }) => label),
      ['Shard 1', 'Shard 2', 'Shard 3'],
    );
    const row = nodeRow(flat([cluster!]), 7000);
    assert.match(row.description, /^failed 5\/5 · former master of Shard 1$/);
    assert.match(row.spoken, /^former master 127\.0\.0\.1:7000, failed, /);
    const hosts = buildTreeRows([state], 'host')[0]!.children.filter(({ element }) => element.kind === 'host');
    assert.deepEqual(
      hosts.map(({ description }) => description),
      ['1 master · 1 replica · 1 failed', '1 master', '1 master · 1 replica'],
    );
  });

  it('make no shard of a failed master and a failed replica whose slots another has taken', () => {
    const nodes = withNodes(
      threeShards,
      { port: 7000, down: 'fail' },
      { port: 7003, slots: '0-5460' },
      { port: 7006, masterPort: 7000, down: 'fail' },
    );
    const [cluster] = buildTreeRows([sampleState(nodes)], 'shard');
    assert.deepEqual(
      cluster!.children
        .filter(({ element }) => element.kind !== 'problems')
        .map(({ label, children }) => [label, children.length]),
      [
        ['Shard 1', 1],
        ['Shard 2', 2],
        ['Shard 3', 2],
        ['Failed nodes', 2],
      ],
    );
  });

  it('tell what a local server does: stopped ones offer Start, paused ones Resume', () => {
    const nodes = withNodes(
      threeShards,
      { port: 7003, masterPort: 7000, down: 'fail' },
      { port: 7004, masterPort: 7001, down: 'fail?' },
    );
    const localServers = localServersOf({ 7000: 'running', 7003: 'stopped', 7004: 'paused' });
    const rows = flat(buildTreeRows([sampleState(nodes, { localServers })], 'shard'));
    assert.equal(nodeRow(rows, 7000).contextValue, 'node master slots ok local running');
    assert.equal(nodeRow(rows, 7003).contextValue, 'node replica failed local stopped');
    assert.match(nodeRow(rows, 7003).description, /^stopped, failed 5\/5|^stopped, failed 4\/4/);
    assert.equal(nodeRow(rows, 7004).contextValue, 'node replica suspect local paused');
    assert.equal(nodeRow(rows, 7004).icon.id, 'debug-pause');
  });

  it('count as spares only those that answer, and say what the others are', () => {
    const silent = { port: 7008, alone: true, down: 'silent' as const };
    const nodes = [...threeShards, spare, { port: 7007, alone: true }, silent];
    const countsAt = (localServers: ReturnType<typeof localServersOf>): (string | undefined)[] =>
      (['shard', 'host'] as const).map(grouping => {
        const rows = flat(buildTreeRows([sampleState(nodes, { localServers })], grouping));
        return rows.find(({ element: { kind, id } }) => kind === 'spares' || id.endsWith('/host/host-1'))?.description;
      });
    assert.deepEqual(countsAt(undefined)[0], '2 · 1 unreachable');
    const stopped = localServersOf({ 7000: 'running', 7006: 'stopped', 7008: 'stopped' });
    assert.deepEqual(countsAt(stopped), ['1 · 2 stopped', '1 master · 1 replica · 1 stopped']);
  });

  it('call servers that were stopped neither spares nor failed, also when nothing else is known of them', () => {
    const nodes = [7000, 7001].map(port => ({ port, down: 'silent' as const }));
    const localServers = localServersOf({ 7000: 'stopped', 7001: 'stopped' });
    const [cluster] = buildTreeRows([sampleState(nodes, { localServers })], 'shard');
    assert.deepEqual(
      cluster!.children.map(({ label, description }) => [label, description]),
      [['Stopped', '2 stopped']],
    );
  });

  it('know a local server by the id of its node when the cluster lost its address', () => {
    const state = sampleState(withNodes(threeShards, { port: 7003, masterPort: 7000, down: 'fail' }), {
      localServers: localServersOf({ 7000: 'running', 7003: 'stopped' }),
    });
    const topology = {
      ...state.topology!,
      nodes: state.topology!.nodes.map(node =>
        node.port === 7003 ? { ...node, host: '', port: 0, address: ':0' } : node,
      ),
    };
    const row = flat(buildTreeRows([{ ...state, topology }], 'shard')).find(
      ({ element }) => element.kind === 'node' && element.nodeId === nodeId(7003),
    )!;
    assert.equal(row.contextValue, 'node replica failed local stopped');
    assert.equal(row.label, 'node 00000000');
  });

  it('put nodes that are in no cluster yet together, and say so on the cluster', () => {
    const [cluster] = buildTreeRows([sampleState([7000, 7001, 7002].map(port => ({ port, alone: true })))], 'shard');
    assert.match(cluster!.description, /^no cluster yet/);
    assert.equal(cluster!.contextValue, 'cluster empty');
    assert.deepEqual(
      cluster!.children
        .filter(({ element }) => element.kind === 'spares')
        .map(({ label, children }) => [label, children.length]),
      [['Nodes in no cluster yet', 3]],
    );
  });

  it('show why a cluster cannot be looked at, and what to do, as its only row', () => {
    const failure = { message: 'Nobody answers.', remedy: 'Start the servers.' };
    const [cluster] = buildTreeRows([{ ...emptyState(), failure }], 'shard');
    assert.deepEqual(outline(cluster!), ['Sample | cannot be reached', '  Nobody answers. | Start the servers.']);
  });

  it('say once that nobody answers, not once per node', () => {
    const nodes = [7000, 7001].map(port => ({ port, down: 'silent' as const }));
    const [cluster] = buildTreeRows([sampleState(nodes, { failure: { message: 'No node answers.' } })], 'shard');
    assert.deepEqual(outline(cluster!), [
      'Sample | no node answers · 2 nodes',
      '  No node answers. | ',
      '  Failed nodes | 2',
      '    7000 | unreachable',
      '    7001 | unreachable',
    ]);
  });

  it('keep what was seen last below a failure', () => {
    const [cluster] = buildTreeRows([sampleState(threeShards, { failure: { message: 'Late.' } })], 'shard');
    assert.deepEqual(
      cluster!.children.map(({ element }) => element.kind),
      ['failure', 'shard', 'shard', 'shard'],
    );
  });

  it('say of an unwatched cluster that nobody has looked', () => {
    assert.deepEqual(outline(buildTreeRows([emptyState()], 'shard')[0]!), ['Sample | not looked at yet']);
  });

  it('mark a cluster that is read-only or whose certificates nobody verifies', () => {
    const definition = { ...emptyState().definition, readOnly: true, tls: { skipVerification: true } };
    const [cluster] = buildTreeRows([sampleState(threeShards, { definition })], 'shard');
    assert.match(cluster!.description, /· read-only · TLS not verified$/);
    assert.ok(
      flat([cluster!])
        .filter(({ element }) => element.kind === 'node')
        .every(({ contextValue }) => contextValue.endsWith(' readOnly')),
    );
  });

  it('say first that a cluster is in production, with the colour of its mark', () => {
    const [row] = buildTreeRows([emptyState({ production: true, readOnly: true })], 'shard');
    assert.equal(row!.description, 'production · read-only · not looked at yet');
    assert.deepEqual(row!.mark, { color: 'red', production: true });
    assert.match(row!.spoken, /^Cluster Sample, production/);
    const [marked] = buildTreeRows([emptyState({ color: 'green' })], 'shard');
    assert.deepEqual([marked!.mark, marked!.description], [{ color: 'green', production: false }, 'not looked at yet']);
  });

  it('tell clusters of one name apart, and say of a cluster that is listed twice that it is one', () => {
    const first = sampleState(threeShards);
    const second = { ...sampleState(threeShards), definition: { ...first.definition, id: 'b', name: 'Watcher' } };
    const namesake = { ...emptyState(), definition: { ...first.definition, id: 'c', nodes: ['10.0.0.9:1'] } };
    const rows = buildTreeRows([first, second, namesake], 'shard');
    assert.deepEqual(
      rows.map(({ description }) => description),
      [
        '127.0.0.1:7000 · 3 shards · 6 nodes',
        'same cluster as Sample · 3 shards · 6 nodes',
        '10.0.0.9:1 · not looked at yet',
      ],
    );
    const failed = sampleState(withNodes(threeShards, { port: 7003, masterPort: 7000, down: 'fail' }));
    assert.equal(countAttention([failed, { ...failed, definition: second.definition }]), countAttention([failed]));
    assert.equal(
      isInProduction(first, [first, { ...second, definition: { ...second.definition, production: true } }]),
      true,
    );
    assert.equal(
      isInProduction(namesake, [{ ...second, definition: { ...second.definition, production: true } }]),
      false,
    );
  });

  it('show a cluster that comes up in neutral signs, without a problem', () => {
    const nodes = young(withNodes(threeShards, { port: 7003, masterPort: 7000, info: { master_link_status: 'down' } }));
    const localServers = localServersOf({ 7000: 'running' });
    const [cluster] = buildTreeRows([sampleState(nodes, { localServers })], 'shard');
    assert.match(cluster!.description, /^coming up/);
    assert.equal(cluster!.icon.id, 'loading~spin');
    const rows = flat([cluster!]);
    assert.ok(rows.every(({ element }) => element.kind !== 'problems'));
    assert.equal(nodeRow(rows, 7003).icon.id, 'ellipsis');
    assert.ok(rows.every(({ icon }) => !['error', 'warning', 'question'].includes(icon.id)));
    assert.equal(countAttention([sampleState(withNodes(nodes, { port: 7005, down: 'silent' }), { localServers })]), 0);
  });

  it('show a local cluster whose servers are all stopped at rest', () => {
    const nodes = threeShards.map(node => ({ ...node, down: 'silent' as const }));
    const topology = sampleTopology(nodes, sampleTopology(threeShards));
    const localServers = localServersOf(Object.fromEntries(nodes.map(({ port }) => [port, 'stopped'])));
    const [cluster] = buildTreeRows([sampleState(nodes, { topology, localServers })], 'shard');
    assert.equal(cluster!.icon.id, 'debug-stop');
    assert.ok(flat([cluster!]).every(({ icon }) => !['error', 'warning'].includes(icon.id)));
  });

  it('show a running operation first, with its menu words', () => {
    const progress = { state: 'running', stepIndex: 1, message: 'Meeting.', fraction: 0.414 };
    const operation = {
      id: 'o1',
      plan: { kind: 'create', title: 'Create it', steps: [], after: { nodes: [] } },
      state: 'running',
      progress,
    } as unknown as Operation;
    const [cluster] = buildTreeRows([sampleState(threeShards, { operation })], 'shard');
    assert.equal(outline(cluster!)[1], '  Create it | 41 % · Meeting.');
    assert.equal(cluster!.children[0]!.contextValue, 'operation active running');
    assert.match(cluster!.description, /^Creating 41 %/);
  });

  it('show what another window does to the cluster, and nothing of it that could be pressed here', () => {
    const [cluster] = buildTreeRows([sampleState(threeShards, { operationElsewhere })], 'shard');
    assert.equal(outline(cluster!)[1], '  Move 100 slots | runs in another window · 00:04:05');
    assert.equal(cluster!.children[0]!.contextValue, 'operation history');
    assert.match(cluster!.description, /^an operation in another window/);
  });

  it('never let a name that others wrote become an icon', () => {
    const state = emptyState({ name: 'prod $(flame)' });
    const [{ label }] = buildTreeRows([state], 'shard') as [TreeRow];
    assert.ok(!label.includes('$('));
    assert.equal(label.replaceAll('\u200b', ''), 'prod $(flame)');
  });

  it('open many shards folded but for those in trouble', () => {
    const size = 256;
    const nodes = Array.from({ length: 64 }, (_, index) => ({
      port: 7000 + index,
      slots: `${index * size}-${index * size + size - 1}`,
      ...(index === 5 && { down: 'fail?' as const }),
    }));
    const [cluster] = buildTreeRows([sampleState(nodes)], 'shard');
    const open = cluster!.children.filter(
      ({ element, expansion }) => element.kind === 'shard' && expansion === 'expanded',
    );
    assert.deepEqual(
      open.map(({ label }) => label),
      ['Shard 6'],
    );
  });

  it('have ids that are unique in the view, over every kind of row', () => {
    const problem = (nodeIds: string[]): Problem => ({
      code: 'x',
      severity: 'warning',
      text: 't',
      sinceMilliseconds: 0,
      nodeIds,
      remedy: 'r',
    });
    const health = {
      status: 'degraded' as const,
      problems: [problem([]), problem([]), problem(['a']), problem(['a', 'b'])],
    };
    const failure = { message: 'm' };
    const one = sampleState([...threeShards, spare], { health, failure });
    const two = { ...one, definition: { ...one.definition, id: 'other' } };
    for (const grouping of ['shard', 'host'] as const) {
      const ids = flat(buildTreeRows([one, two], grouping)).map(({ element }) => element.id);
      assert.equal(new Set(ids).size, ids.length);
    }
  });

  it('use only the words that menus may ask for', () => {
    const known = new Set<string>(contextWords);
    const localServers = localServersOf({ 7000: 'running', 7003: 'stopped' });
    const state = sampleState([...threeShards, spare], { localServers, failure: { message: 'm' } });
    for (const row of flat([...buildTreeRows([state], 'shard'), ...buildTreeRows([state], 'host')]))
      for (const word of row.contextValue.split(' ')) assert.ok(known.has(word), word);
  });
});

describe('The badge', () => {
  it('counts the nodes that need attention', () => {
    const nodes = withNodes(threeShards, { port: 7003, masterPort: 7000, down: 'fail' });
    assert.equal(countAttention([sampleState(threeShards)]), 0);
    const others = nodes.map(({ port, masterPort, ...node }) => ({
      ...node,
      port: port + 1000,
      ...(masterPort !== undefined && { masterPort: masterPort + 1000 }),
    }));
    assert.equal(countAttention([sampleState(nodes), sampleState(others)]), 2);
  });

  it('counts a cluster that cannot be reached as one, and a local one that is stopped as none', () => {
    const failure = { message: 'Nobody answers.' };
    assert.equal(countAttention([{ ...emptyState(), failure }]), 1);
    assert.equal(countAttention([{ ...emptyState(), failure, localServers: localServersOf({ 7000: 'stopped' }) }]), 0);
  });
});

describe('The rows to redraw', () => {
  const before = buildTreeRows([sampleState(threeShards)], 'shard');

  it('are none when nothing changed', () => {
    assert.deepEqual(diffRows(before, buildTreeRows([sampleState(threeShards)], 'shard')), []);
  });

  it('are only that of the node whose load changed', () => {
    const busier = withNodes(threeShards, {
      port: 7001,
      slots: '5461-10922',
      info: { instantaneous_ops_per_sec: 900 },
    });
    const changed = diffRows(before, buildTreeRows([sampleState(busier)], 'shard'));
    assert.notEqual(changed, 'all');
    assert.deepEqual(
      (changed as { id: string }[]).map(({ id }) => id),
      [`sample/${nodeId(7001)}`],
    );
  });

  it('are the parents whose children changed, not what is below them', () => {
    const more = withNodes(threeShards, { port: 7006, masterPort: 7000 });
    const changed = diffRows(before, buildTreeRows([sampleState(more)], 'shard'));
    const ids = (changed as { id: string }[]).map(({ id }) => id);
    assert.ok(ids.includes('sample/shard/slot-0'));
    assert.ok(!ids.includes('sample/shard/slot-5461'));
  });

  it('are no parents but the two shards while slots move between them, and no node leaves its own', () => {
    const first = sampleTopology(threeShards);
    const moved = withNodes(threeShards, { port: 7000, slots: '701-5460' }, { port: 7001, slots: '0-700 5461-10922' });
    const later = sampleState(moved, { topology: sampleTopology(moved, first) });
    const rows = buildTreeRows([sampleState(threeShards, { topology: first })], 'shard');
    const changed = diffRows(rows, buildTreeRows([later], 'shard'));
    assert.notEqual(changed, 'all');
    const ids = (changed as { id: string }[]).map(({ id }) => id);
    assert.deepEqual(
      ids.filter(id => id === 'sample' || id.includes('/shard/')),
      ['sample/shard/slot-0', 'sample/shard/slot-5461'],
    );
  });

  it('are all when a cluster came or went', () => {
    assert.equal(diffRows(before, []), 'all');
  });
});

function flat(rows: readonly TreeRow[]): TreeRow[] {
  return rows.flatMap(row => [row, ...flat(row.children)]);
}

function outline(row: TreeRow, indent = ''): string[] {
  return [
    `${indent}${row.label} | ${row.description}`,
    ...row.children.flatMap(child => outline(child, `${indent}  `)),
  ];
}

function nodeRow(rows: readonly TreeRow[], port: number): TreeRow {
  const row = rows.find(({ element }) => element.kind === 'node' && element.nodeId === nodeId(port));
  assert.ok(row, `no row for ${port}`);
  return row;
}
