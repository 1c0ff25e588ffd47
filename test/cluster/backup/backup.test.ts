import assert from 'node:assert/strict';
import { appendFile, copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from 'ioredis';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { openNodeConnection } from '../../../src/core/connection/nodeConnection';
import { checkRdbFile } from '../../../src/core/operation/backup/checkRdbFile';
import { readRdbHead } from '../../../src/core/operation/backup/readRdbHead';
import type { BackupManifest, BackupOptions } from '../../../src/core/operation/backup/types';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal, type Journal } from '../../../src/core/operation/journal';
import type { Operation } from '../../../src/core/operation/types';
import { planFailover } from '../../../src/core/plan/planFailover';
import { planReshard } from '../../../src/core/plan/planReshard';
import { SlotSet } from '../../../src/core/topology/slotSet';
import type { BackupJob } from '../../support/backupRunner';
import { startChild } from '../../support/childProcess';
import { contentsOf, writeManyTypes, type Keyspace } from '../../support/manyTypes';
import { clientOf, settled, shardOf, startMembers } from '../../support/members';
import { openCluster } from '../../support/slots/openCluster';
import { checkCluster, eventually, redisCli, startTestServers, type TestServers } from '../../support/testCluster';

const password = 'of the backed up cluster';
const plainKeys = 2000;

