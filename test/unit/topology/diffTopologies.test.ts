import assert from 'node:assert/strict';
import { diffTopologies, type TopologyEvent } from '../../../src/core/topology/diffTopologies';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { Topology } from '../../../src/core/topology/types';
import {
  changed,
  loneNode,
  looksAt,
  modelCluster,
  nodeId,
  refusedLook,
  viewOf,
  type ModelNode,
  type Viewpoint,
} from './modelCluster';
import { recordedLooks } from './recording';

const ALL = [21001, 21002, 21003, 21004, 21005, 21006];

function texts(events: readonly TopologyEvent[]): string[] {
  return events.map(event => `${event.kind}: ${event.text}`);
}

describe('diffTopologies', () => {
  const healthy = mergeLooks(recordedLooks('healthy', ALL));
  const failed = mergeLooks(recordedLooks('master-failed', ALL.slice(1), [21001]), { previous: healthy });
  const replaced = mergeLooks(recordedLooks('failed-over', ALL.slice(1), [21001]), { previous: failed });
  const returned = mergeLooks(recordedLooks('returned', ALL), { previous: replaced });

  it('finds nothing before the first look, nor between looks that say the same', () => {
    assert.deepEqual(diffTopologies(undefined, healthy), []);
    assert.deepEqual(diffTopologies(healthy, mergeLooks(recordedLooks('healthy', ALL))), []);
  });

  it('tells the death of a master', () => {
    assert.deepEqual(texts(diffTopologies(healthy, failed)), [
      'clusterStateChanged: The cluster state changed from ok to fail.',
      'statusChanged: 127.0.0.1:21001 went from ok to failed.',
      'linkChanged: The link of 127.0.0.1:21005 to its master 127.0.0.1:21001 is down.',
    ]);
  });

  it('tells the failover', () => {
    const events = diffTopologies(failed, replaced);
    assert.deepEqual(texts(events), [
      'clusterStateChanged: The cluster state changed from fail to ok.',
      'failoverHappened: 127.0.0.1:21005 took over slots 0-5460 from 127.0.0.1:21001.',
      'roleChanged: 127.0.0.1:21005 became a master.',
      'slotsChanged: 127.0.0.1:21005 gained slots 0-5460.',
      'slotsChanged: 127.0.0.1:21001 lost slots 0-5460.',
    ]);
    const failover = events.find(event => event.kind === 'failoverHappened')!;
    assert.equal(failover.shardId, 'slot-0');
    assert.equal(failover.fromNodeId, healthy.shards[0]!.masterId);
    assert.equal(failover.toNodeId, healthy.shards[0]!.replicaIds[0]);
  });

  describe('of a master that was started again', () => {
    const nodes = modelCluster(3, 1);
    const id = nodeId(1);
    const withInfo = (info: object, previous?: Topology): Topology =>
      mergeLooks(looksAt(nodes, { viewpoints: { [id]: { info } } }), { ...(previous && { previous }) });
    const full = withInfo({ keys: 95_776, uptimeSeconds: 100 });
    const silent = mergeLooks(looksAt(nodes, { silent: [id] }), { previous: full });
    const lost = (before: Topology, info: object): string[] =>
      texts(diffTopologies(before, withInfo(info, before))).filter(text => text.startsWith('cameBackEmpty'));
    const told = ['cameBackEmpty: 10.0.0.0:7001 came back empty: it had 95,776 keys.'];

    it('tells the keys it held, also when it was silent for several looks', () => {
      assert.deepEqual(lost(full, { keys: 0, uptimeSeconds: 1 }), told);
      assert.deepEqual(lost(full, { keys: 0, uptimeSeconds: 1000, processId: 2 }), told, 'started between slow looks');
      const again = mergeLooks(looksAt(nodes, { silent: [id] }), { previous: silent });
      assert.deepEqual(lost(again, { keys: 0, uptimeSeconds: 1 }), told);
      const nobody = mergeLooks(looksAt(nodes, { silent: nodes.map(node => node.id) }), { previous: full });
      assert.deepEqual(lost(nobody, { keys: 0, uptimeSeconds: 1 }), told);
    });

    it('has nothing to tell of one that was emptied, has its keys, still loads, or had none', () => {
      assert.deepEqual(lost(full, { keys: 0, uptimeSeconds: 101 }), []);
      assert.deepEqual(lost(silent, { keys: 95_776, uptimeSeconds: 1 }), []);
      assert.deepEqual(lost(silent, { keys: 0, uptimeSeconds: 1, loading: true }), []);
      assert.deepEqual(lost(withInfo({ keys: 0 }), { keys: 0, uptimeSeconds: 1 }), []);
    });
  });

  it('tells the return of the old master as a replica', () => {
    assert.deepEqual(texts(diffTopologies(replaced, returned)), [
      'roleChanged: 127.0.0.1:21001 became a replica of 127.0.0.1:21005.',
      'statusChanged: 127.0.0.1:21001 went from failed to ok.',
    ]);
  });

  it('says that the state is unknown when nobody answers any more', () => {
    const silent = mergeLooks(recordedLooks('returned', [], ALL), { previous: returned });
    const events = texts(diffTopologies(returned, silent));
    assert.equal(events[0], 'clusterStateChanged: No node answers: the state of the cluster is unknown.');
    assert.equal(events.length, 7);
    assert.match(events[1]!, /went from ok to unreachable\. 127\.0\.0\.1:\d+ refused the connection\.$/);
  });

  it('tells nodes that appear and go', () => {
    const nodes = modelCluster(3, 1);
    const whole = mergeLooks(looksAt(nodes));
    const less = mergeLooks(looksAt(nodes.slice(0, 5)));
    assert.deepEqual(texts(diffTopologies(whole, less)), [
      'nodeGone: 10.0.0.5:7006 is gone: no node lists it any more.',
    ]);
    assert.deepEqual(texts(diffTopologies(less, whole)), [
      'nodeAppeared: 10.0.0.5:7006 appeared as a replica of 10.0.0.2:7003.',
    ]);
  });

  it('takes an address that told its id for the same node', () => {
    const lone = loneNode(4);
    const before = mergeLooks([refusedLook('10.9.0.4:7500')]);
    assert.deepEqual(texts(diffTopologies(before, mergeLooks(looksAt([lone])))), [
      'statusChanged: 10.9.0.4:7500 went from unreachable to spare.',
    ]);
  });

  it('tells a replica that follows another master, and slots that move', () => {
    const nodes = modelCluster(3, 1);
    const moved = changed(changed(nodes, nodeId(1), { slots: '0-4999' }), nodeId(2), { slots: '5000-10922' });
    const after = changed(moved, nodeId(6), { masterId: nodeId(1) });
    assert.deepEqual(texts(diffTopologies(mergeLooks(looksAt(nodes)), mergeLooks(looksAt(after)))), [
      'slotsChanged: 10.0.0.0:7001 lost slots 5000-5461.',
      'masterChanged: 10.0.0.5:7006 now replicates 10.0.0.0:7001 instead of 10.0.0.2:7003.',
      'slotsChanged: 10.0.0.1:7002 gained slots 5000-5461.',
    ]);
  });

  it('does not take a moved slot for a failover', () => {
    const nodes = modelCluster(3, 1);
    const after = changed(changed(nodes, nodeId(1), { slots: '1-5461' }), nodeId(2), { slots: '0 5462-10922' });
    const events = diffTopologies(mergeLooks(looksAt(nodes)), mergeLooks(looksAt(after)));
    assert.deepEqual(
      events.map(event => event.kind),
      ['slotsChanged', 'slotsChanged'],
    );
  });

  it('tells a new address, and one that was lost', () => {
    const nodes = modelCluster(3, 1);
    const before = mergeLooks(looksAt(nodes));
    const elsewhere = changed(nodes, nodeId(6), { host: '10.7.7.7' });
    assert.deepEqual(texts(diffTopologies(before, mergeLooks(looksAt(elsewhere)))), [
      'addressChanged: Node 00000006 moved from 10.0.0.5:7006 to 10.7.7.7:7006.',
    ]);
    const lost = mergeLooks(
      looksAt(nodes.slice(0, 5), {
        viewpoints: Object.fromEntries(
          nodes
            .slice(0, 5)
            .map(node => [node.id, { nodes: changed(nodes, nodeId(6), { host: '', port: 0, flags: ['noaddr'] }) }]),
        ),
      }),
    );
    assert.deepEqual(texts(diffTopologies(before, lost)), [
      'statusChanged: node 00000006 (address unknown) went from ok to joining.',
      'addressChanged: The nodes lost the address of 10.0.0.5:7006.',
    ]);
  });

  it('tells a disagreement once, not again while the news spreads, and when it is over', () => {
    const nodes = modelCluster(5);
    const heard = {
      nodes: changed(changed(nodes, nodeId(2), { slots: '0-9 3277-6553', epoch: 9 }), nodeId(1), { slots: '10-3276' }),
    };
    const look = (...who: number[]): ReturnType<typeof mergeLooks> =>
      mergeLooks(looksAt(nodes, { viewpoints: Object.fromEntries(who.map(number => [nodeId(number), heard])) }));
    const kinds = (events: TopologyEvent[]): string[] =>
      events.map(event => event.kind).filter(kind => kind.startsWith('dis'));
    const [first, second, last] = [look(2), look(2, 3), look(1, 2, 3, 4, 5)];
    assert.deepEqual(kinds(diffTopologies(look(), first)), ['disagreementAppeared']);
    assert.deepEqual(kinds(diffTopologies(first, second)), []);
    assert.deepEqual(kinds(diffTopologies(second, last)), ['disagreementResolved']);
  });

  it('tells a cluster that comes to be out of lone nodes', () => {
    const nodes = modelCluster(3);
    const lone = nodes.map(node => ({ view: viewOf([{ ...node, slots: '' }], node.id, { state: 'fail' }) }));
    const events = texts(diffTopologies(mergeLooks(lone), mergeLooks(looksAt(nodes))));
    assert.equal(events[0], 'clusterStateChanged: There is a cluster now, its state is ok.');
    assert.ok(events.includes('slotsChanged: 10.0.0.0:7001 gained slots 0-5461.'));
    assert.ok(events.includes('statusChanged: 10.0.0.0:7001 went from spare to ok.'));
  });

  it('tells what a node is that appears', () => {
    const before = mergeLooks(looksAt(modelCluster(3)));
    const appeared = (node: ModelNode, inCluster = true): string | undefined => {
      const looks = inCluster
        ? looksAt([...modelCluster(3), node])
        : [...looksAt(modelCluster(3)), { view: viewOf([node], node.id, { info: { keys: 1 } }) }];
      return texts(diffTopologies(before, mergeLooks(looks))).find(text => text.startsWith('nodeAppeared'));
    };
    assert.equal(appeared(loneNode(9)), 'nodeAppeared: 10.9.0.9:7500 appeared as a node that is spare.');
    assert.equal(appeared(loneNode(9), false), 'nodeAppeared: 10.9.0.9:7500 appeared as an empty master.');
    assert.equal(
      appeared({ ...loneNode(9), slots: '0-16383', epoch: 9 }),
      'nodeAppeared: 10.9.0.9:7500 appeared as a master with slots 0-16383.',
    );
    const orphan: ModelNode = { ...loneNode(9), role: 'slave', masterId: nodeId(77) };
    assert.equal(appeared(orphan), 'nodeAppeared: 10.9.0.9:7500 appeared as a replica of node 0000004d.');
  });

  it('tells a cluster that is gone, and one whose nodes answer again', () => {
    const nodes = modelCluster(3);
    const whole = mergeLooks(looksAt(nodes));
    const reset = nodes.map(node => ({ view: viewOf([{ ...node, slots: '' }], node.id, { state: 'fail' }) }));
    const events = texts(diffTopologies(whole, mergeLooks(reset)));
    assert.equal(events[0], 'clusterStateChanged: The cluster is gone: no node is in one any more.');
    assert.ok(events.includes('slotsChanged: 10.0.0.0:7001 lost slots 0-5461.'));
  });

  it('tells slots that come and go at once, a link that is up again, and what the nodes agree about again', () => {
    const nodes = modelCluster(3, 1);
    const look = (seen: readonly ModelNode[], viewpoints: Record<string, Viewpoint> = {}): Topology =>
      mergeLooks(looksAt(seen, { viewpoints }));
    const swapped = changed(changed(nodes, nodeId(1), { slots: '10-5462' }), nodeId(2), { slots: '0-9 5463-10922' });
    assert.deepEqual(texts(diffTopologies(look(nodes), look(swapped))), [
      'slotsChanged: 10.0.0.1:7002 gained slots 0-9 and lost slot 5462.',
      'slotsChanged: 10.0.0.0:7001 gained slot 5462 and lost slots 0-9.',
    ]);
    const down = look(nodes, { [nodeId(4)]: { info: { masterLink: 'down' } } });
    assert.deepEqual(texts(diffTopologies(down, look(nodes))), [
      'linkChanged: The link of 10.0.0.3:7004 to its master 10.0.0.0:7001 is up.',
    ]);
    const collided = look(changed(nodes, nodeId(2), { epoch: 1 }));
    assert.deepEqual(texts(diffTopologies(collided, look(nodes))), [
      'disagreementResolved: The nodes agree again. Before: 10.0.0.0:7001 and 10.0.0.1:7002 have the same config epoch 1: a dispute between them about a slot could not be decided.',
    ]);
  });

  it('tells a replica that follows nobody for a moment, and one whose master nobody knows', () => {
    const nodes = modelCluster(3, 1);
    const following = (masterId: string): Topology => mergeLooks(looksAt(changed(nodes, nodeId(6), { masterId })));
    const change = (from: string, to: string) =>
      diffTopologies(following(from), following(to)).flatMap(event => (event.kind === 'masterChanged' ? [event] : []));
    assert.deepEqual(change('-', nodeId(1)), [
      {
        kind: 'masterChanged',
        nodeId: nodeId(6),
        text: '10.0.0.5:7006 now replicates 10.0.0.0:7001 instead of nobody.',
        toMasterId: nodeId(1),
      },
    ]);
    assert.deepEqual(change(nodeId(77), '-'), [
      {
        kind: 'masterChanged',
        nodeId: nodeId(6),
        text: '10.0.0.5:7006 now replicates nobody instead of node 0000004d.',
        fromMasterId: nodeId(77),
      },
    ]);
  });

  it('tells a role that changed without slots as that, and not as a failover', () => {
    const nodes = modelCluster(3, 1);
    const alone = changed(nodes, nodeId(6), { role: 'master', masterId: '-' });
    const [before, after] = [nodes, alone].map(each => mergeLooks(looksAt(each)));
    assert.deepEqual(texts(diffTopologies(before, after!)), [
      'roleChanged: 10.0.0.5:7006 became a master.',
      'statusChanged: 10.0.0.5:7006 went from ok to spare.',
    ]);
    const lasting = diffTopologies(after, before!).map(event => ('from' in event ? [event.from, event.to] : []));
    assert.deepEqual(lasting, [
      ['master', 'replica'],
      ['spare', 'ok'],
    ]);
  });

  it('tells no keys of a master that lost its slots while it was away', () => {
    const nodes = modelCluster(3, 1);
    const keys = (all: readonly ModelNode[], info: object): Topology =>
      mergeLooks(looksAt(all, { viewpoints: { [nodeId(1)]: { info } } }));
    const after = keys(changed(nodes, nodeId(1), { slots: '' }), { keys: 0, uptimeSeconds: 1 });
    const events = diffTopologies(keys(nodes, { keys: 5 }), after);
    assert.ok(events.every(({ kind }) => kind !== 'cameBackEmpty'));
  });

  it('gives what changed as data beside the words', () => {
    const nodes = modelCluster(3, 1);
    const before = mergeLooks(looksAt(nodes));
    const after = changed(
      changed(changed(nodes, nodeId(1), { slots: '0-4999' }), nodeId(2), { slots: '5000-10922' }),
      nodeId(6),
      {
        masterId: nodeId(1),
        host: '10.7.7.7',
      },
    );
    const found = diffTopologies(
      before,
      mergeLooks(looksAt(after, { viewpoints: { [nodeId(6)]: { info: { masterLink: 'down' } } } })),
    );
    const withoutTexts = JSON.stringify(found, (key, value: unknown) => (key === 'text' ? undefined : value));
    assert.deepEqual(JSON.parse(withoutTexts), [
      { kind: 'slotsChanged', nodeId: nodeId(1), gained: '', lost: '5000-5461' },
      { kind: 'masterChanged', nodeId: nodeId(6), fromMasterId: nodeId(3), toMasterId: nodeId(1) },
      { kind: 'addressChanged', nodeId: nodeId(6), from: '10.0.0.5:7006', to: '10.7.7.7:7006' },
      { kind: 'linkChanged', nodeId: nodeId(6), from: 'up', to: 'down' },
      { kind: 'slotsChanged', nodeId: nodeId(2), gained: '5000-5461', lost: '' },
    ]);
    assert.deepEqual(diffTopologies(before, before), []);
  });
});
