import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import type { ConnectOptions } from '../../../src/core/connection/types';
import { findTestPorts } from '../../support/freePorts';
import type { ClusterNode, Topology } from '../../../src/core/topology/types';
import {
  createWithRedisCli,
  eventually,
  sendCommand,
  startTestServers,
  type TestServers,
} from '../../support/testCluster';
import { startBareServer } from './bareServer';
import { startGate } from './gate';

describe('A look at all nodes', () => {
  let servers: TestServers;
  let open: ClusterConnections[] = [];

  // Three masters that form a cluster, and one that stands by.
  before(async () => {
    servers = await startTestServers({ count: 4 });
    await createWithRedisCli(servers, 0, servers.ports.slice(0, 3));
  });
  afterEach(async () => {
    for (const connections of open) connections.close();
    open = [];
    for (const { port, state } of servers.servers.servers) {
      if (state === 'paused') await servers.servers.resume(port);
      if (state === 'stopped') await servers.servers.start(port);
    }
    await eventually(async () => (await Promise.all(servers.ports.slice(0, 3).map(isOk))).every(Boolean), {
      what: 'the cluster is well again',
    });
  });
  after(() => servers.close());

  async function isOk(port: number): Promise<boolean> {
    const info = String(await sendCommand(port, ['CLUSTER', 'INFO']));
    const nodes = String(await sendCommand(port, ['CLUSTER', 'NODES']));
    return info.includes('cluster_state:ok') && !nodes.includes('fail');
  }

  function connect(options: Partial<ConnectOptions> = {}): ClusterConnections {
    const connections = new ClusterConnections({ nodes: servers.nodes.slice(0, 1), ...options });
    open.push(connections);
    return connections;
  }

  function addresses({ nodes }: Topology): string[] {
    return nodes.map(({ address }) => address).sort();
  }

  function at(topology: Topology, port: number): ClusterNode {
    const node = topology.nodes.find(candidate => candidate.port === port);
    assert(node, `${port} is in the topology`);
    return node;
  }

  async function clientsOfOurs(port: number): Promise<number> {
    const list = String(await sendCommand(port, ['CLIENT', 'LIST']));
    return list.split('name=redis-cluster-manager ').length - 1;
  }

  const cluster = () => servers.nodes.slice(0, 3).toSorted();

  it('finds the whole cluster from one node', async () => {
    const connections = connect();
    assert.equal(connections.lastTopology, undefined);
    const topology = await connections.observe();
    assert.deepEqual(addresses(topology), cluster());
    assert(topology.nodes.every(({ reachable, status }) => reachable && status === 'ok'));
    assert.equal(topology.clusterState, 'ok');
    assert.equal(topology.coveredSlots.count, 16384);
    assert.deepEqual([topology.asked, topology.answered], [3, 3]);
    assert.deepEqual(topology.disagreements, []);
    assert.equal(connections.lastTopology, topology);
  });

  it('keeps one connection per node over many looks, however many run at once', async () => {
    const connections = connect({ nodes: servers.nodes });
    await Promise.all([connections.observe(), connections.observe(), connections.observe({ backOff: true })]);
    const first = await connections.observe();
    assert.equal(addresses(first).length, 4);
    for (const port of servers.ports) assert.equal(await clientsOfOurs(port), 1);
  });

  it('knows a node again that was named localhost and announces 127.0.0.1', async () => {
    const named = `localhost:${servers.ports[0]}`;
    const connections = connect({ nodes: [named] });
    for (let look = 0; look < 3; look++) {
      const topology = await connections.observe();
      assert.deepEqual(addresses(topology), cluster());
      assert.deepEqual([topology.asked, topology.answered], [3, 3]);
      for (const port of servers.ports.slice(0, 3)) assert.equal(await clientsOfOurs(port), 1);
    }
    assert.equal(connections.node(servers.nodes[0]!), connections.node(named));
  });

  it('counts a node once that was named twice, in two ways', async () => {
    const connections = connect({ nodes: [`localhost:${servers.ports[0]}`, servers.nodes[0]!] });
    const topology = await connections.observe();
    assert.deepEqual(addresses(topology), cluster());
    assert.deepEqual(topology.disagreements, []);
  });

  it('dials what the address map says and names nodes as the cluster does', async () => {
    const [seed, second] = servers.nodes as [string, string];
    const connections = connect({ nodes: ['10.1.2.3:6379'], addressMap: { '10.1.2.3:6379': seed, [second]: second } });
    assert.deepEqual(addresses(await connections.observe()), cluster());
    assert.equal(await connections.node('10.1.2.3:6379').command(['PING']), 'PONG');
  });

  it('never shows a slot without an owner that changes hands between the questions to the one and the other', async () => {
    const [source, target] = servers.ports as [number, number];
    const gate = await startGate(source);
    try {
      const addressMap = { [servers.nodes[0]!]: gate.address };
      const connections = connect({ nodes: servers.nodes.slice(0, 3), addressMap });
      const before = await connections.observe();
      const { id: sourceId, slots } = at(before, source);
      const { id: targetId } = at(before, target);
      const slot = slots.first!;
      const tell = (port: number, ...words: string[]) => sendCommand(port, ['CLUSTER', 'SETSLOT', slot, ...words]);
      await tell(target, 'IMPORTING', sourceId);
      const asked = await looksAt(target);
      const held = gate.hold();
      const look = connections.observe();
      await held;
      await eventually(async () => (await looksAt(target)) > asked, { what: 'the target was asked' });
      for (const port of [target, source]) await tell(port, 'NODE', targetId);
      gate.open();
      const after = await look;
      assert.equal(after.coveredSlots.count, 16384);
      assert.deepEqual([at(after, target).slots.has(slot), at(after, source).slots.has(slot)], [true, false]);
      await tell(source, 'IMPORTING', targetId);
      for (const port of [source, target]) await tell(port, 'NODE', sourceId);
    } finally {
      await gate.close();
    }
  });

  async function looksAt(port: number): Promise<number> {
    const statistics = String(await sendCommand(port, ['INFO', 'commandstats']));
    return Number(/^cmdstat_cluster\|nodes:calls=(\d+)/m.exec(statistics)?.[1] ?? 0);
  }

  it('tells at once of a slot that nobody owns', async () => {
    const connections = connect();
    const slot = at(await connections.observe(), servers.ports[0]!).slots.first!;
    for (const port of servers.ports.slice(0, 3)) await sendCommand(port, ['CLUSTER', 'DELSLOTS', slot]);
    assert.equal((await connections.observe()).coveredSlots.has(slot), false);
    await sendCommand(servers.ports[0]!, ['CLUSTER', 'ADDSLOTS', slot]);
  });

  it('says that an address map may be needed when only this computer cannot reach an announced address', async () => {
    const [nowhere] = await findTestPorts(1);
    const [, announced] = servers.nodes as [string, string];
    const connections = connect({ addressMap: { [announced]: `127.0.0.1:${nowhere}` } });
    const node = at(await connections.observe(), servers.ports[1]!);
    assert.equal(node.status, 'unreachable');
    assert.match(
      node.unreachableReason!,
      /refused the connection.* The cluster announces the address .*address map\.$/,
    );
  });

  it('does not speak of address maps when the node is really down', async () => {
    const connections = connect();
    await servers.servers.kill(servers.ports[1]!);
    await eventually(async () => (await connections.observe()).nodes.some(({ status }) => status === 'failed'), {
      what: 'the cluster calls the node failed',
    });
    const node = at(connections.lastTopology!, servers.ports[1]!);
    assert.doesNotMatch(node.unreachableReason!, /address map/);
  });

  it('shows a dead node with the reason, and the others as they are', async () => {
    const connections = connect();
    await connections.observe();
    await servers.servers.kill(servers.ports[1]!);
    const topology = await connections.observe();
    assert.deepEqual(addresses(topology), cluster());
    const dead = at(topology, servers.ports[1]!);
    assert.equal(dead.reachable, false);
    assert.match(dead.unreachableReason!, /refused the connection/);
    assert(dead.slots.count > 0);
    assert.deepEqual([topology.asked, topology.answered], [3, 2]);
  });

  it('goes on with the nodes it knows when the one it was given dies', async () => {
    const connections = connect();
    await connections.observe();
    await servers.servers.kill(servers.ports[0]!);
    const topology = await connections.observe();
    assert.deepEqual(addresses(topology), cluster());
    assert.deepEqual([topology.asked, topology.answered], [3, 2]);
  });

  it('resolves with the reasons when no node answers at all', async () => {
    const [first, second] = await findTestPorts(2);
    const connections = connect({ nodes: [`127.0.0.1:${first}`, `127.0.0.1:${second}`] });
    const topology = await connections.observe();
    assert.deepEqual(
      topology.nodes.map(({ id, status }) => [id, status]),
      [first, second].map(port => [`?127.0.0.1:${port}`, 'unreachable']),
    );
    assert.match(topology.nodes[0]!.unreachableReason!, /refused the connection/);
  });

  it('loses no node when all of them die after a look', async () => {
    const connections = connect();
    const before = await connections.observe();
    await Promise.all(servers.ports.slice(0, 3).map(port => servers.servers.kill(port)));
    const after = await connections.observe();
    assert.deepEqual(after.nodes.map(({ id }) => id).sort(), before.nodes.map(({ id }) => id).sort());
    assert(after.nodes.every(({ reachable }) => !reachable));
  });

  it('waits for a stopped node no longer than the time allowed, and asks it once however many look', async () => {
    const connections = connect({ commandTimeoutMilliseconds: 1000, connectTimeoutMilliseconds: 1000 });
    await connections.observe();
    await servers.servers.pause(servers.ports[1]!);
    const [one, two] = await Promise.all([connections.observe(), connections.observe()]);
    for (const topology of [one, two]) {
      const stopped = at(topology, servers.ports[1]!);
      assert.equal(stopped.reachable, false);
      assert.match(stopped.unreachableReason!, /did not answer CLUSTER NODES, CLUSTER INFO and INFO within 1000 ms/);
      assert.equal(topology.answered, 2);
    }
  });

  it('leaves a dead node alone for a while when asked to back off, and dials it at once when not', async () => {
    const [port] = await findTestPorts(1);
    const connections = connect({ nodes: [servers.nodes[0]!, `127.0.0.1:${port}`] });
    // Then it is left alone for 2.5 s at least: a server starts sooner.
    for (let failures = 0; failures < 6; failures++) await connections.observe();
    const late = await startBareServer({ 'cluster-enabled': 'yes' }, [], port);
    try {
      const waiting = at(await connections.observe({ backOff: true }), port);
      assert.match(waiting.unreachableReason!, /refused the connection/);
      assert.equal(at(await connections.observe(), port).reachable, true);
      assert.equal(at(await connections.observe({ backOff: true }), port).reachable, true);
    } finally {
      await late.close();
    }
  });

  it('tells which connection closed by itself', async () => {
    const connections = connect();
    await connections.observe();
    const told: string[] = [];
    const stop = connections.onConnectionClosed(address => told.push(address));
    await servers.servers.kill(servers.ports[1]!);
    await eventually(() => told.length > 0, { what: 'the closed connection is told' });
    assert.deepEqual(told, [servers.nodes[1]]);
    stop();
    await servers.servers.kill(servers.ports[2]!);
    await connections.observe();
    assert.equal(told.length, 1);
  });

  it('forgets a node that the cluster forgot, and hangs up on it', async () => {
    const spare = servers.ports[3]!;
    const connections = connect();
    await sendCommand(servers.ports[0]!, ['CLUSTER', 'MEET', '127.0.0.1', spare]);
    await eventually(async () => (await connections.observe()).answered === 4, { what: 'the fourth node is met' });
    await eventually(async () => (await connections.observe()).nodes.every(({ seenBy }) => seenBy.length === 4), {
      what: 'everybody knows everybody',
    });
    const { id } = at(connections.lastTopology!, spare);
    await sendCommand(spare, ['CLUSTER', 'RESET', 'HARD']);
    await Promise.all(servers.ports.slice(0, 3).map(port => sendCommand(port, ['CLUSTER', 'FORGET', id])));
    assert.deepEqual(addresses(await connections.observe()), cluster());
    await eventually(async () => (await clientsOfOurs(spare)) === 0, {
      what: 'the forgotten node has no client of ours',
    });
  });

  it('rejects when its caller gives up, and looks on for the others', async () => {
    const connections = connect({ commandTimeoutMilliseconds: 1000, connectTimeoutMilliseconds: 1000 });
    await connections.observe();
    await servers.servers.pause(servers.ports[1]!);
    const controller = new AbortController();
    const given = assert.rejects(connections.observe({ signal: controller.signal }), /enough/);
    const kept = connections.observe();
    controller.abort(new Error('enough'));
    await given;
    assert.equal((await kept).answered, 2);
    await assert.rejects(connections.observe({ signal: AbortSignal.abort(new Error('before')) }), /before/);
  });

  it('rejects once it is closed, also what is under way', async () => {
    const connections = connect();
    await connections.observe();
    await servers.servers.pause(servers.ports[1]!);
    const looking = assert.rejects(connections.observe(), { name: 'ConnectionError', code: 'closed' });
    connections.close();
    connections.close();
    await looking;
    await assert.rejects(connections.observe(), { code: 'closed' });
    await assert.rejects(connections.capabilities(servers.nodes[0]!), { code: 'closed' });
    assert.throws(() => connections.node(servers.nodes[0]!), { code: 'closed' });
  });

  it('lends connections that their borrower closes, or that close with all others', async () => {
    const connections = connect();
    const address = servers.nodes[0]!;
    const [kept, returned] = [connections.open(address), connections.open(address)];
    const ids = await Promise.all(
      [connections.node(address), kept, returned].map(each => each.command(['CLIENT', 'ID'])),
    );
    assert.equal(new Set(ids).size, 3, 'each is a connection of its own');
    returned.close();
    await assert.rejects(returned.command(['PING']), { code: 'closed' });
    assert.equal(await kept.command(['PING']), 'PONG');
    connections.close();
    await assert.rejects(kept.command(['PING']), { code: 'closed' });
    assert.throws(() => connections.open(address), { code: 'closed' });
  });

  it('asks what a server can do once per opening of its connection', async () => {
    const connections = connect();
    const { nodes } = servers;
    const both = await Promise.all([connections.capabilities(nodes[0]!), connections.capabilities(nodes[0]!)]);
    assert.equal(both[0], both[1]);
    const again = await connections.capabilities(nodes[0]!);
    assert.equal(again, both[0]);
    await servers.servers.kill(servers.ports[0]!);
    await assert.rejects(connections.capabilities(nodes[0]!), { name: 'ConnectionError' });
    await servers.servers.start(servers.ports[0]!);
    const anew = await connections.capabilities(nodes[0]!);
    assert.notEqual(anew, again);
    assert.deepEqual(anew, again);
  });

  it('tells a server that is not in cluster mode, and one that still loads', async () => {
    const plain = await startBareServer({});
    const loading = await startBareServer({ 'cluster-enabled': 'yes' });
    try {
      await sendCommand(loading.port, ['CLUSTER', 'ADDSLOTSRANGE', 0, 16383]);
      await eventually(async () => (await sendCommand(loading.port, ['SET', 'a', '1'])) === 'OK', {
        what: 'it takes keys',
      });
      await sendCommand(loading.port, ['EVAL', "for i=1,2000 do redis.call('SET','{a}'..i,i) end", 1, 'a']);
      await sendCommand(loading.port, ['SAVE']);
      // Slow enough to be seen, and answering meanwhile.
      const slow = { 'key-load-delay': '2000', 'loading-process-events-interval-bytes': '1024' };
      await loading.restart(slow);
      const connections = connect({ nodes: [plain.address, loading.address] });
      const topology = await connections.observe();
      assert.match(at(topology, plain.port).unreachableReason!, /does not run in cluster mode/);
      const node = at(topology, loading.port);
      // Valkey answers CLUSTER NODES while it loads (COMMAND INFO flags it `loading`), Redis does not.
      if (node.reachable) assert.equal(node.info?.loading, true);
      else assert.match(node.unreachableReason!, /is still reading its data from disk \(\d+ %, about \d+ s/);
    } finally {
      await Promise.all([plain.close(), loading.close()]);
    }
  });

  it('leaves nothing open: a process that looked and closed ends by itself', async () => {
    const [dead] = await findTestPorts(1);
    await servers.servers.pause(servers.ports[2]!);
    const program = `
      const { ClusterConnections } = require('./src/core/connection/clusterConnections');
      const nodes = ${JSON.stringify([...servers.nodes.slice(0, 3), `127.0.0.1:${dead}`])};
      const connections = new ClusterConnections({ nodes, connectTimeoutMilliseconds: 60000 });
      connections.observe().catch(() => undefined);
      connections.node(nodes[0]).command(['PING']).then(() => {
        connections.close();
        let turns = 0;
        const report = () => {
          const left = process.getActiveResourcesInfo().filter(name => /Timeout|TCP|TLS|GetAddrInfo/.test(name));
          if (left.length > 0 && ++turns < 1000) setImmediate(report);
          else console.log(JSON.stringify(left));
        };
        report();
      });
    `;
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    const [exitCode] = (await once(child, 'close')) as [number];
    assert.deepEqual([exitCode, output.trim()], [0, '[]']);
  });
});
