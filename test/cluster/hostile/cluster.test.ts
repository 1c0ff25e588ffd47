import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { testConnection } from '../../../src/core/connection/diagnosis/testConnection';
import { health } from '../../../src/core/health/health';
import { Monitor } from '../../../src/core/monitor/monitor';
import type { Topology } from '../../../src/core/topology/types';
import { lookFirst } from '../../../src/extension/clusterList/lookFirst';
import { buildTreeRows } from '../../../src/extension/tree/buildTreeRows';
import type { TreeRow } from '../../../src/extension/tree/elements';
import { emptyState } from '../../unit/extension/sampleCluster';
import { startFakeCluster } from '../../support/fakeCluster/fakeCluster';
import { idOf, lineOf, wellBut } from '../../support/hostileNode';
import { pour, startHostileServer, trickle, type HostileAnswer, type HostileServer } from '../../support/hostileServer';
import { eventually } from '../../support/testCluster';

describe('A cluster with a hostile node', () => {
  const servers: HostileServer[] = [];
  const closing: (() => void)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) close();
    await Promise.all(servers.splice(0).map(server => server.close()));
  });

  async function start(answer: Parameters<typeof startHostileServer>[0]): Promise<HostileServer> {
    const server = await startHostileServer(answer);
    servers.push(server);
    return server;
  }

  function connectionsTo(nodes: readonly string[], commandTimeoutMilliseconds = 20_000): ClusterConnections {
    const connections = new ClusterConnections({
      nodes,
      commandTimeoutMilliseconds,
    });
    closing.push(() => connections.close());
    return connections;
  }

  /** A node that is well and lists the hostile one. */
  async function wellBeside(hostile: HostileServer): Promise<HostileServer> {
    const well: HostileServer = await start(
      wellBut(() =>
        [
          lineOf(idOf(1), well.address, { own: true, slots: '0-8191' }),
          lineOf(idOf(2), hostile.address, { slots: '8192-16383' }),
        ].join('\n'),
      ),
    );
    return well;
  }

  const answers: [what: string, answer: Parameters<typeof startHostileServer>[0], reason: RegExp][] = [
    ['replies of the wrong type', () => [1, 2, [null]], /cannot be understood: in line 1 of its answer to INFO/],
    ['numbers alone', () => 7, /cannot be understood/],
    [
      'an endless reply',
      (_, socket) => void pour(socket.setNoDelay(), Buffer.from('$9999999999\r\n'.repeat(5000))),
      /with more than 32 MB/,
    ],
    ['HTML', () => Buffer.from('<html>hello</html>'), /not the Redis protocol/],
    [
      'a byte now and then',
      ([, sub], socket) =>
        sub === 'NODES' ? (trickle(socket, Buffer.from(`$999\r\n${'a'.repeat(999)}`), 50) as undefined) : undefined,
      /did not answer CLUSTER NODES/,
    ],
    ['LOADING for ever', () => new Error('LOADING Redis is loading the dataset in memory'), /still reading its data/],
    ['BUSY for ever', () => new Error('BUSY Redis is busy running a script.'), /refused CLUSTER NODES: BUSY/],
    ['NOAUTH for ever', () => new Error('NOAUTH Authentication required.'), /refused CLUSTER NODES: NOAUTH/],
    ['MOVED to itself', () => new Error('MOVED 1 127.0.0.1:1'), /refused CLUSTER NODES: MOVED/],
    ['an error of 10 MB', () => new Error(`ERR ${'x'.repeat(10_000_000)}`), /refused CLUSTER NODES: ERR x+…/],
  ];
  for (const [what, answer, reason] of answers) {
    it(`${what}: its row says so, the other node is shown as before`, async () => {
      const hostile = await start(answer);
      const well = await wellBeside(hostile);
      // Whoever dribbles is waited for as long as anybody is; the others get all the time they need.
      const connections = connectionsTo([well.address], what.startsWith('a byte') ? 500 : undefined);
      const topology = await connections.observe();
      assert.equal(topology.answered, 1);
      const [good, bad] = [nodeOf(topology, idOf(1)), nodeOf(topology, idOf(2))];
      assert.equal(good.status, 'ok');
      assert.ok(!bad.reachable);
      assert.match(bad.unreachableReason ?? '', reason);
      assert.ok((bad.unreachableReason ?? '').includes(hostile.address));
      const row = rowsOf(topology).find(({ label }) => label.includes(String(hostile.port)));
      assert.ok(row, 'there is no row of it');
      // Whoever can be reached without it is.
      const alone = await lookFirst({ nodes: [hostile.address] }).catch((error: Error) => error);
      assert.ok(alone instanceof Error && alone.message.length < 1000, 'it can be added');
      connections.close();
      await eventually(() => hostile.connections + well.connections === 0, { what: 'nothing is left open' });
    });
  }

  it('20,000 nodes are not dialled, and the row says why', async () => {
    const others = Array.from({ length: 20_000 }, (_, index) =>
      lineOf(idOf(index + 2), `127.0.0.1:${(index % 60_000) + 1}`),
    ).join('\n');
    const server: HostileServer = await start(
      wellBut(() => `${lineOf(idOf(1), server.address, { own: true })}\n${others}`),
    );
    const topology = await connectionsTo([server.address]).observe();
    assert.equal(topology.nodes.length, 1);
    assert.match(topology.nodes[0]?.unreachableReason ?? '', /there are more than 5000 nodes/);
    const tested = await testConnection({ nodes: [server.address] });
    assert.equal(tested.nodes.length, 1);
    assert.match(
      tested.nodes[0]!.steps.find(({ outcome }) => outcome === 'failed')?.text ?? '',
      /more than 5000 nodes/,
    );
  });

  it('nodes that each list thousands of others are not followed for ever', async () => {
    const crowd = (from: number): string =>
      Array.from({ length: 4000 }, (_, index) => lineOf(idOf(from + index), '127.0.0.1:0')).join('\n');
    const second: HostileServer = await start(
      wellBut(() => `${lineOf(idOf(2), second.address, { own: true })}\n${crowd(50_000)}`),
    );
    const first: HostileServer = await start(
      wellBut(() =>
        [lineOf(idOf(1), first.address, { own: true }), lineOf(idOf(2), second.address), crowd(100)].join('\n'),
      ),
    );
    const topology = await connectionsTo([first.address]).observe();
    assert.ok(topology.nodes.length <= 5000, String(topology.nodes.length));
    assert.match(
      nodeOf(topology, idOf(2)).unreachableReason ?? '',
      /with what the others list, there are more than 5000/,
    );
  });

  for (const host of ['a%b', 'g:h', '-\u202e', '[x'])
    it(`a node at ${JSON.stringify(host)} is no reason to show none of the others`, async () => {
      const hostile: HostileServer = await start(
        wellBut(() => `${lineOf(idOf(2), hostile.address, { own: true })}\n${lineOf(idOf(3), `${host}:7000`)}`),
      );
      const topology = await connectionsTo([(await wellBeside(hostile)).address]).observe();
      assert.equal(nodeOf(topology, idOf(1)).status, 'ok');
      assert.match(nodeOf(topology, idOf(2)).unreachableReason ?? '', /is not a host|is not an address/);
    });

  it('a node that claims the id of another is told from it', async () => {
    const hostile: HostileServer = await start(
      wellBut(() => lineOf(idOf(1), hostile.address, { own: true, slots: '0-16383' })),
    );
    const well = await wellBeside(hostile);
    const topology = await connectionsTo([well.address, hostile.address]).observe();
    assert.ok(topology.disagreements.length > 0 || health(topology).problems.length > 0, 'nobody notices');
    assert.ok(rowsOf(topology).some(({ label }) => label.includes(String(well.port))));
  });

  it('a node with one id twice in its list is not believed', async () => {
    const hostile: HostileServer = await start(
      wellBut(
        () =>
          `${lineOf(idOf(2), hostile.address, { own: true })}\n${lineOf(idOf(1), '127.0.0.1:1')}\n${lineOf(idOf(1), '127.0.0.1:2')}`,
      ),
    );
    const topology = await connectionsTo([(await wellBeside(hostile)).address]).observe();
    assert.match(nodeOf(topology, idOf(2)).unreachableReason ?? '', /is there twice/);
  });

  it('another node at the address of one is said to be another', async () => {
    const hostile: HostileServer = await start(wellBut(() => lineOf(idOf(9), hostile.address, { own: true })));
    const topology = await connectionsTo([(await wellBeside(hostile)).address]).observe();
    assert.match(nodeOf(topology, idOf(2)).unreachableReason ?? '', /another node answers/);
  });

  it('another cluster is watched on as if nothing were', async () => {
    const hostile = await start((_, socket): HostileAnswer => void pour(socket, Buffer.from('*1\r\n'.repeat(10_000))));
    const fake = await startFakeCluster({ nodes: 6 });
    const [bad, good] = [
      new Monitor(connectionsTo([hostile.address]), { intervalMilliseconds: 20 }),
      new Monitor(connectionsTo(fake.seeds), { intervalMilliseconds: 20 }),
    ];
    try {
      let looks = 0;
      good.onChange(({ topology }) => void (topology.nodes.every(({ status }) => status === 'ok') && looks++));
      bad.start();
      good.start();
      await eventually(() => looks >= 10 && bad.topology !== undefined, { what: 'both were looked at' });
      assert.match(bad.topology?.nodes[0]?.unreachableReason ?? '', /nested more than 128 deep/);
      assert.equal(good.lastError, undefined);
    } finally {
      bad.dispose();
      good.dispose();
      await fake.close();
    }
  });
});

function nodeOf({ nodes }: Topology, id: string): Topology['nodes'][number] {
  const node = nodes.find(each => each.id === id);
  assert.ok(node, `${id} is not among ${nodes.map(each => each.id.slice(-4)).join()}`);
  return node;
}

function rowsOf(topology: Topology): TreeRow[] {
  const flat = (rows: readonly TreeRow[]): TreeRow[] => rows.flatMap(row => [row, ...flat(row.children)]);
  return flat(buildTreeRows([{ ...emptyState(), topology, health: health(topology) }], 'shard'));
}
