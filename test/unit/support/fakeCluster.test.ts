import assert from 'node:assert/strict';
import { parseClusterNodes } from '../../../src/core/topology/parseClusterNodes';
import { parseClusterShards } from '../../../src/core/topology/parseClusterShards';
import { parseClusterInfo, parseServerInfo } from '../../../src/core/topology/parseInfo';
import { SLOT_COUNT, SlotSet } from '../../../src/core/topology/slotSet';
import { answer } from '../../support/fakeCluster/answer';
import { makeNodes, type FakeNode } from '../../support/fakeCluster/model';
import { bulk, CommandReader, encode } from '../../support/fakeCluster/resp';
import { FakeScript } from '../../support/fakeCluster/script';
import { FakeViews } from '../../support/fakeCluster/views';

const options = { nodes: 12, spares: 1, outside: 1 };
const makeFakes = (seed = 1): FakeNode[] =>
  makeNodes({ ...options, seed }, (host, at) => ({ host: `127.0.1.${host + 1}`, port: 7000 + at }));

describe('the fake cluster', () => {
  let nodes: FakeNode[];
  let script: FakeScript;
  let views: FakeViews;
  beforeEach(() => {
    nodes = makeFakes();
    script = new FakeScript(nodes, () => {});
    views = new FakeViews(script);
  });

  const ask = (node: FakeNode, ...words: string[]) => answer(words, { node, script, views, password: undefined });
  const textOf = (node: FakeNode, ...words: string[]): string => {
    const bytes = Buffer.concat(encode(ask(node, ...words))).toString();
    return bytes.slice(bytes.indexOf('\r\n') + 2, -2);
  };
  const linesOf = (node: FakeNode) => parseClusterNodes(textOf(node, 'CLUSTER', 'NODES'), `${node.host}:${node.port}`);
  const lineIn = (viewer: FakeNode, { id }: FakeNode) => linesOf(viewer).find(line => line.id === id);

  it('says what the parsers of real servers take: all slots once, and each node of itself that it is itself', () => {
    for (const node of nodes.filter(({ inCluster }) => inCluster)) {
      const lines = linesOf(node);
      assert.deepEqual([lines.length, lines.find(({ flags }) => flags.includes('myself'))?.id], [11, node.id]);
      assert.equal(
        lines.reduce((sum, { slots }) => sum + slots.count, 0),
        SLOT_COUNT,
      );
      assert.ok(lines.reduce((all, { slots }) => all.union(slots), SlotSet.empty).equals(SlotSet.all));
      const { state, knownNodes, size } = parseClusterInfo(textOf(node, 'CLUSTER', 'INFO'), 'it');
      assert.deepEqual({ state, knownNodes, size }, { state: 'ok', knownNodes: 11, size: 5 });
      const info = parseServerInfo(textOf(node, 'INFO'), 'it');
      assert.deepEqual([info.role, info.masterLink], [node.role, node.role === 'replica' ? 'up' : undefined]);
    }
    assert.equal(parseClusterShards(ask(nodes[0]!, 'CLUSTER', 'SHARDS'), 'it').length, 6);
    assert.deepEqual([linesOf(nodes[11]!).length, lineIn(nodes[0]!, nodes[11]!)], [1, undefined]);
  });

  it('puts every replica on another host than its master, and the same seed makes the same cluster', () => {
    const hostOf = new Map(nodes.map(({ id, hostLabel }) => [id, hostLabel]));
    for (const { masterId, hostLabel } of nodes) if (masterId) assert.notEqual(hostOf.get(masterId), hostLabel);
    const ids = (seed: number) => makeFakes(seed).map(({ id }) => id);
    assert.deepEqual(ids(1), ids(1));
    assert.notDeepEqual(ids(1), ids(2));
  });

  it('suspects, fails and replaces who died, in time and in the view of everybody else; back, it follows', () => {
    const [master, viewer] = [nodes[0]!, nodes[1]!];
    const heir = nodes.find(({ masterId }) => masterId === master.id)!;
    const flags = () => lineIn(viewer, master)?.flags;
    script.kill(master);
    script.advance(1999);
    assert.deepEqual(flags(), ['master']);
    script.advance(1);
    assert.deepEqual(flags(), ['master', 'fail?']);
    script.advance(500);
    assert.deepEqual(flags(), ['master', 'fail']);
    assert.equal(parseClusterInfo(textOf(viewer, 'CLUSTER', 'INFO'), 'it').state, 'fail');
    script.advance(700);
    assert.deepEqual(lineIn(viewer, heir)?.flags, ['master']);
    assert.deepEqual(lineIn(viewer, heir)?.slots.count, 3277);
    assert.equal(parseClusterInfo(textOf(viewer, 'CLUSTER', 'INFO'), 'it').state, 'ok');
    script.restart(master);
    script.advance(2000);
    assert.deepEqual([lineIn(viewer, master)?.flags, lineIn(viewer, master)?.masterId], [['slave'], heir.id]);
    assert.equal(parseServerInfo(textOf(master, 'INFO'), 'it').masterLink, 'up');
  });

  it('takes who hangs for no heir, for no replica of its master, and for nobody to catch up from', () => {
    const [master, hanging, viewer] = [nodes[0]!, nodes[1]!, nodes[2]!];
    const replicaOf = ({ id }: FakeNode) => nodes.find(({ masterId }) => masterId === id)!;
    script.freeze(replicaOf(master));
    assert.match(textOf(master, 'INFO'), /^connected_slaves:0\r$/m);
    script.freeze(hanging);
    script.linkUp(replicaOf(hanging));
    script.advance(1500);
    const { masterLink, syncing } = parseServerInfo(textOf(replicaOf(hanging), 'INFO'), 'it');
    assert.deepEqual([masterLink, syncing], ['down', false]);
    script.kill(master);
    script.advance(4000);
    assert.deepEqual(lineIn(viewer, master)?.flags, ['master', 'fail']);
    assert.deepEqual(lineIn(viewer, replicaOf(master))?.flags, ['slave', 'fail']);
  });

  it('tells of open slots only in the lines of their two ends', () => {
    const [from, to, other] = [nodes[0]!, nodes[1]!, nodes[2]!];
    script.moveSlots(from, to, 2);
    assert.deepEqual(lineIn(from, from)?.openSlots, [{ slot: 0, direction: 'migrating', peerId: to.id }]);
    assert.deepEqual(lineIn(to, to)?.openSlots, [{ slot: 0, direction: 'importing', peerId: from.id }]);
    assert.deepEqual([lineIn(other, from)?.openSlots, lineIn(other, to)?.openSlots], [[], []]);
    script.advance(1000);
    assert.deepEqual([lineIn(from, from)?.openSlots, lineIn(other, to)?.slots.has(1)], [[], true]);
  });

  it('takes no writes', () => {
    for (const words of [
      ['SET', 'a', '1'],
      ['CLUSTER', 'FORGET', nodes[1]!.id],
      ['CONFIG', 'SET', 'maxmemory', '1'],
    ])
      assert.ok(ask(nodes[0]!, ...words) instanceof Error, words.join(' '));
  });

  it('reads commands however they are cut into pieces, and writes shared pieces as one text', () => {
    const bytes = Buffer.from('*1\r\n$4\r\nPING\r\n*3\r\n$3\r\nSET\r\n$2\r\nä\r\n$0\r\n\r\n');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new CommandReader();
      const read = [...reader.read(bytes.subarray(0, cut)), ...reader.read(bytes.subarray(cut))];
      assert.deepEqual(read, [['PING'], ['SET', 'ä', '']]);
    }
    assert.throws(() => new CommandReader().read(Buffer.from('PING\r\n')), /Protocol error/);
    assert.equal(Buffer.concat(encode(bulk([Buffer.from('ab'), Buffer.from('c')]))).toString(), '$3\r\nabc\r\n');
    assert.equal(encode(['a', 1, null, new Error('ERR no')]).toString(), '*4\r\n$1\r\na\r\n:1\r\n$-1\r\n-ERR no\r\n');
  });
});
