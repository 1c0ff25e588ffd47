import assert from 'node:assert/strict';
import { health, type MonitorChange, type Operation } from '../../../src/core/index';
import type { PageNode } from '../../../src/shared/pageProtocol';
import { buildSnapshot } from '../../../src/extension/topology/snapshot';
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

function pageNode(nodes: readonly PageNode[], port: number): PageNode {
  const found = nodes.find(node => node.id === nodeId(port));
  assert.ok(found, `${port} is in the snapshot`);
  return found;
}

describe('buildSnapshot', () => {
  it('shows a cluster nobody has looked at as unknown', () => {
    const snapshot = buildSnapshot(emptyState(), 1);
    assert.equal(snapshot.status, 'unknown');
    assert.deepEqual([snapshot.nodes, snapshot.shards, snapshot.problems], [[], [], []]);
  });

  it('says why a cluster could not be looked at', () => {
    const snapshot = buildSnapshot({ ...emptyState(), failure: { message: 'It refused the password.' } }, 1);
    assert.equal(snapshot.statusText, 'It refused the password.');
  });

  it('gives every shard its master, replicas and slots', () => {
    const { shards, status, version } = buildSnapshot(sampleState(threeShards), 7);
    assert.equal(status, 'ok');
    assert.equal(version, 7);
    assert.deepEqual(shards[1], {
      id: 'slot-5461',
      name: 'Shard 2',
      slots: '5461-10922',
      masterId: nodeId(7001),
      replicaIds: [nodeId(7004)],
    });
  });

  it('keeps a failed master in the picture, with how many call it failed', () => {
    const down = withNodes(threeShards, { port: 7000, slots: '0-5460', down: 'fail' });
    const node = pageNode(buildSnapshot(sampleState(down), 1).nodes, 7000);
    assert.equal(node.state, 'failed');
    assert.equal(node.stateText, 'failed 5/5');
  });

  it('keeps a failed former master with the shard it served', () => {
    const before = sampleTopology(threeShards);
    const after = withNodes(threeShards, { port: 7000, down: 'fail' }, { port: 7003, slots: '0-5460' });
    const state = { ...sampleState(after), topology: sampleTopology(after, before) };
    assert.equal(pageNode(buildSnapshot(state, 1).nodes, 7000).formerShardId, 'slot-0');
  });

  it('counts no master and no shard for one that failed before anybody here looked', () => {
    const after = withNodes(
      threeShards,
      { port: 7000, down: 'fail' },
      { port: 7003, slots: '0-5460' },
      { port: 7006, masterPort: 7000, down: 'fail' },
    );
    const { nodes, shards } = buildSnapshot(sampleState(after), 1);
    assert.equal(shards.length, 3);
    for (const port of [7000, 7006]) {
      const { formerShardId } = pageNode(nodes, port);
      assert.ok(formerShardId !== undefined && shards.every(({ id }) => id !== formerShardId));
    }
  });

  it('shows a cluster that comes up without alarm', () => {
    const state = sampleState(young(threeShards), { localServers: localServersOf({ 7000: 'running' }) });
    const { status, statusText, problems } = buildSnapshot(state, 1);
    assert.deepEqual([status, statusText, problems], ['none', 'coming up', []]);
  });

  it('tells a replica without its link from one that copies its master', () => {
    const nodes = withNodes(
      threeShards,
      { port: 7003, masterPort: 7000, info: { master_link_status: 'down' } },
      { port: 7004, masterPort: 7001, info: { master_link_status: 'down', master_sync_in_progress: 1 } },
      { port: 7005, masterPort: 7002, info: { loading: 1 } },
    );
    const { nodes: shown } = buildSnapshot(sampleState(nodes), 1);
    assert.equal(pageNode(shown, 7003).state, 'linkDown');
    assert.equal(pageNode(shown, 7004).state, 'syncing');
    assert.equal(pageNode(shown, 7005).state, 'loading');
  });

  it('calls an empty node outside the cluster a spare', () => {
    const { nodes } = buildSnapshot(sampleState(withNodes(threeShards, { port: 7006, alone: true })), 1);
    const { role, stateText } = pageNode(nodes, 7006);
    assert.deepEqual([role, stateText], ['spare', '']);
  });

  it('shows a local cluster whose servers are all stopped at rest, without alarm, its spares as spares', () => {
    const before = sampleTopology(withNodes(threeShards, { port: 7006, alone: true }));
    const stopped = withNodes(threeShards, { port: 7006, alone: true }).map(node => ({
      ...node,
      down: 'silent' as const,
    }));
    const topology = sampleTopology(stopped, before);
    const ports = stopped.map(({ port }) => [port, 'stopped'] as const);
    const localServers = localServersOf(Object.fromEntries(ports));
    const state = sampleState(threeShards, { topology, health: health(topology), localServers });
    const snapshot = buildSnapshot(state, 1);
    assert.deepEqual([snapshot.status, snapshot.problems], ['unknown', []]);
    assert.equal(pageNode(snapshot.nodes, 7006).role, 'spare');
  });

  it('marks servers under its care, so that menus can kill them', () => {
    const state = sampleState(threeShards, {
      definition: { id: 'sample', name: 'Sample', nodes: [], local: { directory: '/servers' } },
      localServers: localServersOf({ 7000: 'running' }),
    });
    const node = pageNode(buildSnapshot(state, 1).nodes, 7000);
    assert.equal(node.local, true);
    assert.match(node.contextValue, /\blocal\b.*\brunning\b/);
    assert.equal(pageNode(buildSnapshot(state, 1).nodes, 7001).local, false);
  });

  it('shows an operation only while it runs', () => {
    const operation = (state: string): Operation =>
      ({
        state,
        plan: { title: 'Create', steps: [] },
        progress: { message: 'Meeting.', fraction: 0.4 },
      }) as unknown as Operation;
    const running = buildSnapshot(sampleState(threeShards, { operation: operation('running') }), 1);
    assert.deepEqual(running.operation, { title: 'Create', message: 'Meeting.', fraction: 0.4 });
    assert.equal(
      buildSnapshot(sampleState(threeShards, { operation: operation('completed') }), 1).operation,
      undefined,
    );
  });

  it('shows what another window does to the cluster, and not how far it is, which only that one knows', () => {
    assert.deepEqual(buildSnapshot(sampleState(threeShards, { operationElsewhere }), 1).operation, {
      title: 'Move 100 slots',
      message: 'Runs in another window since 00:04:05',
    });
  });

  it('marks what a reader must not overlook', () => {
    const definition = { id: 'sample', name: 'Sample', nodes: [], readOnly: true, tls: { skipVerification: true } };
    assert.deepEqual(buildSnapshot(sampleState(threeShards, { definition }), 1).marks, [
      'read-only',
      'TLS not verified',
    ]);
  });

  it('tells what happened, newest first and at most 50 events of it, and what each node was in the last ten minutes', () => {
    const state = sampleState(threeShards);
    const at = 1_700_000_000_000;
    const look = (down: boolean, minute: number): void => {
      const nodes = down ? withNodes(threeShards, { port: 7003, masterPort: 7000, down: 'fail' }) : threeShards;
      const topology = { ...sampleTopology(nodes), observedAtMilliseconds: at + minute * 60_000 };
      state.timeline.accept({
        topology,
        previous: topology,
        events: [],
        afterPause: false,
      } as unknown as MonitorChange);
    };
    for (const [down, minute] of [
      [false, 0],
      [true, 5],
      [false, 6],
      [true, 25],
      [false, 26],
    ] as const)
      look(down, minute);
    for (let second = 0; second < 60; second++)
      state.timeline.note({ atMilliseconds: at + second * 1000, kind: 'supervisor', text: `Note ${second}.` });
    const { events, nodes, nowMilliseconds } = buildSnapshot(state, 1, {
      nowMilliseconds: at + 30 * 60_000,
    });
    assert.equal(nowMilliseconds, at + 30 * 60_000);
    assert.equal(events.length, 50);
    assert.deepEqual(
      events.slice(0, 3).map(({ kind }) => kind),
      ['recovered', 'recovered', 'supervisor'],
    );
    assert.deepEqual(events[0]!.nodeIds, [nodeId(7003)]);
    assert.deepEqual(
      pageNode(nodes, 7003).history.map(({ atMilliseconds, state }) => [(atMilliseconds - at) / 60_000, state]),
      [
        [6, 'ok'],
        [25, 'failed'],
        [26, 'ok'],
      ],
    );
    assert.deepEqual(JSON.parse(JSON.stringify(events)), events);
  });

  it('is plain data, fit to be posted to a page', () => {
    const snapshot = buildSnapshot(sampleState(threeShards), 1);
    assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot);
  });
});
