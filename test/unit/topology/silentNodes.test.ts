import assert from 'node:assert/strict';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import type { ClusterNode, Look, Topology } from '../../../src/core/topology/types';
import {
  changed,
  loneNode,
  looksAt,
  modelCluster,
  nodeId,
  nodeOf,
  refusedLook,
  viewOf,
  type ModelNode,
} from './modelCluster';

const nodes = modelCluster(3, 1);
const everybody = nodes.map(({ id }) => id);
const [one, two, three, four, five, six] = everybody as [string, string, string, string, string, string];

function ids(topology: Topology): string[] {
  return topology.nodes.map(({ id }) => id).sort();
}

function failure(address: string, message: string, of?: string): Look {
  return { failure: { address, code: 'timedOut', message, ...(of !== undefined && { nodeId: of }) } };
}

/** In the order given and in the other. */
function bothWays(looks: readonly Look[], previous?: Topology): [Topology, Topology] {
  const [forth, back] = [looks, [...looks].reverse()].map(each => mergeLooks(each, { ...(previous && { previous }) }));
  return [forth!, back!];
}

describe('Why a node does not answer', () => {
  const others = looksAt(nodes).filter(look => 'view' in look && look.view.address !== '10.0.0.0:7001');

  it('is what was told of its id, before what was told of its address or its host name', () => {
    const named = looksAt(changed(nodes, one, { hostname: 'one.example' })).slice(1);
    const failures = [
      failure('10.0.0.0:7001', 'By address.'),
      failure('one.example:7001', 'By name.'),
      failure('nat.example:9', 'By id.', one),
    ];
    const reasons = [0, 1, 2].map(from => {
      const node = nodeOf(mergeLooks([...named, ...failures.filter((_, at) => at === from)]), one);
      return [node.unreachableReason, node.unreachableCode];
    });
    assert.deepEqual(
      reasons,
      ['By address.', 'By name.', 'By id.'].map(reason => [reason, 'timedOut']),
    );
    for (const topology of bothWays([...named, ...failures])) {
      assert.equal(nodeOf(topology, one).unreachableReason, 'By id.');
      assert.equal(topology.nodes.length, 6, 'none of them is a node of its own');
    }
    const [byAddress] = bothWays([...named, ...failures.slice(0, 2)]);
    assert.equal(nodeOf(byAddress, one).unreachableReason, 'By address.');
  });

  it('is the same in whatever order it was told twice', () => {
    const ofAddress = [failure('10.0.0.0:7001', 'Early.'), failure('10.0.0.0:7001', 'Late.')];
    const ofId = [failure('nat.example:8', 'Here.', one), failure('nat.example:9', 'There.', one)];
    const unknown = [failure('10.8.8.8:1', 'Early.'), failure('10.8.8.8:1', 'Late.')];
    for (const failures of [ofAddress, ofId, unknown]) {
      const [forth, back] = bothWays([...others, ...failures]);
      assert.deepEqual(forth.nodes, back.nodes);
    }
    assert.equal(mergeLooks(unknown).nodes.length, 1);
  });

  it('is that it was not asked, or that nobody knows where it is', () => {
    const unasked = nodeOf(mergeLooks(others), one);
    assert.deepEqual(
      [unasked.status, unasked.unreachableReason, unasked.unreachableCode],
      ['unreachable', 'It was not asked.', undefined],
    );
    const nowhere: Partial<ModelNode>[] = [
      { host: '', port: 0, flags: ['noaddr'] },
      { host: '' },
      { port: 0 },
      { flags: ['noaddr'] },
    ];
    for (const where of nowhere) {
      const seen = changed(nodes, one, where);
      const looks = looksAt(nodes, {
        viewpoints: Object.fromEntries(everybody.slice(1).map(id => [id, { nodes: seen }])),
      });
      const lost = nodeOf(mergeLooks(looks.slice(1)), one);
      assert.deepEqual([lost.status, lost.unreachableReason], ['joining', 'No node knows its address.']);
    }
  });

  it('is told of a server that is being met, and of an address that nobody knows', () => {
    const meeting = [...nodes, { ...loneNode(50), flags: ['handshake'] }];
    const looks = looksAt(nodes, { viewpoints: { [one]: { nodes: meeting } } });
    const met = (...more: Look[]): ClusterNode => nodeOf(mergeLooks([...looks, ...more]), '?10.9.0.50:7500');
    assert.equal(met().unreachableReason, 'It was not asked.');
    const refused = met(refusedLook('10.9.0.50:7500'));
    assert.deepEqual(
      [refused.status, refused.unreachableReason, refused.busPort],
      ['joining', '10.9.0.50:7500 refused the connection.', 17500],
    );
    const hosts = { '10.9.0.50:7500': 'rack-e' };
    const unknown = mergeLooks([refusedLook('10.9.0.50:7500'), refusedLook('not an address')], { hosts });
    assert.deepEqual(
      unknown.nodes.map(({ hostLabel, host, port, busPort }) => [hostLabel, host, port, busPort]),
      [
        ['', '', 0, 10000],
        ['rack-e', '10.9.0.50', 7500, 17500],
      ],
    );
  });
});

