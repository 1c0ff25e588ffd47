import assert from 'node:assert/strict';
import { health, planFailover, planRemoveNode, type Topology } from '../../../src/core/index';
import type { ClusterState } from '../../../src/extension/sessions/clusterState';
import type { ClusterSession } from '../../../src/extension/sessions/types';
import { answerPast } from '../../../src/extension/topology/past/answerPast';
import { Pasts } from '../../../src/extension/topology/past/pasts';
import { PlanPreview } from '../../../src/extension/topology/planPreview';
import { buildSnapshot } from '../../../src/extension/topology/snapshot';
import type { PagePast, PagePreview, ToPage } from '../../../src/shared/pageProtocol';
import { parseToPage } from '../../../src/webview/parseToPage';
import { emptyState, nodeId, sampleState, sampleTopology, threeShards, withNodes } from './sampleCluster';

const failed = withNodes(threeShards, { port: 7005, masterPort: 7002, down: 'fail' });

/** A store with one cluster that is looked at by hand. */
function storeOf(state: ClusterState) {
  const listeners = new Set<(session: ClusterSession | undefined) => void>();
  let sessions = [state as ClusterSession];
  const store = {
    get sessions() {
      return sessions;
    },
    get: (id: string) => sessions.find(({ definition }) => definition.id === id),
    onDidChange: (listener: (session: ClusterSession | undefined) => void) => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
  return {
    store,
    listeners,
    look(topology: Topology, seconds: number) {
      const seen = { ...topology, observedAtMilliseconds: seconds * 1000 };
      sessions = [{ ...state, topology: seen, health: health(seen) } as ClusterSession];
      for (const listener of listeners) listener(sessions[0]);
    },
    tell: () => listeners.forEach(listener => listener(sessions[0])),
    remove() {
      sessions = [];
      for (const listener of listeners) listener(undefined);
    },
    now: () => sessions[0]!,
  };
}

function snapshotOf(answer: PagePast): Extract<PagePast, { snapshot: unknown }> {
  assert.deepEqual(parseToPage(answer), { message: answer });
  return 'snapshot' in answer ? answer : assert.fail('it is how it is now');
}

describe('the past of a cluster', () => {
  const ask = { request: 4, atMilliseconds: 12_000 };

  it('is how its looks were, once each, for as long as the cluster is in the list', () => {
    const cluster = storeOf(emptyState());
    const pasts = new Pasts(cluster.store);
    assert.equal(pasts.of('sample'), undefined);
    cluster.look(sampleTopology(threeShards), 10);
    cluster.tell();
    cluster.look(sampleTopology(failed), 20);
    assert.equal(pasts.of('sample')?.count, 2);
    cluster.remove();
    assert.equal(pasts.of('sample'), undefined);
    pasts.dispose();
    assert.equal(cluster.listeners.size, 0);
  });

  it('is answered as the page showed it then, without figures and menus', () => {
    const cluster = storeOf(emptyState());
    const pasts = new Pasts(cluster.store);
    cluster.look(sampleTopology(threeShards), 10);
    const then = buildSnapshot(cluster.now(), 1, { nowMilliseconds: 12_000 });
    cluster.look(sampleTopology(failed), 20);
    const { snapshot, seenUntilMilliseconds } = snapshotOf(answerPast(pasts.of('sample'), cluster.now(), ask));
    assert.equal(seenUntilMilliseconds, 10_000);
    assert.deepEqual([snapshot.still, snapshot.readOnly, snapshot.nowMilliseconds], ['past', true, 12_000]);
    assert.deepEqual([snapshot.shards, snapshot.statusText], [then.shards, then.statusText]);
    const shown = ({ id, role, state, stateText, slots, masterId }: (typeof then.nodes)[0]) =>
      [id, role, state, stateText, slots, masterId].join(' ');
    assert.deepEqual(snapshot.nodes.map(shown), then.nodes.map(shown));
    for (const node of snapshot.nodes) {
      assert.equal(node.contextValue, '');
      assert.equal(node.memoryBytes, undefined);
    }
  });

  it('says while slots move what is so, with no number that would change at every look', () => {
    const moving = withNodes(threeShards, { port: 7000, slots: `0-5460 [7->-${nodeId(7001)}]` });
    const running = (fraction: number): ClusterState['operation'] =>
      ({
        plan: { kind: 'reshard', steps: [{ kind: 'moveSlots' }] },
        progress: { fraction },
      }) as ClusterState['operation'];
    const state: { -readonly [Key in keyof ClusterState]: ClusterState[Key] } = emptyState();
    const cluster = storeOf(state);
    const pasts = new Pasts(cluster.store);
    cluster.look(sampleTopology(threeShards), 5);
    for (const [seconds, fraction] of [
      [10, 0.2],
      [12, 0.4],
    ] as const) {
      state.operation = running(fraction);
      cluster.look(sampleTopology(moving), seconds);
    }
    const { snapshot } = snapshotOf(answerPast(pasts.of('sample'), cluster.now(), ask));
    assert.deepEqual([snapshot.status, snapshot.problems, snapshot.statusText], ['ok', [], '3 shards']);
    assert.equal(pasts.of('sample')?.count, 2);
  });

  it('is stepped through by its changes, up to now', () => {
    const cluster = storeOf(emptyState());
    const pasts = new Pasts(cluster.store);
    for (const [nodes, seconds] of [
      [threeShards, 10],
      [failed, 20],
      [threeShards, 30],
    ] as const)
      cluster.look(sampleTopology(nodes), seconds);
    const step = (step: 'before' | 'after', atMilliseconds: number): PagePast =>
      answerPast(pasts.of('sample'), cluster.now(), { request: 1, atMilliseconds, step });
    assert.equal(snapshotOf(step('before', 35_000)).snapshot.nowMilliseconds, 20_000);
    assert.equal(snapshotOf(step('before', 20_000)).snapshot.nowMilliseconds, 10_000);
    assert.equal(snapshotOf(step('after', 20_000)).snapshot.nowMilliseconds, 30_000);
    assert.deepEqual(step('after', 30_000), { type: 'past', request: 1, now: true });
  });

  it('is now where none is kept', () => {
    assert.deepEqual(answerPast(undefined, sampleState(threeShards), ask), { type: 'past', request: 4, now: true });
  });
});

describe('PlanPreview', () => {
  const topology = sampleTopology(threeShards);
  const plan = planFailover(topology, { replica: nodeId(7003) });
  const request = { plan, topology, verb: 'Fail Over' };

  function previewOf(state: () => ClusterState | undefined = () => sampleState(threeShards)) {
    const sent: ToPage[] = [];
    return { sent, preview: new PlanPreview(state, message => void sent.push(message)) };
  }

  function shown(message: ToPage | undefined): PagePreview {
    assert.deepEqual(parseToPage(message), { message });
    return message?.type === 'preview' && message.preview ? message.preview : assert.fail('no plan is shown');
  }

  it('shows the cluster as the plan leaves it, with its words and warnings', () => {
    const { sent, preview } = previewOf();
    void preview.show(request);
    const { title, verb, warnings, outdated, after } = shown(sent[0]);
    assert.deepEqual([title, verb, outdated], [plan.title, 'Fail Over', false]);
    assert.deepEqual(
      warnings,
      plan.warnings.map(({ text }) => text),
    );
    assert.deepEqual([after.still, after.readOnly], ['preview', true]);
    assert.deepEqual(
      after.shards.map(({ id, masterId, replicaIds }) => [id, masterId, ...replicaIds]),
      [
        ['slot-0', nodeId(7003), nodeId(7000)],
        ['slot-5461', nodeId(7001), nodeId(7004)],
        ['slot-10923', nodeId(7002), nodeId(7005)],
      ],
    );
    assert.ok(after.domains.length > 0, 'what the loss of a host would cost then');
  });

  it('names the problems that are left', () => {
    const { sent, preview } = previewOf();
    const removal = planRemoveNode(topology, { node: nodeId(7003) });
    void preview.show({ ...request, plan: removal });
    assert.match(
      shown(sent[0])
        .after.problems.map(({ text }) => text)
        .join(),
      /replica/,
    );
  });

  it('resolves with what is decided about it, and with nothing that is said of another', async () => {
    const { sent, preview } = previewOf();
    const first = preview.show(request);
    const second = preview.show(request);
    assert.equal(await first, false);
    const { id } = shown(sent.at(-1));
    preview.answer({ id: id - 1, run: true });
    preview.answer({ id, run: true });
    assert.equal(await second, true);
    assert.deepEqual(sent.at(-1), { type: 'preview' });
    const third = preview.show(request);
    preview.end(false);
    assert.equal(await third, false);
  });

  it('says once that the cluster is not what the plan was made from any more, and again when it is', () => {
    const later = (nodes: typeof threeShards): ClusterState => {
      const seen = { ...sampleTopology(nodes), observedAtMilliseconds: topology.observedAtMilliseconds + 1000 };
      return { ...emptyState(), topology: seen, health: health(seen) };
    };
    let state = later(threeShards);
    const { sent, preview } = previewOf(() => state);
    void preview.show(request);
    preview.update();
    assert.equal(sent.length, 1);
    state = later(failed);
    preview.update();
    preview.update();
    assert.equal(sent.length, 2);
    assert.equal(shown(sent[1]).outdated, true);
    state = later(threeShards);
    preview.update();
    assert.equal(shown(sent[2]).outdated, false);
  });

  it('shows nothing to a page without a plan', () => {
    const { sent, preview } = previewOf();
    preview.send();
    preview.update();
    assert.deepEqual(sent, []);
  });
});
