import assert from 'node:assert/strict';
import type { Operation } from '../../../src/core/index';
import type { ClusterState } from '../../../src/extension/sessions/clusterState';
import { isComingUp, shownHealth } from '../../../src/extension/sessions/shownHealth';
import { statusText } from '../../../src/extension/statusBar/statusText';
import {
  emptyState,
  localServersOf,
  nodeId,
  sampleState,
  threeShards,
  withNodes,
  young,
  type SampleNode,
} from './sampleCluster';

const localServers = localServersOf({ 7000: 'running' });
const allRefuse = threeShards.map(node => ({ ...node, refuses: true }));

describe('A cluster comes up', () => {
  const cases: [boolean, string, ClusterState][] = [
    [true, 'its local servers have all just started', local(young(threeShards))],
    [true, 'some of them are still starting', local(withNodes(young(threeShards), { port: 7005, down: 'silent' }))],
    [true, 'the first ones flag a node that has started since', local(flagged(young(threeShards)))],
    [
      false,
      'one is older than that: it came back to a cluster that is down',
      local([...young(threeShards).slice(1), threeShards[0]!]),
    ],
    [false, 'they have been up for a while and still refuse', local(young(threeShards, 6))],
    [
      false,
      'they do not refuse, and one of them is gone',
      local(withoutRefusal(withNodes(young(threeShards), { port: 7005, down: 'silent' }))),
    ],
    [false, 'its servers are not under our care', sampleState(young(threeShards))],
    [true, 'it is being created of these nodes', creating(allRefuse)],
    [
      false,
      'a second one is created beside an established one that is down',
      creating([...allRefuse, { port: 7010, masterPort: 7000 }]),
    ],
    [
      false,
      'it is being created and a node of it is silent',
      creating(withNodes(allRefuse, { port: 7005, down: 'silent' })),
    ],
    [false, 'a failover runs on it', { ...creating(allRefuse), operation: operationOf('failover') }],
    [false, 'nobody has looked at it', emptyState()],
  ];
  for (const [comesUp, when, state] of cases)
    it(`${comesUp ? 'while' : 'no more when'} ${when}`, () => {
      assert.equal(isComingUp(state), comesUp);
      assert.equal(shownHealth(state).problems.length === 0, comesUp || state.health === undefined);
    });

  it('and is then said to, without alarm', () => {
    const { text, severity } = statusText(local(young(threeShards)));
    assert.deepEqual([text, severity], ['$(loading~spin) coming up', 'unknown']);
  });

  it('with nothing told of its silent node but that it is silent', () => {
    const { status, problems } = shownHealth(creating(withNodes(allRefuse, { port: 7005, down: 'silent' })));
    assert.equal(status, 'degraded');
    assert.deepEqual([...new Set(problems.flatMap(({ nodeIds }) => nodeIds))], [nodeId(7005)]);
  });
});

describe('While slots are moved', () => {
  const moving = withNodes(threeShards, { port: 7000, slots: `0-5460 [7->-${nodeId(7001)}]` });

  it('open ones are no problem: the operation tells how far they are', () => {
    assert.deepEqual(
      shownHealth(sampleState(moving)).problems.map(({ code }) => code),
      ['openSlots'],
    );
    const state = sampleState(moving, { operation: operationOf('reshard') });
    assert.deepEqual(shownHealth(state), { status: 'ok', problems: [] });
  });

  it('everything else is told', () => {
    const down = withNodes(moving, { port: 7005, down: 'fail' });
    const { status, problems } = shownHealth(sampleState(down, { operation: operationOf('reshard') }));
    assert.notEqual(status, 'ok');
    assert(problems.length > 0);
    assert(!problems.some(({ code }) => code === 'openSlots'));
  });
});

function local(nodes: readonly SampleNode[]): ClusterState {
  return sampleState(nodes, { localServers });
}

function flagged(nodes: readonly SampleNode[]): SampleNode[] {
  return withNodes(nodes, { port: 7005, masterPort: 7002, down: 'fail' });
}

function withoutRefusal(nodes: readonly SampleNode[]): SampleNode[] {
  return nodes.map(node => ({ ...node, refuses: false }));
}

function creating(nodes: readonly SampleNode[]): ClusterState {
  return sampleState(nodes, { operation: operationOf('create') });
}

function operationOf(kind: 'create' | 'failover' | 'reshard'): Operation {
  const steps = [{ kind: kind === 'reshard' ? 'moveSlots' : 'meet' }];
  const plan = { kind, title: 'Do it', steps, after: { nodes: threeShards.map(({ port }) => ({ id: nodeId(port) })) } };
  const progress = { state: 'running', stepIndex: 1, message: 'Meeting.', fraction: 0.4 };
  return { id: 'o1', plan, state: 'running', progress } as unknown as Operation;
}
