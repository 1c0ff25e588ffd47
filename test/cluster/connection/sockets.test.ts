import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionError } from '../../../src/core/connection/connectionError';
import { CLIENT_NAME } from '../../../src/core/connection/greet';
import type { ConnectOptions } from '../../../src/core/connection/types';
import { findServerBinary } from '../../../src/core/local/findServerBinary';
import { planCreate } from '../../../src/core/plan/planCreate';
import { planFailover } from '../../../src/core/plan/planFailover';
import { planReshard } from '../../../src/core/plan/planReshard';
import { cliArguments } from '../../../src/extension/commands/cliArguments';
import { settled, shardOf, withClient } from '../../support/members';
import { keyInSlot } from '../../support/slots/loadSlots';
import { checkCluster, redisCli, sendCommand } from '../../support/testCluster';
import { startBareServer, type BareServer } from './bareServer';
import { refusalAt } from '../../support/refusalOf';

describe('Unix sockets', () => {
  const password = 'open sesame';
  let directory: string;
  const servers: BareServer[] = [];
  let cliPath: string;
  let options: ConnectOptions & { addressMap: Record<string, string> };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rcm-sockets-'));
    ({ cliPath = '' } = await findServerBinary(process.env.RCM_TEST_SERVER));
    for (let number = 0; number < 6; number++)
      servers.push(
        await startBareServer({
          'cluster-enabled': 'yes',
          'cluster-config-file': 'nodes.conf',
          'cluster-node-timeout': '1000',
          'repl-diskless-sync-delay': '0',
          requirepass: password,
          masterauth: password,
          unixsocket: socketOf(number),
        }),
      );
    const addresses = servers.map(({ address }) => address);
    options = {
      nodes: addresses,
      password,
      addressMap: Object.fromEntries(addresses.map((address, number) => [address, socketOf(number)])),
    };
  });
  after(async () => {
    await Promise.all(servers.map(server => server.close()));
    await rm(directory, { recursive: true, force: true });
  });

  function socketOf(number: number): string {
    return join(directory, `${number}.sock`);
  }

  const ask = (port: number, ...words: string[]) => sendCommand(port, words, password);

  /** From where our connections come, as the servers see it. */
  async function originsOfOurs(): Promise<string[]> {
    const lists = await Promise.all(servers.map(({ port }) => ask(port, 'CLIENT', 'LIST')));
    const ours = lists.flatMap(list => String(list).split('\n')).filter(line => line.includes(`name=${CLIENT_NAME}`));
    return ours.map(line => / addr=(\S+)/.exec(line)![1]!);
  }

  it('alone serve to create a cluster, to look at it, to promote a replica, to move a slot with its keys, and for a backup', async () => {
    await withClient(options, async client => {
      const creation = client.run(planCreate(await client.observe(), { replicasPerMaster: 1 }));
      assert.equal((await creation.finished).outcome, 'completed');
    });
    // The other nodes are learnt as the cluster announces them.
    await withClient({ ...options, nodes: options.nodes.slice(0, 1) }, async client => {
      const topology = await settled(client, 6);
      assert.deepEqual(topology.nodes.map(({ address }) => address).sort(), [...options.nodes].sort());
      const { master, replicas } = shardOf(topology);
      await ask(master.port, 'SET', keyInSlot(0, 0), 'kept');

      const failover = client.run(planFailover(topology, { replica: replicas[0]!.id }));
      assert.equal((await failover.finished).outcome, 'completed');
      assert.match(String(await ask(replicas[0]!.port, 'ROLE')), /^master/);

      const now = await settled(client, 6);
      const to = shardOf(now, 16383).master;
      const measurements = await client.measureSlots();
      const move = client.run(planReshard(now, { slots: '0', to: to.id, engine: 'classic', measurements }));
      assert.equal((await move.finished).outcome, 'completed');
      assert.equal(await ask(to.port, 'GET', keyInSlot(0, 0)), 'kept');

      const { manifest } = await client.backup({ directory: join(directory, 'backup') });
      assert.equal(manifest.shards.length, 3);

      const origins = await originsOfOurs();
      assert.ok(origins.length >= 6, origins.join());
      assert.deepEqual(
        origins.filter(origin => !origin.includes(directory)),
        [],
      );
    });
    await checkCluster({ cliPath, password, ports: servers.map(({ port }) => port) });
  });

  it('stand in for name and TCP when the connection is tested, without TLS', async () => {
    await withClient({ ...options, tls: {} }, async client => {
      const { nodes, unreachable } = await client.testConnection();
      assert.deepEqual([nodes.length, unreachable], [6, []]);
      for (const { address, dialled, steps } of nodes) {
        assert.deepEqual(
          steps.map(({ name, outcome }) => [name, outcome]),
          ['socket', 'signIn', 'server', 'permissions'].map(name => [name, 'passed']),
        );
        assert.equal(dialled, options.addressMap[address]);
        assert.equal(steps[0]!.text, `${dialled} accepts connections. TLS is not spoken there.`);
      }
    });
  });

  it('that are not there are told by the test, with what would mend it', async () => {
    const [seed, lost] = options.nodes as [string, string];
    const missing = join(directory, 'missing.sock');
    await withClient(
      { ...options, nodes: [seed], addressMap: { ...options.addressMap, [lost]: missing } },
      async client => {
        const { nodes, unreachable } = await client.testConnection();
        const step = nodes.find(({ address }) => address === lost)!.steps.at(-1)!;
        assert.deepEqual([step.name, step.outcome, step.code], ['socket', 'failed', 'connectionRefused']);
        assert.equal(step.text, `${lost} (by the socket ${missing}) cannot be reached: there is no such file.`);
        assert.match(step.remedy!, /unixsocket/);
        assert.deepEqual(
          unreachable.map(({ address }) => address),
          [lost],
        );
        const { nodes: seen } = await client.observe();
        assert.deepEqual(
          seen.filter(({ reachable }) => !reachable).map(({ address }) => address),
          [lost],
        );
      },
    );
  });

  function refusalOf(dialledAddress: string, given = password): Promise<ConnectionError> {
    return refusalAt(options.nodes[0]!, { dialledAddress, password: given });
  }

  it('that lead nowhere are told from those that refuse', async () => {
    const file = join(directory, 'file.sock');
    await writeFile(file, '');
    const plain = await refusalOf(file);
    assert.equal(plain.code, 'connectionRefused');
    assert.match(plain.message, /no server listens on that file\. Start the server/);
    const below = await refusalOf(join(file, 'redis.sock'));
    assert.match(below.message, /there is no such file/);
    const unknown = await refusalOf(socketOf(0), 'wrong');
    assert.equal(unknown.code, 'wrongPassword');
  });

  it('that the user may not use are told as that', async () => {
    const path = socketOf(0);
    const { mode } = await stat(path);
    await chmod(path, 0);
    // Nothing is forbidden to root.
    const isRoot = process.getuid!() === 0;
    if (isRoot) process.seteuid!(1);
    try {
      const refused = await refusalOf(path);
      assert.equal(refused.code, 'socketForbidden');
      assert.match(refused.message, /your user may not use that socket \(EACCES\)\. .*unixsocketperm/);
    } finally {
      if (isRoot) process.seteuid!(0);
      await chmod(path, mode);
    }
  });

  it('are what the command line client is given', async () => {
    const definition = { id: 'a', name: 'A', nodes: [...options.nodes], addressMap: options.addressMap };
    const { output } = await redisCli({ cliPath, password }, ...cliArguments(definition, options.nodes[0]!), 'PING');
    assert.match(output, /PONG/);
  });
});
