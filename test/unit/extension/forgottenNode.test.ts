import assert from 'node:assert/strict';
import { health } from '../../../src/core/index';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import { buildSnapshot } from '../../../src/extension/topology/snapshot';
import { buildTreeRows } from '../../../src/extension/tree/buildTreeRows';
import type { TreeRow } from '../../../src/extension/tree/elements';
import { parseToPage } from '../../../src/webview/parseToPage';
import { changed, looksAt, modelCluster, nodeId } from '../topology/modelCluster';
import { emptyState } from './sampleCluster';

describe('A node that its cluster has forgotten, and that answers', () => {
  // Six nodes, and a third replica of the first master that only itself takes for one.
  const nodes = [
    ...modelCluster(3, 1),
    { ...modelCluster(3, 1)[3]!, id: nodeId(7), host: '10.0.0.7', port: 7007, masterId: nodeId(1) },
  ];
  const members = nodes.slice(0, 6);
  const viewpoints = Object.fromEntries(members.map(({ id }) => [id, { nodes: members }]));
  const topology = mergeLooks(looksAt(changed(nodes, nodeId(7), {}), { viewpoints }));
  const state = { ...emptyState(), topology, health: health(topology) };

  function rowsOf(grouping: 'shard' | 'host'): readonly TreeRow[] {
    return buildTreeRows([state], grouping)[0]!.children;
  }

  it('is one', () => {
    assert.deepEqual(topology.forgotten, [nodeId(7)]);
  });

  it('stands among the spares of the tree as one that does not stand by, amber', () => {
    const spares = rowsOf('shard').find(({ element }) => element.kind === 'spares');
    assert.equal(spares?.description, '1 forgotten by the cluster');
    const [row] = spares.children;
    assert.match(row!.label, /7007/);
    assert.equal(row!.description.split(' · ')[0], 'forgotten by the cluster');
    assert.doesNotMatch(row!.description + row!.spoken, /replica/);
    assert.deepEqual(row!.icon, { id: 'warning', color: 'charts.yellow' });
    const host = rowsOf('host').find(({ label }) => label === '10.0.0.7');
    assert.equal(host?.description, '1 forgotten by the cluster');
  });

  it('stands there on the page too, and counts as no replica', () => {
    const snapshot = buildSnapshot(state, 1);
    const node = snapshot.nodes.find(({ id }) => id === nodeId(7))!;
    assert.deepEqual(
      [node.role, node.masterId, node.state, node.stateText],
      ['spare', undefined, 'forgotten', 'forgotten by the cluster'],
    );
    assert.equal(snapshot.nodes.filter(({ role }) => role === 'replica').length, 3);
    assert.ok(!snapshot.shards.some(({ replicaIds }) => replicaIds.includes(nodeId(7))));
    const parsed = parseToPage({ type: 'snapshot', snapshot });
    assert.ok('message' in parsed, JSON.stringify(parsed));
  });
});
