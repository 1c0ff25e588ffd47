import assert from 'node:assert/strict';
import type { Operation } from '../../../src/core/index';
import type { ClusterState } from '../../../src/extension/sessions/clusterState';
import { statusOfAll, statusText } from '../../../src/extension/statusBar/statusText';
import {
  emptyState,
  localServersOf,
  nodeId,
  operationElsewhere,
  sampleState,
  threeShards,
  withNodes,
  type SampleNode,
} from './sampleCluster';

describe('The status of a cluster', () => {
  const cases: [string, readonly SampleNode[], string, string][] = [
    ['well', threeShards, '$(pass) 3 shards', 'ok'],
    [
      'short of a replica',
      changed({ port: 7003, masterPort: 7000, down: 'fail' }),
      '$(warning) 1 replica down',
      'warning',
    ],
    [
      'short of two replicas',
      changed({ port: 7003, masterPort: 7000, down: 'fail' }, { port: 7004, masterPort: 7001, down: 'fail' }),
      '$(warning) 2 replicas down',
      'warning',
    ],
    ['without a master', changed({ port: 7000, slots: '0-5460', down: 'fail' }), '$(error) slots 0-5460 down', 'error'],
    [
      'in doubt about a replica',
      changed({ port: 7003, masterPort: 7000, down: 'fail?' }),
      '$(warning) 1 node suspect',
      'warning',
    ],
    [
      'not created yet',
      [7000, 7001, 7002].map(port => ({ port, alone: true })),
      '$(circle-slash) no cluster yet',
      'unknown',
    ],
  ];
  for (const [what, nodes, text, severity] of cases)
    it(`reads "${text}" when it is ${what}`, () => {
      const status = statusText(sampleState(nodes));
      assert.equal(status.text, text);
      assert.equal(status.severity, severity);
      assert.equal(`$(${/\$\(([^)]+)/.exec(text)![1]}) ${status.words}`, text);
    });

  it('names slots that no node owns', () => {
    const nodes = withNodes(threeShards, { port: 7000, slots: '0-99 200-5460' });
    assert.equal(statusText(sampleState(nodes)).words, 'slots 100-199 down');
  });

  it('is the progress while an operation runs, whatever the health', () => {
    const nodes = [7000, 7001].map(port => ({ port, alone: true }));
    assert.equal(statusText(sampleState(nodes, { operation: creating('running') })).text, '$(sync~spin) Creating 41 %');
    assert.equal(
      statusText(sampleState(nodes, { operation: creating('paused') })).text,
      '$(debug-pause) Creating 41 %, paused',
    );
  });

  it('says that another window changes it, and what that does', () => {
    const broken = changed({ port: 7003, masterPort: 7000, down: 'fail' });
    const { text, tooltip } = statusText(sampleState(broken, { operationElsewhere }));
    assert.equal(text, '$(sync) an operation in another window');
    assert.match(tooltip, /Move 100 slots/);
    const operation = creating('running');
    assert.equal(
      statusText(sampleState(broken, { operation, operationElsewhere })).text,
      '$(sync~spin) Creating 41 %',
      'its own comes first',
    );
    const status = statusOfAll([sampleState(broken, { operationElsewhere })], true)!;
    assert.deepEqual([status.words, status.severity], ['an operation in another window', 'busy']);
  });

  it('is rest, not trouble, when all servers of a local cluster are stopped', () => {
    const nodes = threeShards.map(node => ({ ...node, down: 'silent' as const }));
    const localServers = localServersOf({ 7000: 'stopped', 7001: 'stopped' });
    assert.equal(statusText(sampleState(nodes, { localServers })).text, '$(debug-stop) stopped');
  });

  it('tells a cluster nobody has looked at from one that cannot be reached', () => {
    assert.equal(statusText(emptyState()).words, 'not looked at yet');
    assert.equal(statusText({ ...emptyState(), failure: { message: 'No.' } }).words, 'cannot be reached');
  });
});

