import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import type { JournaledOperation, Operation } from '../../../src/core/index';
import { buildOperationRows } from '../../../src/extension/tree/buildOperationRows';
import type { OperationsElement, TreeRow } from '../../../src/extension/tree/elements';
import { emptyState, nodeId, sampleState, threeShards } from './sampleCluster';

describe('Rows of operations', () => {
  const nodes = [
    { address: '127.0.0.1:7000', state: 'done' },
    { address: '127.0.0.1:7001', state: 'running' },
  ];
  const progress = { state: 'paused', stepIndex: 1, message: 'Waits.', fraction: 0.5, nodes };
  const operation = {
    id: 'live',
    plan: { kind: 'create', title: 'Create it', steps: [{ text: 'Look.' }, { text: 'Meet.' }, { text: 'Wait.' }] },
    state: 'paused',
    progress,
  } as unknown as Operation;

  it('list what runs here first, then what needs attention, then what has ended, folded', () => {
    const rows = buildOperationRows(
      [sampleState(threeShards, { operation })],
      [
        entry({ id: 'live', state: 'running' }),
        entry({ id: 'done' }),
        entry({ id: 'broken', state: 'interrupted', needsAttention: true }),
        entry({ id: 'elsewhere', state: 'running' }),
      ],
    );
    assert.deepEqual(
      rows.map(({ element, contextValue }) => [element.id, contextValue]),
      [
        ['live', 'operation active paused'],
        ['broken', 'operation unfinished'],
        ['elsewhere', 'operation history'],
        ['history', 'history'],
      ],
    );
    assert.match(rows[0]!.description, /^Sample · paused · 50 % · Waits\./);
    assert.match(rows[1]!.description, /^needs attention · /);
    assert.match(rows[2]!.description, /^runs in another window · /);
    const history = rows[3]!;
    assert.equal(history.expansion, 'collapsed');
    assert.deepEqual(ids(history.children), ['done']);
  });

  it('never say of an operation of this window, which has just ended, that it runs in another one', () => {
    const own = entry({ id: 'own', state: 'running', processId: process.pid, host: hostname() });
    const earlier = entry({ id: 'earlier', state: 'running', processId: process.pid, host: `not-${hostname()}` });
    assert.deepEqual(
      buildOperationRows([sampleState(threeShards)], [own, earlier]).map(
        ({ description }) => description.split(' · ')[0],
      ),
      ['running', 'runs in another window'],
    );
  });

  it('unfold into the steps of what runs: done, in flight with what happens now, still to come', () => {
    const [row] = buildOperationRows([sampleState(threeShards, { operation })], []);
    assert.deepEqual(
      row!.children.map(({ label, description, spoken }) => [
        label,
        description,
        /done|running|waiting/.exec(spoken)?.[0],
      ]),
      [
        ['1. Look.', '', 'done'],
        ['2. Meet.', 'Waits.', 'running'],
        ['3. Wait.', '', 'waiting'],
      ],
    );
    assert.equal(new Set(row!.children.map(({ element }) => element.id)).size, 3);
    assert.deepEqual(
      row!.children.map(({ children }) => children.map(({ label, description }) => `${label} ${description}`)),
      [[], ['127.0.0.1:7000 done', '127.0.0.1:7001 running'], []],
    );
  });

  it('name the cluster of an interrupted operation by the nodes of its plan, where one of those known has them', () => {
    const known = { after: { nodes: [{ id: nodeId(7000) }] } } as JournaledOperation['plan'];
    const unknown = { after: { nodes: [{ id: 'f00' }] } } as JournaledOperation['plan'];
    const attention = { state: 'interrupted', needsAttention: true } as const;
    const rows = buildOperationRows(
      [sampleState(threeShards)],
      [entry({ id: 'a', ...attention, plan: known! }), entry({ id: 'b', ...attention, plan: unknown! })],
    );
    assert.deepEqual(
      rows.map(({ element }) => element.clusterId),
      ['sample', undefined],
    );
  });

  it('name the cluster in the history too: by name where it is known, else by its first node', () => {
    const plan = (...nodes: { id: string; address: string }[]) =>
      ({ after: { nodes } }) as unknown as NonNullable<JournaledOperation['plan']>;
    const node = (port: number, id = nodeId(port)) => ({ id, address: `127.0.0.1:${port}` });
    const unseen = emptyState({ id: 'unseen', name: 'Unseen', nodes: ['127.0.0.1:8000'] });
    const [history] = buildOperationRows(
      [sampleState(threeShards), unseen],
      [
        entry({ id: 'a', plan: plan(node(7000)) }),
        entry({ id: 'b', plan: plan(node(8000), node(8001)) }),
        // Another cluster had these addresses before.
        entry({ id: 'c', plan: plan(node(7000, 'f00'), node(7001, 'f01')) }),
        entry({ id: 'd' }),
      ],
    );
    assert.deepEqual(
      history!.children.map(({ description }) => description.replace(/ · May.*/, '')),
      ['Sample · completed', 'Unseen · completed', '127.0.0.1:7000 and 1 more · completed', 'completed'],
    );
  });

  it('are none when nothing was ever run', () => {
    assert.deepEqual(buildOperationRows([sampleState(threeShards)], []), []);
  });
});

function entry(differing: Partial<JournaledOperation>): JournaledOperation {
  return {
    id: 'x',
    title: 'Create it',
    state: 'completed',
    startedAt: '2024-05-01T10:00:00.000Z',
    stepIndex: 3,
    needsAttention: false,
    notes: [],
    ...differing,
  };
}

function ids(rows: readonly TreeRow<OperationsElement>[]): string[] {
  return rows.map(({ element }) => element.id);
}
