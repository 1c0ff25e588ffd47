import assert from 'node:assert/strict';
import { health } from '../../../src/core/health/health';
import { mergeLooks } from '../../../src/core/topology/mergeLooks';
import { ownLineOf } from '../../../src/core/topology/ownLine';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
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
  type Viewpoint,
} from './modelCluster';
import { recordedLooks } from './recording';

const ALL = [21001, 21002, 21003, 21004, 21005, 21006];

function at(topology: Topology, port: number): ClusterNode {
  return topology.nodes.find(node => node.port === port)!;
}

/** [id, master] of every shard. */
function ledShards({ shards }: Topology): [string, string | undefined][] {
  return shards.map(({ id, masterId }) => [id, masterId]);
}

describe('mergeLooks', () => {
  it('makes the same of views that share one list of what they say of others, also of a node that does not answer', () => {
    const dead = changed(modelCluster(3, 1), nodeId(2), { flags: ['fail'] });
    const looks = looksAt(dead, { silent: [nodeId(2)] });
    const shared = viewOf([...dead, loneNode(9)], nodeId(9)).lines.filter(({ id }) => id !== nodeId(9));
    const sharing = looks.map(look =>
      'view' in look ? { view: { ...look.view, lines: shared, own: ownLineOf(look.view)! } } : look,
    );
    const [apart, together] = [mergeLooks(looks), mergeLooks(sharing)];
    assert.deepEqual([together.nodes, together.disagreements], [apart.nodes, apart.disagreements]);
    assert.deepEqual(nodeOf(together, nodeId(2)).failedBy.length, 5);
  });

  describe('of a whole cluster', () => {
    const topology = mergeLooks(recordedLooks('healthy', ALL));

    it('lists masters by first slot, each with its replica behind it', () => {
      assert.deepEqual(
        topology.nodes.map(node => node.port),
        [21001, 21005, 21002, 21006, 21003, 21004],
      );
      assert.deepEqual(
        topology.shards.map(shard => [shard.id, shard.masterId, ...shard.replicaIds]),
        [
          ['slot-0', at(topology, 21001).id, at(topology, 21005).id],
          ['slot-5461', at(topology, 21002).id, at(topology, 21006).id],
          ['slot-10923', at(topology, 21003).id, at(topology, 21004).id],
        ],
      );
    });

    it('finds everything ok and everybody in agreement', () => {
      assert.equal(topology.clusterState, 'ok');
      assert.equal(topology.coveredSlots.count, 16384);
      assert.deepEqual(topology.disagreements, []);
      assert.deepEqual(topology.ghosts, []);
      for (const node of topology.nodes) {
        assert.equal(node.status, 'ok');
        assert.equal(node.seenBy.length, 6);
        assert.equal(node.reachable && node.inCluster, true);
        assert.equal(node.knownNodes, 6);
      }
      assert.deepEqual([topology.asked, topology.answered], [6, 6]);
    });

    it('tells how far each replica is behind', () => {
      assert.deepEqual(
        topology.nodes.map(node => node.lagBytes),
        [undefined, 0, undefined, 0, undefined, 0],
      );
    });
  });

  it('calls empty servers that know only themselves spares outside, and no cluster', () => {
    const topology = mergeLooks(recordedLooks('fresh', [21007]));
    assert.equal(topology.clusterState, 'none');
    assert.deepEqual(topology.shards, []);
    assert.deepEqual([topology.nodes[0]!.status, topology.nodes[0]!.inCluster], ['spare', false]);
  });

  it('does not call a lone server with keys a spare', () => {
    const lone = loneNode(1);
    const topology = mergeLooks([{ view: viewOf([lone], lone.id, { info: { keys: 3, keysByDatabase: { 2: 3 } } }) }]);
    assert.deepEqual([topology.nodes[0]!.status, topology.nodes[0]!.inCluster], ['ok', false]);
    assert.equal(topology.clusterState, 'none');
  });

  it('takes a lone server with slots for a cluster of one', () => {
    const lone = loneNode(1, '0-16383');
    const topology = mergeLooks(looksAt([lone]));
    assert.deepEqual([topology.clusterState, topology.shards[0]!.id], ['ok', 'slot-0']);
    assert.equal(topology.nodes[0]!.inCluster, false);
  });

  it('calls an empty master that nobody follows a spare inside, but not one that has a replica', () => {
    const nodes: ModelNode[] = [
      ...modelCluster(3),
      { ...loneNode(10), slots: '' },
      { ...loneNode(11), slots: '' },
      { ...loneNode(12), role: 'slave', masterId: nodeId(11) },
    ];
    const topology = mergeLooks(looksAt(nodes));
    assert.equal(nodeOf(topology, nodeId(10)).status, 'spare');
    assert.equal(nodeOf(topology, nodeId(11)).status, 'ok');
    assert.deepEqual(
      topology.shards.map(shard => shard.id),
      ['slot-0', 'slot-5462', 'slot-10923', `master-${nodeId(11)}`],
    );
  });

  describe('of nodes that are not well', () => {
    it('keeps a node that did not answer, as the others describe it', () => {
      const nodes = modelCluster(3, 1);
      const topology = mergeLooks(looksAt(nodes, { silent: [nodeId(1)] }));
      const silent = nodeOf(topology, nodeId(1));
      assert.deepEqual([silent.status, silent.reachable, silent.slots.toString()], ['unreachable', false, '0-5461']);
      assert.equal(silent.unreachableReason, '10.0.0.0:7001 refused the connection.');
      assert.equal(silent.info, undefined);
      assert.equal(silent.seenBy.length, 5);
      assert.equal(topology.clusterState, 'ok', 'whoever answered says so');
    });

    it('calls a node suspect while somebody flags it, and says who', () => {
      const topology = mergeLooks(recordedLooks('no-majority', [21001, 21004, 21005, 21006], [21002, 21003]));
      const suspect = at(topology, 21002);
      assert.deepEqual([suspect.status, suspect.suspectedBy.length, suspect.failedBy.length], ['suspect', 4, 0]);
      assert.equal(topology.clusterState, 'fail');
      assert.equal(topology.coveredSlots.count, 16384);
    });

    it('calls a node failed when a majority of the voting masters that were heard says fail', () => {
      const topology = mergeLooks(recordedLooks('master-failed', ALL.slice(1), [21001]));
      assert.deepEqual([at(topology, 21001).status, at(topology, 21001).failedBy.length], ['failed', 5]);
    });

    it('does not take the word of replicas for that of masters', () => {
      const nodes = modelCluster(3, 1);
      const failing = { nodes: changed(nodes, nodeId(1), { flags: ['fail'] }) };
      const replicasSay = { [nodeId(4)]: failing, [nodeId(5)]: failing, [nodeId(6)]: failing };
      const byReplicas = mergeLooks(looksAt(nodes, { silent: [nodeId(1)], viewpoints: replicasSay }));
      assert.equal(nodeOf(byReplicas, nodeId(1)).status, 'suspect');
      const byOneMaster = mergeLooks(
        looksAt(nodes, { silent: [nodeId(1)], viewpoints: { ...replicasSay, [nodeId(2)]: failing } }),
      );
      assert.equal(nodeOf(byOneMaster, nodeId(1)).status, 'suspect', 'one of two masters heard is no majority');
      const byMasters = mergeLooks(
        looksAt(nodes, { silent: [nodeId(1)], viewpoints: { [nodeId(2)]: failing, [nodeId(3)]: failing } }),
      );
      assert.equal(nodeOf(byMasters, nodeId(1)).status, 'failed');
    });

    it('believes the replicas when no master is left to be heard', () => {
      const nodes = modelCluster(3, 1);
      const failing = { nodes: changed(nodes, nodeId(1), { flags: ['fail'] }) };
      const topology = mergeLooks(
        looksAt(nodes, {
          silent: [nodeId(1), nodeId(2), nodeId(3)],
          viewpoints: { [nodeId(4)]: failing, [nodeId(5)]: failing },
        }),
      );
      assert.equal(nodeOf(topology, nodeId(1)).status, 'failed');
    });

    it('still shows a node failed that answers again while the cluster has not cleared it', () => {
      const nodes = modelCluster(3);
      const failing = { nodes: changed(nodes, nodeId(1), { flags: ['fail'] }) };
      const topology = mergeLooks(looksAt(nodes, { viewpoints: { [nodeId(2)]: failing, [nodeId(3)]: failing } }));
      assert.deepEqual([nodeOf(topology, nodeId(1)).status, nodeOf(topology, nodeId(1)).reachable], ['failed', true]);
    });

    it('shows an address that nobody lists as an unreachable node', () => {
      const topology = mergeLooks([...looksAt(modelCluster(3)), refusedLook('[fd00::7]:7007')]);
      const unknown = nodeOf(topology, '?[fd00::7]:7007');
      assert.deepEqual(
        [unknown.host, unknown.port, unknown.status, unknown.inCluster],
        ['fd00::7', 7007, 'unreachable', false],
      );
      assert.equal(topology.clusterState, 'ok');
    });

    it('knows by its id a node whose look failed at another address', () => {
      const nodes = modelCluster(3);
      const looks = looksAt(nodes, { silent: [nodeId(1)] }).filter(look => 'view' in look);
      const topology = mergeLooks([...looks, refusedLook('nat.example:9001', nodeId(1))]);
      assert.equal(topology.nodes.length, 3);
      assert.equal(nodeOf(topology, nodeId(1)).unreachableReason, 'nat.example:9001 refused the connection.');
    });

    it('does not lose the look over an address that is none', () => {
      assert.equal(mergeLooks([refusedLook('not an address')]).nodes.length, 1);
    });

    it('does not count a failure of one address of a node that answered at another', () => {
      const nodes = modelCluster(3).map((node, index) => ({ ...node, hostname: `redis-${index}.example` }));
      const topology = mergeLooks([...looksAt(nodes), refusedLook('redis-0.example:7001')]);
      assert.equal(topology.nodes.length, 3);
      assert.ok(topology.nodes.every(node => node.status === 'ok'));
    });
  });

  describe('of nodes that come and go', () => {
    it('shows a handshake once, by its address, whatever random ids the viewers gave it', () => {
      const nodes = modelCluster(3);
      const meeting = (number: number): ModelNode => ({ ...loneNode(50), id: nodeId(number), flags: ['handshake'] });
      const topology = mergeLooks(
        looksAt(nodes, {
          viewpoints: {
            [nodeId(1)]: { nodes: [...nodes, meeting(900)] },
            [nodeId(2)]: { nodes: [...nodes, meeting(901)] },
          },
        }),
      );
      assert.equal(topology.nodes.length, 4);
      const met = nodeOf(topology, '?10.9.0.50:7500');
      assert.deepEqual([met.status, met.inCluster, met.seenBy], ['joining', false, [nodeId(1), nodeId(2)]]);
      assert.deepEqual(topology.ghosts, []);
      assert.deepEqual(topology.disagreements, []);
    });

    it('calls a server that is being met joining, under its own id', () => {
      const nodes = modelCluster(3);
      const lone = loneNode(50);
      const meeting = { nodes: [...nodes, { ...lone, id: nodeId(900), flags: ['handshake'] }] };
      const topology = mergeLooks([...looksAt(nodes, { viewpoints: { [nodeId(1)]: meeting } }), ...looksAt([lone])]);
      assert.equal(topology.nodes.length, 4);
      assert.equal(nodeOf(topology, lone.id).status, 'joining');
    });

    it('calls what is left of a reset node a ghost, and the server at its address a spare', () => {
      const topology = mergeLooks(recordedLooks('reset-hard', ALL));
      const ghost = topology.nodes.find(node => node.host === '')!;
      assert.deepEqual(topology.ghosts, [ghost.id]);
      assert.equal(ghost.status, 'joining');
      assert.deepEqual([at(topology, 21001).status, at(topology, 21001).inCluster], ['spare', false]);
    });

    it('calls a node a ghost that only a minority still lists', () => {
      const nodes = modelCluster(5);
      const withGhost = { nodes: [...nodes, { ...loneNode(66), flags: ['fail'] }] };
      const minority = mergeLooks(looksAt(nodes, { viewpoints: { [nodeId(1)]: withGhost, [nodeId(2)]: withGhost } }));
      assert.deepEqual(minority.ghosts, [nodeId(66)]);
      const majority = mergeLooks(
        looksAt(nodes, { viewpoints: { [nodeId(1)]: withGhost, [nodeId(2)]: withGhost, [nodeId(3)]: withGhost } }),
      );
      assert.deepEqual(majority.ghosts, []);
    });

    it('does not call a node a ghost that was just met and knows everybody', () => {
      const nodes = modelCluster(5);
      const all = [...nodes, loneNode(66)];
      const viewpoints = Object.fromEntries(nodes.slice(1).map(node => [node.id, { nodes }]));
      const topology = mergeLooks(looksAt(all, { viewpoints }));
      assert.deepEqual(topology.ghosts, []);
      assert.deepEqual(
        topology.disagreements.map(disagreement => [disagreement.kind, disagreement.nodeIds]),
        [['membership', [nodeId(66)]]],
      );
    });

    it('does not take the "fail" of a newcomer for that of the cluster: neither does its health', () => {
      const newcomer = { ...loneNode(66), host: '10.0.0.66' };
      const nodes = [...modelCluster(3, 1), newcomer];
      const stateWith = (viewpoints: Record<string, Viewpoint>, all = nodes): [string, string] => {
        const topology = mergeLooks(looksAt(all, { viewpoints }));
        return [topology.clusterState, health(topology).status];
      };
      // It was just met: first it knows no slots, then it knows them and waits.
      const ignorant = { nodes: [nodes[0]!, newcomer], state: 'fail' as const, slotsAssigned: 5462 };
      assert.deepEqual(stateWith({ [newcomer.id]: ignorant })[0], 'ok');
      assert.deepEqual(stateWith({ [newcomer.id]: { state: 'fail' } }), ['ok', 'ok']);
      // The same as a replica that does not know all slots yet.
      const following = changed(nodes, newcomer.id, { role: 'slave', masterId: nodeId(1) });
      const early = { state: 'fail', slotsAssigned: 5462 } as const;
      assert.deepEqual(stateWith({ [newcomer.id]: early }, following), ['ok', 'ok']);
    });

    it('believes a "fail" of whoever serves slots or knew them, and of newcomers when nobody else answers', () => {
      const newcomer = { ...loneNode(66), host: '10.0.0.66' };
      const nodes = [...modelCluster(3, 1), newcomer];
      for (const id of [nodeId(1), nodeId(4)]) {
        const topology = mergeLooks(looksAt(nodes, { viewpoints: { [id]: { state: 'fail' } } }));
        assert.deepEqual([topology.clusterState, health(topology).status], ['fail', 'failing'], id);
      }
      const silent = modelCluster(3, 1).map(({ id }) => id);
      const alone = mergeLooks(looksAt(nodes, { silent, viewpoints: { [newcomer.id]: { state: 'fail' } } }));
      assert.equal(alone.clusterState, 'fail');
    });

    it('names a node that was reset while the others still list it', () => {
      const nodes = modelCluster(3, 1);
      const alone = {
        nodes: changed(nodes, nodeId(6), { role: 'master', slots: '' }).filter(node => node.id === nodeId(6)),
      };
      const topology = mergeLooks(looksAt(nodes, { viewpoints: { [nodeId(6)]: alone } }));
      assert.ok(topology.disagreements.some(({ text }) => text.startsWith('10.0.0.5:7006 knows only itself, but')));
      assert.equal(nodeOf(topology, nodeId(6)).inCluster, false);
    });
  });

  describe('of views that differ', () => {
    it('lets the newer epoch win after a failover that not everybody heard of', () => {
      const before = modelCluster(3, 1);
      const after = changed(
        changed(before, nodeId(4), { role: 'master', slots: '0-5461', epoch: 9 }).map(({ masterId, ...node }) =>
          node.id === nodeId(4) || masterId === undefined ? node : { ...node, masterId },
        ),
        nodeId(1),
        { slots: '', flags: ['fail'] },
      );
      const heard = { nodes: after };
      const topology = mergeLooks(
        looksAt(before, { silent: [nodeId(1)], viewpoints: { [nodeId(4)]: heard, [nodeId(2)]: heard } }),
      );
      assert.equal(nodeOf(topology, nodeId(4)).slots.toString(), '0-5461');
      assert.ok(nodeOf(topology, nodeId(1)).slots.isEmpty);
      assert.equal(topology.coveredSlots.count, 16384);
      const slots = topology.disagreements.find(({ kind }) => kind === 'slotOwner')!;
      assert.equal(slots.slots!.toString(), '0-5461');
      assert.match(slots.text, /^Slots 0-5461 belong to 10\.0\.0\.3:7004, but .* give them to 10\.0\.0\.0:7001\.$/);
      assert.deepEqual(slots.nodeIds, [nodeId(4), nodeId(1)]);
      const role = topology.disagreements.find(({ kind }) => kind === 'role')!;
      assert.match(role.text, /10\.0\.0\.3:7004/);
      assert.match(role.text, /for a replica of 10\.0\.0\.0:7001/);
    });

    it('overrules an old master that slept through a failover, by a majority with a newer epoch', () => {
      const before = modelCluster(3, 1);
      const after = changed(before, nodeId(4), { role: 'master', slots: '0-5461', epoch: 9, masterId: '-' });
      const asReplica = changed(after, nodeId(1), { role: 'slave', masterId: nodeId(4), slots: '', epoch: 9 });
      const slept = { nodes: before };
      const topology = mergeLooks(looksAt(asReplica, { viewpoints: { [nodeId(1)]: slept } }));
      const old = nodeOf(topology, nodeId(1));
      assert.deepEqual([old.role, old.masterId, old.slots.isEmpty], ['replica', nodeId(4), true]);
      assert.equal(nodeOf(topology, nodeId(4)).slots.toString(), '0-5461');
      const sameEpoch = asReplica.map(node => ({ ...node, epoch: node.id === nodeId(1) ? 1 : node.epoch }));
      const still = nodeOf(mergeLooks(looksAt(sameEpoch, { viewpoints: { [nodeId(1)]: slept } })), nodeId(1));
      assert.equal(still.role, 'master', 'without a newer epoch its own word stands');
    });

    it('settles two masters that both claim a slot by the epoch, and names both', () => {
      const nodes = modelCluster(3);
      const taken = changed(changed(nodes, nodeId(1), { slots: '0-99 101-5461' }), nodeId(2), {
        slots: '100 5462-10922',
        epoch: 7,
      });
      const topology = mergeLooks(looksAt(nodes, { viewpoints: { [nodeId(2)]: { nodes: taken } } }));
      assert.ok(nodeOf(topology, nodeId(2)).slots.has(100));
      assert.ok(!nodeOf(topology, nodeId(1)).slots.has(100));
      assert.match(
        topology.disagreements[0]!.text,
        /^Slot 100 belongs to 10\.0\.0\.1:7002, but 10\.0\.0\.0:7001 and 10\.0\.0\.2:7003 give it to 10\.0\.0\.0:7001\.$/,
      );
    });

    it('does not give a node slots that it denies itself', () => {
      const nodes = modelCluster(3);
      const denies = { nodes: changed(nodes, nodeId(1), { slots: '0-99' }) };
      const topology = mergeLooks(looksAt(nodes, { viewpoints: { [nodeId(1)]: denies } }));
      assert.equal(nodeOf(topology, nodeId(1)).slots.toString(), '0-99');
      assert.equal(topology.coveredSlots.count, 16384 - 5362);
      assert.match(
        topology.disagreements[0]!.text,
        /^Slots 100-5461 belong to no node, but .* give them to 10\.0\.0\.0:7001/,
      );
    });

    it('gives a node slots that only it knows of yet', () => {
      const nodes = modelCluster(3).map(node => ({ ...node, slots: '' }));
      const viewpoints = Object.fromEntries(
        modelCluster(3).map(node => [node.id, { nodes: changed(nodes, node.id, { slots: node.slots }) }]),
      );
      const topology = mergeLooks(looksAt(nodes, { viewpoints }));
      assert.equal(topology.coveredSlots.count, 16384);
      assert.equal(topology.disagreements.filter(({ kind }) => kind === 'slotOwner').length, 3);
      assert.match(topology.disagreements[0]!.text, /give them to nobody\.$/);
    });

    it('leaves a slot with the node that claims it while only half of the others name another', () => {
      const nodes = modelCluster(4);
      const other = changed(changed(nodes, nodeId(1), { slots: '1-4095' }), nodeId(2), {
        slots: '0 4096-8191',
        epoch: 9,
      });
      const looks = looksAt(nodes, {
        silent: [nodeId(2)],
        viewpoints: { [nodeId(3)]: { nodes: other } },
      });
      const topology = mergeLooks([
        ...looks,
        { view: viewOf(nodes, nodeId(5), { nodes: [...other, { ...loneNode(5) }] }) },
      ]);
      assert.ok(nodeOf(topology, nodeId(1)).slots.has(0));
    });

    it('ends a loop of replicas that follow each other', () => {
      const nodes = modelCluster(3, 1);
      const loop = changed(changed(nodes, nodeId(4), { masterId: nodeId(5) }), nodeId(5), { masterId: nodeId(4) });
      const topology = mergeLooks(looksAt(loop));
      const looped = topology.shards.find(shard => shard.replicaIds.includes(nodeId(4)))!;
      assert.deepEqual([looped.masterId, [...looped.replicaIds]], [undefined, [nodeId(4), nodeId(5)]]);
    });

    it('counts a replica of a replica for the master above', () => {
      const topology = mergeLooks(looksAt(changed(modelCluster(3, 2), nodeId(7), { masterId: nodeId(4) })));
      assert.deepEqual(topology.shards[0]!.replicaIds, [nodeId(4), nodeId(7)]);
    });

    it('says that the views differ about slots once, however many ranges it is', () => {
      const nodes = modelCluster(3);
      const even = Array.from({ length: 500 }, (_, index) => index * 2).join(' ');
      const moved = changed(nodes, nodeId(2), { slots: `${even} 5462-10922`, epoch: 7 });
      const topology = mergeLooks(looksAt(nodes, { viewpoints: { [nodeId(2)]: { nodes: moved } } }));
      const about = topology.disagreements.filter(({ kind }) => kind === 'slotOwner');
      assert.equal(about.length, 1);
      assert.equal(about[0]!.slots!.count, 500);
      assert.match(about[0]!.text, /and 494 more ranges/);
    });

    it('names masters that share a config epoch', () => {
      const topology = mergeLooks(looksAt(changed(modelCluster(3), nodeId(3), { epoch: 2 })));
      assert.deepEqual(
        topology.disagreements.map(({ kind, nodeIds }) => [kind, nodeIds]),
        [['epochCollision', [nodeId(2), nodeId(3)]]],
      );
    });

    it('names two servers that answer as the same node', () => {
      const nodes = modelCluster(3);
      const copy = viewOf(nodes, nodeId(1), {
        address: '10.0.0.99:7001',
        info: { processId: 99 },
        observedAtMilliseconds: 1,
      });
      const topology = mergeLooks([...looksAt(nodes), { view: copy }]);
      assert.equal(topology.nodes.length, 3);
      assert.match(
        topology.disagreements[0]!.text,
        /^Two servers, 10\.0\.0\.0:7001 and 10\.0\.0\.99:7001, both say they are node/,
      );
    });

    it('counts a node once that was asked under two names, by what it said last', () => {
      const nodes = modelCluster(3);
      const later = viewOf(nodes, nodeId(1), {
        address: 'redis-0.example:7001',
        observedAtMilliseconds: 9000,
        info: { keys: 8 },
      });
      const topology = mergeLooks([{ view: later }, ...looksAt(nodes)]);
      assert.equal(topology.nodes.length, 3);
      assert.equal(nodeOf(topology, nodeId(1)).info!.keys, 8);
      assert.equal(topology.observedAtMilliseconds, 9000);
      assert.deepEqual(topology.disagreements, []);
    });
  });

  describe('of several clusters', () => {
    const large = modelCluster(3, 1);
    const small = modelCluster(3).map((node, index): ModelNode => ({
      ...node,
      id: nodeId(100 + index),
      host: `10.5.0.${index}`,
    }));
    const topology = mergeLooks([
      ...looksAt(large),
      ...looksAt(small, { viewpoints: { [nodeId(100)]: { state: 'fail' } } }),
      ...looksAt([loneNode(200)]),
    ]);

    it('keeps all nodes and speaks of the largest', () => {
      assert.equal(topology.nodes.length, 10);
      assert.equal(topology.clusterState, 'ok');
      assert.ok(topology.nodes.filter(node => node.id !== nodeId(200)).every(node => node.inCluster));
      const ids = topology.shards.map(shard => shard.id);
      assert.equal(new Set(ids).size, 6, 'shard ids do not collide');
      assert.deepEqual(
        ids.filter(id => id.startsWith('slot-')),
        ['slot-0', 'slot-5462', 'slot-10923'],
      );
    });

    it('does not tie two clusters by a node that was reset in one and joined the other', () => {
      const moved = { ...loneNode(150), slots: '' };
      const left = { ...moved, host: '', port: 0, flags: ['noaddr'] };
      const both = mergeLooks([
        ...looksAt(large, {
          viewpoints: Object.fromEntries(large.map(node => [node.id, { nodes: [...large, left] }])),
        }),
        ...looksAt([...small, moved]),
      ]);
      assert.deepEqual(both.shards.filter(shard => shard.id.startsWith('slot-')).length, 3);
      assert.ok(both.disagreements.some(({ text }) => text.includes('2 separate clusters')));
      assert.ok(both.disagreements.every(({ kind }) => kind === 'membership'));
    });

    it('names the others, and no dispute between clusters that do not know each other', () => {
      assert.equal(topology.disagreements.length, 1);
      const [separate] = topology.disagreements;
      assert.equal(separate!.kind, 'membership');
      assert.deepEqual([...separate!.nodeIds].sort(), [nodeId(100), nodeId(101), nodeId(102)]);
      assert.match(separate!.text, /form 2 separate clusters/);
    });
  });

  describe('of a node that its cluster has forgotten', () => {
    // It was the first master when it went down; then its replica took over and a spare joined.
    const before = modelCluster(3, 1);
    const members = changed(before, nodeId(4), { role: 'master', slots: before[0]!.slots, epoch: 9 })
      .filter(({ id }) => id !== nodeId(1))
      .map(({ masterId, ...node }) =>
        masterId === undefined || node.role === 'master' ? node : { ...node, masterId },
      );
    const returned = { view: viewOf(before, nodeId(1), { state: 'fail' }) };
    const topology = mergeLooks([...looksAt(members), returned]);

    it('goes by what the members say, and only tells that they do not know it', () => {
      assert.equal(topology.clusterState, 'ok');
      assert.deepEqual(
        topology.disagreements.map(({ kind, nodeIds }) => [kind, ...nodeIds]),
        [['membership', nodeId(1)]],
      );
      assert.equal(topology.shards.find(({ slots }) => slots.has(0))?.masterId, nodeId(4));
    });

    it('is in no shard, though it may take itself for a replica', () => {
      const demoted = changed(before, nodeId(1), { role: 'slave', masterId: nodeId(4), slots: '' });
      const following = mergeLooks([...looksAt(members), { view: viewOf(demoted, nodeId(1)) }]);
      assert.ok(following.shards.every(({ replicaIds }) => !replicaIds.includes(nodeId(1))));
      assert.ok(following.nodes.some(({ id }) => id === nodeId(1)));
    });

    it('knows it as forgotten, and nobody else', () => {
      assert.deepEqual(topology.forgotten, [nodeId(1)]);
    });

    it('is told as one problem, with what to do', () => {
      const { status, problems } = health(topology);
      assert.equal(status, 'degraded');
      assert.equal(problems.filter(({ nodeIds }) => nodeIds.includes(nodeId(1))).length, 1);
      const problem = problems.find(({ code }) => code === 'nodeForgotten');
      assert.match(problem!.remedy, /^Add 10\.0\.0\.0:7001 as a spare, which empties it, or stop it\.$/);
    });

    it('does not take the last one that answers for forgotten', () => {
      const silent = before.filter(({ id }) => id !== nodeId(1)).map(({ id }) => id);
      const alone = mergeLooks(looksAt(before, { silent }));
      assert.deepEqual(alone.forgotten, []);
    });
  });

  describe('with host labels', () => {
    const nodes = changed(modelCluster(3), nodeId(2), { hostname: 'two.example' });
    const hosts = { '10.0.0.0:7001': 'rack-a', 'two.example:7002': 'rack-b' };
    const looks = looksAt(nodes, { viewpoints: { [nodeId(3)]: { info: { availabilityZone: 'zone-c' } } } });

    it('prefers the label of the user, by address or host name, then the zone, then the host', () => {
      const topology = mergeLooks(looks, { hosts });
      assert.deepEqual(
        topology.nodes.map(node => node.hostLabel),
        ['rack-a', 'rack-b', 'zone-c'],
      );
      assert.equal(mergeLooks(looksAt(nodes)).nodes[2]!.hostLabel, '10.0.0.2');
    });

    it('keeps the zone of a node that stopped answering', () => {
      const previous = mergeLooks(looks, { hosts });
      const topology = mergeLooks(looksAt(nodes, { silent: [nodeId(3)] }), { hosts, previous });
      assert.equal(nodeOf(topology, nodeId(3)).hostLabel, 'zone-c');
    });
  });

  describe('after an earlier look', () => {
    const healthy = mergeLooks(recordedLooks('healthy', ALL));
    const failed = mergeLooks(recordedLooks('master-failed', ALL.slice(1), [21001]), { previous: healthy });
    const replaced = mergeLooks(recordedLooks('failed-over', ALL.slice(1), [21001]), { previous: failed });

    it('remembers the shard of a failed master that was replaced, over several looks', () => {
      assert.equal(at(failed, 21001).formerShardId, undefined, 'it still owns its slots');
      assert.equal(at(replaced, 21001).formerShardId, 'slot-0');
      const later = mergeLooks(recordedLooks('failed-over', ALL.slice(1), [21001]), { previous: replaced });
      assert.equal(at(later, 21001).formerShardId, 'slot-0');
      const back = mergeLooks(recordedLooks('returned', ALL), { previous: later });
      assert.equal(at(back, 21001).formerShardId, undefined);
      assert.equal(at(back, 21001).role, 'replica');
    });

    it('puts the failed node last, and its successor where it was', () => {
      assert.deepEqual(
        replaced.nodes.map(node => node.port),
        [21005, 21002, 21006, 21003, 21004, 21001],
      );
    });

    it('knows the shard of a master that was replaced before the first look, from what was remembered', () => {
      const looks = recordedLooks('failed-over', ALL.slice(1), [21001]);
      const { id } = at(replaced, 21001);
      const [successor] = replaced.shards;
      assert.equal(at(mergeLooks(looks), 21001).formerShardId, undefined);
      const remembered = { [id]: 'slot-7', [successor!.masterId!]: 'slot-7' };
      const first = mergeLooks(looks, { rememberedShards: remembered });
      assert.equal(at(first, 21001).formerShardId, 'slot-7');
      assert.equal(first.shards[0]!.id, 'slot-7', 'it goes by the name it had');
      assert.equal(nodeOf(first, successor!.masterId!).formerShardId, undefined, 'it serves');
      const seen = mergeLooks(looks, { previous: failed, rememberedShards: { [id]: 'slot-5461' } });
      assert.equal(at(seen, 21001).formerShardId, 'slot-0', 'what was seen counts first');
    });

    it('remembers the shard of a replica that failed with its master', () => {
      const nodes = modelCluster(3, 2);
      const before = mergeLooks(looksAt(nodes));
      const dead = [nodeId(1), nodeId(4)];
      const after = nodes.map((node): ModelNode => {
        if (node.id === nodeId(1)) return { ...node, slots: '', flags: ['fail'] };
        if (node.id === nodeId(4)) return { ...node, flags: ['fail'] };
        if (node.id === nodeId(7)) return { ...node, role: 'master', masterId: '-', slots: '0-5461', epoch: 20 };
        return node;
      });
      const topology = mergeLooks(looksAt(after, { silent: dead }), { previous: before });
      assert.deepEqual(
        dead.map(id => nodeOf(topology, id).formerShardId),
        ['slot-0', 'slot-0'],
      );
      assert.deepEqual(
        dead.map(id => nodeOf(topology, id).status),
        ['failed', 'failed'],
      );
    });

    describe('while slots move', () => {
      const nodes = modelCluster(3, 1);
      const usual = ['slot-0', 'slot-5462', 'slot-10923'];
      const [a, b, c, aS] = [1, 2, 3, 4].map(nodeId) as [string, string, string, string];
      const before = mergeLooks(looksAt(nodes));
      /** A died; its replica took over. */
      const promoted = changed(changed(nodes, a, { slots: '', flags: ['fail'] }), aS, {
        role: 'master',
        masterId: '-',
        slots: '0-5461',
        epoch: 20,
      });
      const first = see(promoted, before);

      function see(model: readonly ModelNode[], previous: Topology, silent: readonly string[] = [a]): Topology {
        return mergeLooks(looksAt(model, { silent: [...silent] }), { previous });
      }

      /** One node has these slots now, and another those. */
      function move(model: readonly ModelNode[], ...slots: [id: string, slots: string][]): ModelNode[] {
        return slots.reduce((all, [id, its]) => changed(all, id, { slots: its }), [...model]);
      }

      it('keeps shards with their nodes, in their places, and a failed node in its shard', () => {
        assert.equal(nodeOf(first, a).formerShardId, 'slot-0');
        const second = see(move(promoted, [b, '0-700 5462-10922'], [aS, '701-5461']), first);
        assert.deepEqual(ledShards(second), [
          ['slot-0', aS],
          ['slot-5462', b],
          ['slot-10923', c],
        ]);
        assert.equal(nodeOf(second, a).formerShardId, 'slot-0');
        assert.deepEqual(
          second.nodes.map(({ id }) => id).slice(0, 2),
          [aS, b],
          'masters stay in the order of their shards',
        );
      });

      it('lets a shard go on under its name when it fails over in the middle of a move', () => {
        const moved = move(nodes, [b, '0-700 5462-10922'], [a, '701-5461']);
        const during = see(moved, before, []);
        const replica = { role: 'master', masterId: '-', slots: '701-5461', epoch: 20 } as const;
        const after = see(changed(changed(moved, a, { slots: '', flags: ['fail'] }), aS, replica), during);
        assert.deepEqual(ledShards(after)[0], ['slot-0', aS]);
        assert.equal(nodeOf(after, a).formerShardId, 'slot-0');
      });

      it('calls a new shard neither after one that is there nor after one that a failed node was in', () => {
        const grown = [...promoted, { ...promoted[1]!, id: nodeId(9), port: 7009, slots: '0-99', epoch: 30 }];
        const second = see(move(grown, [aS, '100-5461']), first);
        assert.deepEqual(
          second.shards.map(({ id }) => id),
          ['slot-0', `slot-0-${nodeId(9)}`, 'slot-5462', 'slot-10923'],
        );
        assert.equal(nodeOf(second, a).formerShardId, 'slot-0');
        const emptied = see(move(grown, [nodeId(9), '0-5461'], [aS, '']), second);
        assert.deepEqual(
          emptied.shards.map(({ id }) => id),
          [`slot-0-${nodeId(9)}`, 'slot-5462', 'slot-10923'],
        );
        assert.equal(nodeOf(emptied, a).formerShardId, 'slot-0', 'its shard is gone');
      });

      it('keeps a shard that was emptied while somebody follows its master, until it has slots again', () => {
        const emptied = see(move(nodes, [a, ''], [b, '0-10922']), before, []);
        assert.deepEqual(
          emptied.shards.map(({ id }) => id),
          ['slot-5462', 'slot-10923', 'slot-0'],
        );
        const refilled = see(move(nodes, [a, '5000-5461'], [b, '0-4999 5462-10922']), emptied, []);
        assert.deepEqual(ledShards(refilled)[0], ['slot-0', a]);
      });

      it('gives the name of a shard to who takes all its slots at once, if none of its nodes leads it', () => {
        const bare = modelCluster(3);
        const heir = { ...bare[0]!, id: nodeId(9), port: 7009, epoch: 30 };
        const taken = see(
          [...move(bare, [a, '']), heir].map(node => (node.id === a ? { ...node, flags: ['fail'] } : node)),
          mergeLooks(looksAt(bare)),
        );
        assert.deepEqual(ledShards(taken)[0], ['slot-0', nodeId(9)]);
        assert.equal(nodeOf(taken, a).formerShardId, 'slot-0');
      });

      it('starts with names after the first slots', () => {
        assert.deepEqual(
          before.shards.map(({ id }) => id),
          usual,
        );
        const moved = mergeLooks(looksAt(move(nodes, [b, '0-700 5462-10922'], [a, '701-5461'])));
        assert.deepEqual(ledShards(moved), [
          ['slot-0', b],
          ['slot-701', a],
          ['slot-10923', c],
        ]);
      });
    });

    it('keeps every node as it was when nobody answers, look after look', () => {
      let topology = replaced;
      for (let look = 0; look < 3; look++) {
        topology = mergeLooks(recordedLooks('failed-over', [], ALL), { previous: topology, nowMilliseconds: 9 });
        assert.equal(topology.stateId, replaced.stateId);
        assert.equal(topology.nodes.length, 6);
        assert.equal(topology.clusterState, 'fail');
        assert.equal(at(topology, 21005).status, 'unreachable');
        assert.equal(at(topology, 21005).slots.toString(), '0-5460');
        assert.equal(at(topology, 21005).unreachableReason, '127.0.0.1:21005 refused the connection.');
        assert.equal(at(topology, 21005).info, undefined);
        assert.equal(at(topology, 21001).status, 'failed');
        assert.equal(at(topology, 21001).formerShardId, 'slot-0');
      }
      assert.equal(topology.observedAtMilliseconds, 9);
    });

    it('keeps a cluster that fell silent beside a spare that answers', () => {
      const looks = [...recordedLooks('healthy', [], ALL), ...recordedLooks('fresh', [21007])];
      const topology = mergeLooks(looks, { previous: healthy });
      assert.equal(topology.nodes.length, 7);
      assert.equal(topology.clusterState, 'fail');
      assert.deepEqual(topology.disagreements, []);
      assert.equal(topology.coveredSlots.count, 16384);
    });

    it('keeps a silent cluster although the one node that answers was reset meanwhile', () => {
      const nodes = modelCluster(3, 1);
      const previous = mergeLooks(looksAt(nodes));
      const reset = { nodes: [{ ...nodes[5]!, role: 'master' as const, masterId: '-' }] };
      const looks = looksAt(nodes, {
        silent: nodes.slice(0, 5).map(node => node.id),
        viewpoints: { [nodeId(6)]: reset },
      });
      const topology = mergeLooks(looks, { previous });
      assert.equal(topology.nodes.length, 6);
      assert.equal(topology.coveredSlots.count, 16384);
    });

    it('lets a node go that the others forgot, though its address is still asked', () => {
      const nodes = modelCluster(3, 1);
      const previous = mergeLooks(looksAt(nodes));
      const rest = nodes.filter(node => node.id !== nodeId(6));
      const topology = mergeLooks([...looksAt(rest), refusedLook('10.0.0.5:7006', nodeId(6))], { previous });
      assert.deepEqual(
        topology.nodes.filter(node => node.port === 7006).map(node => node.id),
        ['?10.0.0.5:7006'],
      );
    });

    it('keeps the id of a spare outside that stopped answering, and drops one that is no longer asked', () => {
      const lone = loneNode(8);
      const previous = mergeLooks(looksAt([lone]));
      const silent = mergeLooks([refusedLook('10.9.0.8:7500')], { previous });
      assert.deepEqual(
        silent.nodes.map(node => [node.id, node.status]),
        [[lone.id, 'unreachable']],
      );
      assert.equal(silent.clusterState, 'none');
      assert.equal(silent.stateId, previous.stateId);
      assert.deepEqual(mergeLooks([], { previous }).nodes, []);
    });
  });

  describe('stateId', () => {
    const nodes = modelCluster(3, 1);
    const state = (change: Parameters<typeof looksAt>[1] = {}, model = nodes): string =>
      mergeLooks(looksAt(model, change)).stateId;

    it('ignores numbers, ages, a missed answer and a suspicion', () => {
      const base = state();
      assert.equal(
        state({ viewpoints: { [nodeId(2)]: { info: { usedMemoryBytes: 5, replicationOffset: 77, keys: 9 } } } }),
        base,
      );
      assert.equal(state({ viewpoints: { [nodeId(2)]: { observedAtMilliseconds: 123456 } } }), base);
      assert.equal(state({ silent: [nodeId(1), nodeId(5)] }), base);
      const suspecting = { nodes: changed(nodes, nodeId(1), { flags: ['fail?'] }) };
      assert.equal(state({ viewpoints: { [nodeId(2)]: suspecting } }), base);
      const lagging = { nodes: changed(nodes, nodeId(5), { epoch: 0 }) };
      assert.equal(state({ viewpoints: { [nodeId(5)]: lagging } }), base, 'a replica that heard of no epoch yet');
      const meeting = { nodes: [...nodes, { ...loneNode(9), flags: ['handshake'] }] };
      assert.equal(state({ viewpoints: { [nodeId(2)]: meeting } }), base);
    });

    it('changes with roles, masters, slots, epochs, members and agreed failures', () => {
      const failing = changed(nodes, nodeId(1), { flags: ['fail'] });
      const ids = [
        state(),
        state({}, changed(nodes, nodeId(6), { masterId: nodeId(1) })),
        state({}, changed(nodes, nodeId(1), { slots: '0-5460' })),
        state({}, changed(nodes, nodeId(1), { epoch: 8 })),
        state({}, nodes.slice(0, 5)),
        state({}, [...nodes, loneNode(9)]),
        state({ silent: [nodeId(1)] }, failing),
        state(
          {},
          changed(changed(nodes, nodeId(4), { role: 'master', masterId: '-', slots: '0-5461' }), nodeId(1), {
            slots: '',
          }),
        ),
      ];
      assert.equal(new Set(ids).size, ids.length);
    });

    it('tells a lone server with keys from one without, not how many', () => {
      const lone = loneNode(1);
      const id = (keys: number): string => mergeLooks([{ view: viewOf([lone], lone.id, { info: { keys } }) }]).stateId;
      assert.notEqual(id(0), id(1));
      assert.equal(id(1), id(500));
    });
  });
});