describe('What was known of a node that falls silent', () => {
  const figures = {
    [four]: { info: { keys: 3, replicationOffset: 700 }, openSlots: `[7-<-${two}]`, persistence: 'log' as const },
  };
  const before = mergeLooks(looksAt(nodes, { viewpoints: figures }));

  it('stays with its last figures, but for what only holds while it answers', () => {
    const known = nodeOf(before, four);
    assert.deepEqual([known.lagBytes, known.knownNodes, known.clusterState], [300, 6, 'ok']);
    assert.equal(known.openSlots.length, 1);
    const alone = mergeLooks(looksAt(nodes, { silent: [four] }), { previous: before });
    const all = mergeLooks(looksAt(nodes, { silent: everybody }), { previous: before });
    const later = mergeLooks(looksAt(nodes, { silent: everybody }), { previous: all });
    for (const topology of [alone, all, later]) {
      const silent = nodeOf(topology, four);
      assert.deepEqual([silent.lastInfo?.keys, silent.info, silent.persistence], [3, undefined, 'log']);
      assert.deepEqual([silent.reachable, silent.status, silent.openSlots], [false, 'unreachable', []]);
      for (const field of ['lagBytes', 'knownNodes', 'clusterState', 'roundTripMilliseconds'])
        assert.ok(!(field in silent), field);
    }
    const silent = nodeOf(all, four);
    assert.deepEqual([silent.seenBy, silent.suspectedBy, silent.failedBy], [[], [], []], 'nobody was heard');
    const back = nodeOf(mergeLooks(looksAt(nodes), { previous: later }), four);
    assert.deepEqual([back.lastInfo, back.persistence], [undefined, undefined]);
  });

  it('is nothing where it never answered', () => {
    const never = mergeLooks(looksAt(nodes, { silent: [four] }));
    assert.ok(!('lastInfo' in nodeOf(never, four)));
    const again = mergeLooks(looksAt(nodes, { silent: everybody }), { previous: never });
    assert.ok(!('lastInfo' in nodeOf(again, four)));
  });
});