describe('The status bar', () => {
  const well = sampleState(threeShards, { definition: { id: 'a', name: 'Shop', nodes: [] } });
  const broken = sampleState(changed({ port: 7000, slots: '0-5460', down: 'fail' }), {
    definition: { id: 'b', name: 'Cache', nodes: [] },
  });

  it('is hidden without a cluster', () => {
    assert.equal(statusOfAll([], true), undefined);
  });

  it('shows the worst cluster first, by name, and every cluster in its tooltip', () => {
    const status = statusOfAll([well, broken], true)!;
    assert.equal(status.text, '$(error) Cache: slots 0-5460 down');
    assert.equal(status.severity, 'error');
    assert.ok(status.tooltip.indexOf('Cache') < status.tooltip.indexOf('Shop'));
  });

  it('shows of two troubles alike the graver, whatever the order of the list, and counts the other', () => {
    const named = (name: string, nodes: Parameters<typeof sampleState>[0]): ClusterState =>
      sampleState(nodes, { definition: { id: name, name, nodes: [] } });
    const trivial = named(
      'Trivial',
      threeShards.filter(({ port }) => port !== 7003),
    );
    const slots = `0-5460 [17->-${nodeId(7002)}] [18->-${nodeId(7002)}]`;
    const open = named('Open', changed({ port: 7000, slots }));
    const down = named('Down', changed({ port: 7003, masterPort: 7000, down: 'fail' }));
    for (const list of [
      [trivial, open, down],
      [down, open, trivial],
    ])
      assert.equal(statusOfAll(list, true)!.words, 'Down: 1 replica down, 2 more');
    assert.equal(statusOfAll([trivial, open], true)!.text, '$(warning) Open: 2 slots open +1');
  });

  it('leaves the name out when there is one cluster', () => {
    assert.equal(statusOfAll([well], true)!.text, '$(pass) 3 shards');
  });

  it('names a cluster in production and has the colour of its mark, red where none was chosen', () => {
    const live = { ...well, definition: { ...well.definition, production: true } };
    const { text, color } = statusOfAll([live], true)!;
    assert.deepEqual([text, color], ['$(pass) Shop, production: 3 shards', 'red']);
    const orange = { ...live, definition: { ...live.definition, color: 'orange' as const } };
    assert.equal(statusOfAll([well, orange, broken], true)!.color, undefined);
    assert.equal(statusOfAll([orange], false)!.color, 'orange');
    assert.equal(statusOfAll([{ ...orange, operation: creating('running') }, well], true)!.color, 'orange');
  });

  it('shows what it saw last as just that, without alarm, when nobody watches', () => {
    const status = statusOfAll([broken], false)!;
    assert.equal(status.text, '$(eye-closed) slots 0-5460 down');
    assert.equal(status.severity, 'unknown');
    assert.match(status.tooltip, /Not watched now/);
  });

  it('goes on showing an operation when nobody watches', () => {
    const busy = { ...well, operation: creating('running') };
    assert.equal(statusOfAll([busy], false)!.text, '$(sync~spin) Creating 41 %');
  });

  it('shows what runs and the worst of the others, with the alarm of that one', () => {
    const busy = { ...well, operation: creating('running') };
    const status = statusOfAll([broken, busy], true)!;
    assert.equal(status.text, '$(sync~spin) Shop: Creating 41 % $(error) Cache: slots 0-5460 down');
    assert.equal(status.words, 'Shop: Creating 41 %, Cache: slots 0-5460 down');
    assert.equal(status.severity, 'error');
    assert.match(status.tooltip, /Cache.*slots 0\\-5460 down[^]*Shop.*Creating 41 %/);
    const others = sampleState(threeShards, { definition: { id: 'c', name: 'Quiet', nodes: [] } });
    assert.equal(statusOfAll([others, busy], true)!.text, '$(sync~spin) Shop: Creating 41 %');
  });

  it('shows the trouble of the very cluster that is being mended, and only that when nobody watches the others', () => {
    const mended = { ...broken, operation: failingOver() };
    assert.equal(statusOfAll([mended], true)!.text, '$(sync~spin) Failing over 10 % $(error) slots 0-5460 down');
    const unwatched = statusOfAll([{ ...broken, definition: well.definition }, mended], false)!;
    assert.equal(unwatched.text, '$(sync~spin) Cache: Failing over 10 % $(error) Cache: slots 0-5460 down');
  });

  it('counts what else runs', () => {
    const busy = { ...well, operation: creating('running') };
    const status = statusOfAll([busy, { ...well, operation: creating('paused') }, busy], true)!;
    assert.equal(status.text, '$(sync~spin) Shop: Creating 41 % +2');
    assert.equal(status.words, 'Shop: Creating 41 %, 2 more');
    assert.equal(status.severity, 'busy');
  });

  it('never lets a name become an icon', () => {
    const state = sampleState(threeShards, { definition: { id: 'a', name: '$(flame)', nodes: [] } });
    const { text, tooltip } = statusOfAll([state, well], true)!;
    assert.ok(!text.slice(1).includes('$(flame)'));
    assert.ok(!tooltip.includes('$(flame)'));
  });
});

function changed(...changes: SampleNode[]): SampleNode[] {
  return withNodes(threeShards, ...changes);
}

function creating(state: 'running' | 'paused'): Operation {
  const progress = { state, stepIndex: 1, message: 'Meeting.', fraction: 0.4199 };
  const plan = {
    kind: 'create',
    title: 'Create it',
    steps: [],
    after: { nodes: threeShards.map(({ port }) => ({ id: nodeId(port) })) },
  };
  return { id: 'o1', plan, state, progress } as unknown as Operation;
}

function failingOver(): Operation {
  const progress = { state: 'running', stepIndex: 1, message: 'Asking.', fraction: 0.1 };
  return {
    id: 'o2',
    plan: { kind: 'failover', title: 'Fail over', steps: [] },
    state: 'running',
    progress,
  } as unknown as Operation;
}