describe('backing up', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let cluster: Cluster;
  let keys: Buffer[];

  before(async () => {
    servers = await startMembers({ spares: 0, password });
    client = clientOf(servers);
    cluster = openCluster(servers.ports, { redisOptions: { password } });
    keys = await writeManyTypes(cluster);
    for (let number = 0; number < plainKeys; number++) keys.push(Buffer.from(`key:${number}`));
    await Promise.all(keys.slice(-plainKeys).map(key => cluster.set(key, `value of ${key.toString()}`)));
    const library = "#!lua name=counted\nredis.register_function('one', function() return 1 end)";
    for (const master of cluster.nodes('master')) await master.call('FUNCTION', 'LOAD', library);
    await settled(client, 6);
    await eventually(async () => (await client.observe()).nodes.every(({ lagBytes = 0 }) => lagBytes === 0), {
      what: 'the replicas have all their masters have',
    });
  });
  after(async () => {
    cluster?.disconnect();
    await client?.close();
    await servers?.close();
  });

  const newDirectory = () => mkdtemp(join(servers.directory, 'backup-'));

  it('writes a whole file per shard, from replicas, of which the documented steps make a cluster with every key', async () => {
    const directory = await newDirectory();
    const { shards: predicted, warnings } = await client.predictBackup({ directory });
    assert.deepEqual(
      predicted.map(({ role }) => role),
      ['replica', 'replica', 'replica'],
    );
    assert.equal(warnings[0]!.code, 'momentPerShard');
    const fractions: number[] = [];
    await client.backup({ directory, onProgress: ({ fraction }) => fractions.push(fraction) });
    assert.equal(fractions.at(-1), 1);

    const text = await readFile(join(directory, 'manifest.json'), 'utf8');
    assert.doesNotMatch(text, new RegExp(password));
    const manifest = JSON.parse(text) as BackupManifest;
    assert.equal(manifest.missingSlots + manifest.movedSlots, '');
    assert.deepEqual(manifest.functions, ['counted']);
    assert.equal(
      manifest.shards.reduce((sum, shard) => sum + shard.keys!, 0),
      keys.length,
    );
    assert.deepEqual(
      (await readdir(directory)).sort(),
      ['manifest.json', ...manifest.shards.map(({ file }) => file)].sort(),
    );
    for (const { file, sha256, bytes, hasChecksum } of manifest.shards) {
      const found = await checkRdbFile(join(directory, file));
      assert.deepEqual([found.sha256, found.bytes, hasChecksum], [sha256, bytes, true]);
    }
    await restore(directory, manifest);
  });

  /** docs/backup.md, "A new cluster with the same slots". */
  async function restore(directory: string, { shards }: BackupManifest): Promise<void> {
    const restored = await startTestServers({ count: 6 });
    const again = openCluster(restored.ports);
    const nodes = restored.nodes.map(address => openNodeConnection(address));
    try {
      for (const [index, { file, slots, keys: counted }] of shards.entries()) {
        const port = restored.ports[index]!;
        await restored.servers.stop(port);
        await copyFile(join(directory, file), join(restored.directory, String(port), 'dump.rdb'));
        await restored.servers.start(port);
        assert.equal(await nodes[index]!.command(['DBSIZE']), counted);
        // A server takes the slots it has keys of by itself: those are busy already.
        for (const reply of await nodes[index]!.pipeline(
          [...SlotSet.parse(slots)].map(slot => ['CLUSTER', 'ADDSLOTS', slot]),
        ))
          if (reply instanceof Error) assert.match(reply.message, /already busy/);
        await nodes[index]!.command(['CLUSTER', 'SET-CONFIG-EPOCH', index + 1]);
      }
      for (const port of restored.ports.slice(1)) await nodes[0]!.command(['CLUSTER', 'MEET', '127.0.0.1', port]);
      for (const [index] of shards.entries()) {
        const id = await nodes[index]!.command(['CLUSTER', 'MYID']);
        await eventually(async () => (await nodes[index + 3]!.command(['CLUSTER', 'REPLICATE', String(id)])) === 'OK', {
          what: 'the replica knows its master',
        });
      }
      const seen = clientOf(restored);
      await settled(seen, 6);
      await seen.close();
      await checkCluster(restored);
      assert.deepEqual(
        await contentsOf(again as unknown as Keyspace, keys),
        await contentsOf(cluster as unknown as Keyspace, keys),
      );
      for (const { slots } of shards)
        assert.match(
          (await redisCli(restored, '-p', String(restored.ports[0]), 'CLUSTER', 'NODES')).output,
          new RegExp(`master .* ${slots}\n`),
        );
      assert.equal(await again.call('FCALL', 'one', 1, 'key:1'), 1);
    } finally {
      again.disconnect();
      for (const node of nodes) node.close();
      await restored.close();
    }
  }

  it('asks the master where its replica is away, and says so', async () => {
    const {
      replicas: [replica],
      master,
    } = shardOf(await client.observe());
    await servers.servers.pause(replica!.port);
    try {
      const { manifest } = await client.backup({ directory: await newDirectory(), parallel: 3 });
      assert.equal(manifest.shards.find(({ slots }) => SlotSet.parse(slots).has(0))!.source.id, master.id);
      assert.match(manifest.warnings.join(' '), new RegExp(`${master.address} is a master: the fork stops clients`));
    } finally {
      await servers.servers.resume(replica!.port);
      await settled(client, 6);
    }
  });

  it('refuses a directory that is not empty, and slots on the way', async () => {
    const directory = await newDirectory();
    await writeFile(join(directory, 'other'), 'text');
    await assert.rejects(client.backup({ directory }), { code: 'directoryNotEmpty' });
    assert.deepEqual(await readdir(directory), ['other']);
    const inFile = join(directory, 'other', 'new');
    await assert.rejects(client.backup({ directory: inFile }), {
      code: 'directoryNotMade',
      message: `${inFile} could not be made: ENOTDIR: not a directory, mkdir '${inFile}'. Nothing was written. Name one that this process may write to.`,
    });
    const topology = await client.observe();
    const [from, to] = [shardOf(topology, 0).master, shardOf(topology, 16383).master];
    await client.node(to.address).command(['CLUSTER', 'SETSLOT', 0, 'IMPORTING', from.id]);
    try {
      await assert.rejects(client.backup({ directory: await newDirectory() }), { code: 'openSlots' });
    } finally {
      await client.node(to.address).command(['CLUSTER', 'SETSLOT', 0, 'STABLE']);
    }
  });

  it('gives up on a folder that lets none be made in it, as /proc of Linux, where Node itself tries for ever', async () => {
    await assert.rejects(client.backup({ directory: '/proc/one/two' }), { code: 'directoryNotMade' });
  });

  it('leaves nothing of what is cancelled, or of a transfer that breaks off', async () => {
    const cancelled = join(await newDirectory(), 'new');
    const cancelling = new AbortController();
    const onProgress = ({ message }: { message: string }): void => {
      if (/1 shard of 3 done/.test(message)) cancelling.abort(new Error('Enough.'));
    };
    await assert.rejects(client.backup({ directory: cancelled, signal: cancelling.signal, onProgress }), /Enough\./);
    await assert.rejects(readdir(cancelled), { code: 'ENOENT' });

    const broken = await newDirectory();
    const {
      replicas: [replica],
    } = shardOf(await client.observe());
    await client.node(replica!.address).command(['CONFIG', 'SET', 'repl-diskless-sync-delay', 60]);
    const breaking = client.backup({
      directory: broken,
      onProgress: ({ message }) => {
        if (message.startsWith(`${replica!.address} prepares`))
          void eventually(
            async () => {
              const list = String(await client.node(replica!.address).command(['CLIENT', 'LIST', 'TYPE', 'replica']));
              return (
                list.includes('cmd=sync') &&
                (await client.node(replica!.address).command(['CLIENT', 'KILL', 'TYPE', 'replica'])) === 1
              );
            },
            { what: 'the server hangs up' },
          );
      },
    });
    await assert.rejects(breaking, { code: 'connectionClosed', node: replica!.address });
    assert.deepEqual(await readdir(broken), []);
    await client.node(replica!.address).command(['CONFIG', 'SET', 'repl-diskless-sync-delay', 0]);
  });

  describe('beside others', () => {
    let journal: Journal;

    before(async () => {
      journal = await openJournal(join(servers.directory, 'journal'));
    });

    /** Runs `work` while the backup waits for the data of the first shard. */
    async function during<T>(
      options: Partial<BackupOptions>,
      work: () => Promise<T>,
    ): Promise<{ manifest: BackupManifest; worked: T }> {
      const { replicas } = shardOf(await client.observe());
      const replica = client.node(replicas[0]!.address);
      await replica.command(['CONFIG', 'SET', 'repl-diskless-sync-delay', 60]);
      let begin: () => void;
      const begun = new Promise<void>(resolve => (begin = resolve));
      const backup = client.backup({
        directory: await newDirectory(),
        ...options,
        onProgress: ({ message }) => {
          if (message.startsWith(`${replicas[0]!.address} prepares`)) begin();
        },
      });
      await Promise.race([begun, backup]);
      const worked = await work().finally(() => replica.command(['CONFIG', 'SET', 'repl-diskless-sync-delay', 0]));
      return { worked, manifest: (await backup).manifest };
    }

    it('shuts operations and other backups out, of this window or another one, and is shut out by an operation', async () => {
      const directory = await newDirectory();
      const other = clientOf(servers);
      const refused = {
        name: 'LockedError',
        message: new RegExp(
          `^Another operation works on these nodes: "Back up to ${directory}", in this window, since [\\d:]{8}\\. Nothing was changed\\.`,
        ),
      };
      const topology = await client.observe();
      const plan = planFailover(topology, { replica: shardOf(topology).replicas[0]!.id });
      try {
        const { manifest } = await during({ directory, journal }, async () => {
          await assert.rejects(client.run(plan).finished, refused);
          await assert.rejects(other.run(plan, { journal }).finished, refused);
          await assert.rejects(other.backup({ directory: await newDirectory(), journal }), refused);
          await assert.rejects(journal.refuseHeld([topology.nodes[0]!.id]), refused);
        });
        assert.equal(manifest.movedSlots, '');
        await journal.refuseHeld(topology.nodes.map(({ id }) => id));

        const operation: Operation = client.run(plan, { journal, onProgress: ({ step }) => step && pauseOnce() });
        let isPaused = false;
        const pauseOnce = (): void => {
          if (!isPaused) operation.pause();
          isPaused = true;
        };
        await eventually(() => operation.state === 'paused', { what: 'the failover is under way' });
        await assert.rejects(other.backup({ directory: await newDirectory(), journal }), {
          name: 'LockedError',
          message: new RegExp(`: "${plan.title}", in this window, since`),
        });
        operation.resume();
        await operation.finished;
      } finally {
        await other.close();
        await settled(client, 6);
      }
    });

    it('is taken where an interrupted operation left nodes half changed: before they are mended is when it is wanted', async () => {
      const topology = await client.observe();
      const id = 'interrupted';
      const plan = planFailover(topology, { replica: shardOf(topology).replicas[0]!.id });
      const writer = await journal.begin(id, plan);
      await writer.close();
      try {
        await assert.rejects(client.run(plan, { journal }).finished, { code: 'interruptedOperation' });
        await client.backup({ directory: await newDirectory(), journal });
      } finally {
        await journal.dismiss(id);
      }
    });

    it('is called no good where somebody else moved slots meanwhile, even if they came back, or has one open', async () => {
      const topology = await client.observe();
      const [home, away] = [shardOf(topology, 0).master, shardOf(topology, 16383).master];
      const other = clientOf(servers);
      const move = async (from: string, to: string): Promise<void> => {
        const now = await settled(other, 6);
        const plan = planReshard(now, { slots: '3', from: [from], to, measurements: await other.measureSlots() });
        assert.equal((await other.run(plan).finished).outcome, 'completed');
      };
      try {
        const { manifest } = await during({}, async () => {
          await move(home.id, away.id);
          await move(away.id, home.id);
          await client.node(home.address).command(['CLUSTER', 'SETSLOT', 16000, 'IMPORTING', away.id]);
        });
        const moved = SlotSet.parse(manifest.movedSlots);
        assert(moved.has(3) && moved.has(16000), manifest.movedSlots);
        assert.match(manifest.warnings[0]!, /^This is no good backup: the owners of slots .* changed/);
      } finally {
        await other.close();
        await client.node(home.address).command(['CLUSTER', 'SETSLOT', 16000, 'STABLE']);
        await settled(client, 6);
      }
    });

    it('leaves something that is recognised when it is killed: told beside it, deleted by the next backup into it', async () => {
      const parent = await newDirectory();
      const directory = join(parent, 'killed');
      const job: BackupJob = { nodes: servers.nodes, password, directory, journalDirectory: journal.directory };
      const child = startChild(require.resolve('../../support/backupRunner'), [JSON.stringify(job)]);
      const { output, signal } = await child.ended();
      assert.equal(signal, 'SIGKILL', output);
      const left = (await readdir(directory)).join(' ');
      assert.match(left, /^shard-0\.rdb shard-\d+\.rdb\.part unfinished\.json$/);

      const warningsOf = async (where: string): Promise<string[]> =>
        (await client.predictBackup({ directory: where })).warnings
          .map(({ code }) => code)
          .filter(code => code.startsWith('interrupted'));
      assert.deepEqual(await warningsOf(join(parent, 'next')), ['interruptedBeside']);
      assert.deepEqual(await warningsOf(directory), ['interruptedHere']);
      await writeFile(join(directory, 'mine'), 'text');
      await assert.rejects(client.backup({ directory, journal }), { code: 'directoryNotEmpty' });
      assert.equal((await readdir(directory)).length, 4);
      await rm(join(directory, 'mine'));
      const { manifest } = await client.backup({ directory, journal });
      assert.deepEqual(
        (await readdir(directory)).sort(),
        ['manifest.json', ...manifest.shards.map(({ file }) => file)].sort(),
      );
      assert.deepEqual(await warningsOf(join(parent, 'next')), []);
    });
  });

  it('reads a transfer that tells its length first, and gives one up that says nothing', async () => {
    const { master } = shardOf(await client.observe());
    const node = client.node(master.address);
    const connections = new ClusterConnections({ nodes: [master.address], password });
    const { signal } = new AbortController();
    const parts: Buffer[] = [];
    const receive = (options: { idleMilliseconds?: number } = {}): Promise<number> =>
      connections.receiveRdb(master.address, async part => void parts.push(part), {
        signal,
        version: '7.0.0',
        ...options,
      });
    try {
      await node.command(['CONFIG', 'SET', 'repl-diskless-sync', 'no']);
      const bytes = await receive();
      assert.equal(bytes, Buffer.concat(parts).length);
      assert.equal(readRdbHead(Buffer.concat(parts))?.keys, Number(await node.command(['DBSIZE'])));
      await node.command(['CONFIG', 'SET', 'repl-diskless-sync', 'yes']);
      await node.command(['CONFIG', 'SET', 'repl-diskless-sync-delay', 60]);
      await assert.rejects(receive({ idleMilliseconds: 200 }), { code: 'timedOut', node: master.address });
    } finally {
      await node.command(['CONFIG', 'SET', 'repl-diskless-sync', 'yes', 'repl-diskless-sync-delay', 0]);
      connections.close();
    }
  });

  it('takes a file for damaged that lacks a byte, or has another one', async () => {
    const directory = await newDirectory();
    const { manifest } = await client.backup({ directory });
    const path = join(directory, manifest.shards[0]!.file);
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, -1));
    await assert.rejects(checkRdbFile(path), { code: 'rdbDamaged' });
    const changed = Buffer.from(bytes);
    changed[bytes.length - 20]! ^= 1;
    await writeFile(path, changed);
    await assert.rejects(checkRdbFile(path), /its checksum is wrong/);
    await writeFile(path, bytes);
    await appendFile(path, 'x');
    await assert.rejects(checkRdbFile(path), { code: 'rdbDamaged' });
  });
});