describe('A node of which nobody speaks any more', () => {
  const before = mergeLooks(looksAt(nodes));
  /** Nodes that were reset for good: other ids at the same addresses. */
  const reset = (...which: string[]): Look[] =>
    nodes
      .filter(({ id }) => which.includes(id))
      .map(({ id, host, port }): Look => {
        const fresh = { ...loneNode(9), id: id.replaceAll('0', 'f'), host, port };
        return { view: viewOf([fresh], fresh.id) };
      });

  it('goes with the whole cluster when all of its nodes were reset', () => {
    const after = mergeLooks(reset(one, two, three, four, five, six), { previous: before });
    assert.equal(after.nodes.length, 6);
    assert.ok(ids(after).every(id => id.startsWith('f')));
    assert.equal(after.clusterState, 'none');
  });

  it('stays while one that lists it is silent and was not reset', () => {
    const silent = [refusedLook('10.0.0.5:7006', six)];
    const after = mergeLooks([...reset(one, two, three, four, five), ...silent], { previous: before });
    assert.deepEqual(
      ids(after).filter(id => !id.startsWith('f')),
      nodes.map(({ id }) => id),
    );
  });

  it('goes when it had no address either and those who listed it were reset', () => {
    const pair = modelCluster(2);
    const lost = changed(pair, two, { host: '', port: 0, flags: ['noaddr'] });
    const previous = mergeLooks(looksAt(pair, { silent: [two], viewpoints: { [one]: { nodes: lost } } }));
    assert.deepEqual(ids(previous), [one, two]);
    assert.deepEqual(
      ids(mergeLooks(reset(one), { previous })).filter(id => !id.startsWith('f')),
      [],
    );
    const silent = mergeLooks([refusedLook('10.0.0.0:7001', one)], { previous });
    assert.deepEqual(ids(silent), [one, two], 'who listed it may do so still');
  });

  it('goes when it was only just met, nobody listed it yet, and the others answer', () => {
    const newcomer: ModelNode = { ...loneNode(66), host: '10.0.0.66' };
    const unlisted = Object.fromEntries(everybody.map(id => [id, { nodes }]));
    const previous = mergeLooks(looksAt([...nodes, newcomer], { viewpoints: unlisted }));
    assert.ok(nodeOf(previous, newcomer.id).inCluster);
    const refused = refusedLook('10.0.0.66:7500', newcomer.id);
    const gone = mergeLooks([...looksAt(nodes), refused], { previous });
    assert.ok(!ids(gone).includes(newcomer.id));
    const nobody = mergeLooks([...looksAt(nodes, { silent: everybody }), refused], { previous });
    assert.ok(ids(nobody).includes(newcomer.id));
  });

  it('stays outside of the cluster while it is asked, by its id or its address', () => {
    const lone = loneNode(8);
    const previous = mergeLooks([...looksAt(nodes), ...looksAt([lone])]);
    for (const look of [refusedLook('nat.example:9', lone.id), refusedLook('10.9.0.8:7500')]) {
      const silent = nodeOf(mergeLooks([...looksAt(nodes), look], { previous }), lone.id);
      assert.deepEqual([silent.status, silent.inCluster], ['unreachable', false]);
      assert.match(silent.unreachableReason!, /refused the connection/);
    }
    assert.ok(!ids(mergeLooks(looksAt(nodes), { previous })).includes(lone.id));
  });

  it('that was only an address is not remembered', () => {
    const previous = mergeLooks([...looksAt(nodes), refusedLook('10.8.8.8:1')]);
    assert.equal(previous.nodes.length, 7);
    assert.equal(mergeLooks(looksAt(nodes), { previous }).nodes.length, 6);
  });

  it('is still failed when it had failed', () => {
    const failed = changed(nodes, six, { flags: ['fail'] });
    const previous = mergeLooks(looksAt(failed, { silent: [six] }));
    const after = mergeLooks(looksAt(failed, { silent: everybody }), { previous });
    assert.deepEqual([nodeOf(after, six).status, nodeOf(after, five).status], ['failed', 'unreachable']);
  });
});

