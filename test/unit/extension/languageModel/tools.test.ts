import assert from 'node:assert/strict';
import {
  ClusterError,
  describePlan,
  planFailover,
  type ClusterClient,
  type Journal,
  type Topology,
} from '../../../../src/core/index';
import { answerTool, type ToolParts } from '../../../../src/extension/languageModel/tools';
import type { ClusterSession } from '../../../../src/extension/sessions/types';
import { emptyState, nodeId, sampleState, threeShards, withNodes, type SampleNode } from '../sampleCluster';

const never = new AbortController().signal;

describe('a language model asks for the topology', () => {
  it('is told of shards and nodes, what needs attention first', async () => {
    const nodes = withNodes(threeShards, { port: 7004, masterPort: 7001, down: 'fail' }, { port: 7006, alone: true });
    const text = await ask('redis_cluster_topology', {}, [session(nodes)]);
    assert.match(text, /^# Sample\n\nCluster state: ok\. 7 nodes, 3 shards, 16384 of 16384 slots served\. 6 of 7 /);
    assert.match(text, /\| 127\.0\.0\.1:7001 \| 5461-10922 +\| 127\.0\.0\.1:7004 \|/);
    const rows = text.split('\n').filter(line => /\| host-\d/.test(line));
    assert.equal(rows.length, 7);
    assert.match(rows[0]!, /127\.0\.0\.1:7004 +\| host-\d +\| replica +\| failed/);
    assert.match(text, /127\.0\.0\.1:7006 +\| host-\d +\| spare +\| spare/);
  });

  it('is told a bounded part of a large cluster, and how much is left out', async () => {
    const nodes = Array.from({ length: 300 }, (_, index) => ({ port: 7000 + index, alone: true }));
    const text = await ask('redis_cluster_topology', {}, [session([...nodes, { port: 8000, down: 'silent' }])]);
    assert.ok(text.length < 30_000);
    assert.match(text, /And 201 more\./);
    assert.match(
      text.split('\n').find(line => /\| host-\d/.test(line))!,
      /:8000 .*unreachable/,
    );
  });

  it('is told why there is nothing to tell', async () => {
    const failure = { message: '127.0.0.1:7000 refused the connection.', remedy: 'Start it.' };
    assert.equal(
      await ask('redis_cluster_topology', {}, [sessionOf({ ...emptyState({ name: 'shop' }), failure })]),
      'shop could not be looked at. 127.0.0.1:7000 refused the connection. Start it.',
    );
    const stale = { ...sampleState(threeShards), failure };
    assert.match(
      await ask('redis_cluster_topology', {}, [sessionOf(stale)]),
      /^The last look failed, this is from one/,
    );
  });
});

describe('a language model asks for the health', () => {
  it('is told problems with remedies, and what one more death would cost', async () => {
    const nodes = withNodes(threeShards, { port: 7004, masterPort: 7001, down: 'fail' });
    const text = await ask('redis_cluster_health', {}, [session(nodes)]);
    assert.match(text, /## Problems\n\n- (warning|error): .*127\.0\.0\.1:7004.* Since \d{4}-.*Remedy: /);
    assert.match(
      text,
      /## What would be lost if one more died\n\n- If [^]*\n- If 127\.0\.0\.1:7001 dies: slots 5461-10922 are lost/,
    );
    assert.match(text, /Supervisor: none\./);
  });

  it('says that a cluster is read-only', async () => {
    const text = await ask('redis_cluster_health', {}, [session(threeShards, { readOnly: true })]);
    assert.match(text, /## Problems\n\nNone is seen\./);
    assert.match(text, /marked as read-only/);
  });
});

describe('a language model asks for a plan', () => {
  const topology = sampleState(threeShards).topology!;

  it('gets it as text, with the word that only the user can run it, and without commands', async () => {
    const text = await ask('redis_cluster_plan', { action: 'failover', node: '127.0.0.1:7003' });
    assert.match(text, /^This is a plan only; nothing was changed\. Only the user can run it/);
    assert.ok(text.endsWith(describePlan(planFailover(topology, { replica: nodeId(7003) }))));
    assert.doesNotMatch(text, /redis-cli/);
  });

  for (const [input, expected] of [
    [{ action: 'removeNode', node: '127.0.0.1:7003' }, /^This is a plan only/],
    [{ action: 'moveReplica', node: '127.0.0.1:7003', master: '127.0.0.1:7001' }, /^This is a plan only/],
    [{ action: 'reshard', slots: '100', to: '127.0.0.1:7001' }, /^This is a plan only.*\n\nMove 100 slots/],
    [{ action: 'reshard', slots: '5-9,12', to: '127.0.0.1:7001' }, /^This is a plan only.*\n\nMove 6 slots/],
    [{ action: 'failover', node: '127.0.0.1:7000' }, /127\.0\.0\.1:7000 is .*master/],
    [{ action: 'failover', node: 'nowhere:1' }, /nowhere:1/],
    [{ action: 'failover' }, /"failover" needs "node"\. Nothing was changed\. Ask again with "node"\./],
    [{ action: 'addNode', node: '127.0.0.1:7003' }, /"addNode" needs "as"\./],
    [{ action: 'replaceNode', node: '127.0.0.1:7003' }, /spare/],
    [{ action: 'balanceSlots' }, /share|balanced|nothing/i],
    [{ action: 'balanceRoles' }, /balanced/],
    [{ action: 'flushAll' }, /^The input cannot be used: action: /],
    [{ action: 'failover', node: 7003 }, /^The input cannot be used: node: /],
    [{ action: 'failover', node: 'x'.repeat(201) }, /^The input cannot be used: node: /],
    [{ action: 'failover', node: 'a', run: true }, /^The input cannot be used: /],
    [undefined, /^The input cannot be used: action: /],
  ] as const)
    it(`answers ${JSON.stringify(input)?.slice(0, 80)}`, async () =>
      assert.match(await ask('redis_cluster_plan', input), expected));

  it('is told that a read-only cluster is not changed from here', async () => {
    const text = await ask('redis_cluster_plan', { action: 'failover', node: '127.0.0.1:7003' }, [
      session(threeShards, { readOnly: true }),
    ]);
    assert.match(text, /the extension will not run it/);
  });

  it('is told what could not be reached', async () => {
    const [lost] = [session(threeShards)];
    lost.client = () => Promise.reject(new ClusterError('x', 'It did not answer.'));
    assert.equal(await ask('redis_cluster_plan', { action: 'balanceRoles' }, [lost]), 'It did not answer.');
  });
});

describe('the cluster a language model means', () => {
  const two = [session(threeShards, { id: 'a-1', name: 'Orders' }), session(threeShards, { id: 'b-2', name: 'Shop' })];
  for (const [cluster, sessions, expected] of [
    [undefined, [], /^No cluster is known here\./],
    [undefined, two, /^There are 2 clusters; say which .* "Orders" \(id a-1\), "Shop" \(id b-2\)\.$/],
    ['Kitchen', two, /^There is no such cluster\. The clusters are: "Orders"/],
    ['shop', two, /^# Shop/],
    ['b-2', two, /^# Shop/],
    ['Shop', [...two, session(threeShards, { id: 'c-3', name: 'Shop' })], /^More than one cluster has that name/],
  ] as const)
    it(`is ${cluster ?? 'not named'} among ${sessions.length}`, async () =>
      assert.match(await ask('redis_cluster_topology', { cluster }, sessions), expected));
});

describe('answering a language model', () => {
  it('stops waiting when it is cancelled', async () => {
    const stuck = session(threeShards);
    stuck.lookNow = () => new Promise(() => undefined);
    const cancelling = new AbortController();
    const answering = answerTool('redis_cluster_health', {}, partsOf([stuck]), cancelling.signal);
    cancelling.abort(new Error('enough'));
    await assert.rejects(answering, /enough/);
    await assert.rejects(
      answerTool('redis_cluster_plan', { action: 'balanceRoles' }, partsOf([stuck]), cancelling.signal),
      /enough/,
    );
  });

  it('leaves no rejection behind of what it began though it was cancelled before', async () => {
    const lost = session(threeShards);
    lost.client = () => Promise.reject(new Error('unheard'));
    const signal = AbortSignal.abort(new Error('enough'));
    const unheard: unknown[] = [];
    const hear = (reason: unknown): void => void unheard.push(reason);
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', hear);
    try {
      const answering = answerTool('redis_cluster_plan', { action: 'balanceRoles' }, partsOf([lost]), signal);
      await assert.rejects(answering, /enough/);
      // Node tells of them after the microtasks of this turn.
      await new Promise(resolve => setImmediate(resolve));
    } finally {
      process.removeListener('unhandledRejection', hear);
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
    assert.deepEqual(unheard, []);
  });

  it('hides no fault of its own', async () => {
    const broken = session(threeShards);
    broken.lookNow = () => Promise.reject(new TypeError('a fault'));
    await assert.rejects(ask('redis_cluster_health', {}, [broken]), /a fault/);
  });
});

function ask(
  name: Parameters<typeof answerTool>[0],
  input: unknown,
  sessions: readonly ClusterSession[] = [session(threeShards)],
): Promise<string> {
  return answerTool(name, input, partsOf(sessions), never);
}

function partsOf(sessions: readonly ClusterSession[]): ToolParts {
  return { store: { sessions }, journal: () => Promise.resolve({} as Journal), latencyMilliseconds: () => 20 };
}

type FakeSession = { -readonly [Key in keyof ClusterSession]: ClusterSession[Key] };

function session(nodes: readonly SampleNode[], definition: object = {}): FakeSession {
  const state = sampleState(nodes);
  return sessionOf({ ...state, definition: { ...state.definition, ...definition } });
}

function sessionOf(state: Partial<ClusterSession>): FakeSession {
  return {
    ...state,
    lookNow: () => Promise.resolve(),
    client: () => Promise.resolve(fakeClient(state.topology!)),
  } as FakeSession;
}

/** Looks, and measures nothing; whatever would change something is not there. */
function fakeClient(topology: Topology): ClusterClient {
  const looking: Partial<ClusterClient> = {
    observe: () => Promise.resolve(topology),
    measureFailover: () => Promise.resolve({ recentPromotions: {}, nodeTimeoutMilliseconds: 2000 }),
    measureSlots: () => Promise.resolve({ keys: [], bytes: [], sources: {}, engines: {}, bigKeys: [] }),
  };
  return looking as ClusterClient;
}