describe('How far a replica is behind', () => {
  const at = (master: number, replica: number, presumed: readonly string[] = [], previous?: Topology): Topology => {
    const viewpoints = {
      [one]: { info: { replicationOffset: master } },
      [four]: { info: { replicationOffset: replica } },
    };
    const looks = looksAt(nodes, { viewpoints }).map(look =>
      'view' in look &&
      presumed.some(id => look.view.lines.some(line => line.id === id && line.flags.includes('myself')))
        ? { view: { ...look.view, isPresumed: true as const } }
        : look,
    );
    return mergeLooks(looks, { ...(previous && { previous }) });
  };
  const lag = (topology: Topology): number | undefined => nodeOf(topology, four).lagBytes;

  it('is what its master wrote since, never less than nothing', () => {
    assert.deepEqual([lag(at(1500, 1200)), lag(at(1200, 1500)), lag(at(7, 7))], [300, 0, 0]);
    const silent = (id: string) => lag(mergeLooks(looksAt(nodes, { silent: [id] })));
    assert.deepEqual([silent(one), silent(four), silent(two)], [undefined, undefined, 0]);
  });

  it('stays as it was where one of the two was not asked this time, unless it followed another then', () => {
    const before = at(1500, 1200);
    assert.equal(lag(at(9000, 1200, [one], before)), 300);
    assert.equal(lag(at(9000, 1200, [four], before)), 300);
    assert.equal(lag(at(9000, 1200, [two], before)), 7800, 'that is another');
    assert.equal(lag(at(9000, 1200, [one])), undefined);
    const other = mergeLooks(looksAt(changed(nodes, four, { masterId: two })));
    assert.equal(lag(other), 0);
    assert.equal(lag(at(9000, 1200, [four], other)), undefined);
  });
});

describe('The host of a node', () => {
  it('has the label that was given to the address it was asked at', () => {
    const looks = looksAt(nodes, { viewpoints: { [one]: { address: 'nat.example:9001' } } });
    assert.equal(nodeOf(mergeLooks(looks, { hosts: { 'nat.example:9001': 'rack-n' } }), one).hostLabel, 'rack-n');
  });

  it('is that of now, not of the look before, while the node answers', () => {
    const zone = (availabilityZone: string) =>
      looksAt(nodes, { viewpoints: { [one]: { info: { availabilityZone } } } });
    const previous = mergeLooks(zone('zone-a'));
    assert.equal(nodeOf(mergeLooks(looksAt(nodes), { previous }), one).hostLabel, '10.0.0.0');
    assert.equal(nodeOf(mergeLooks(zone('zone-b'), { previous }), one).hostLabel, 'zone-b');
  });
});

describe('A node is failed by agreement', () => {
  it('of more than half of the masters with slots, where an empty one has no vote', () => {
    const empty = { ...loneNode(7), host: '10.0.0.7' };
    const all = [...modelCluster(4), empty];
    const failing = { nodes: changed(all, nodeId(4), { flags: ['fail'] }) };
    const status = (...who: string[]) =>
      nodeOf(
        mergeLooks(looksAt(all, { silent: [nodeId(4)], viewpoints: Object.fromEntries(who.map(id => [id, failing])) })),
        nodeId(4),
      ).status;
    assert.deepEqual([status(one), status(one, empty.id), status(one, two)], ['suspect', 'suspect', 'failed']);
  });

  it('of more than half of those who answer where no master does', () => {
    const failing = { nodes: changed(nodes, one, { flags: ['fail'] }) };
    const status = (...who: string[]) =>
      nodeOf(
        mergeLooks(
          looksAt(nodes, {
            silent: [one, two, three, six],
            viewpoints: Object.fromEntries(who.map(id => [id, failing])),
          }),
        ),
        one,
      ).status;
    assert.deepEqual([status(four), status(four, five)], ['suspect', 'failed']);
  });
});

describe('A node its cluster has forgotten', () => {
  it('is one that fewer than half of those list whom it lists and who answer', () => {
    const all = modelCluster(5);
    const without = { nodes: all.filter(({ id }) => id !== one) };
    const forgotten = (who: readonly string[], silent: readonly string[] = []): readonly string[] =>
      mergeLooks(looksAt(all, { silent, viewpoints: Object.fromEntries(who.map(id => [id, without])) })).forgotten;
    assert.deepEqual(forgotten([two, three]), [], 'half of them do');
    assert.deepEqual(forgotten([two, three, four]), [one]);
    assert.deepEqual(forgotten([two, three], [four]), [one], 'one of three that answer');
    assert.deepEqual(forgotten([two, three], [two]), [], 'two of three that answer');
  });
});
