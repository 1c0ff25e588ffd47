import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { CreateRequest } from '../../../src/core/plan/planCreate';
import type { OperationResult, RunOptions } from '../../../src/core/operation/types';
import { checkCluster, eventually, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { assertNodeTimeout, clientOf, linesOf, planOn, settingsOf, takeApart } from './nodes';

const nodeTimeoutMilliseconds = 15_000;

describe('creating a cluster', () => {
  let servers: TestServers;
  let client: ClusterClient;

  before(async () => {
    servers = await startTestServers({
      count: 9,
      nodeTimeoutMilliseconds,
      settings: { 'repl-diskless-sync-delay': '5' },
    });
  });
  after(() => servers.close());
  afterEach(async () => {
    await client.close();
    await takeApart(servers);
  });

  async function create(count: number, request: CreateRequest, options: RunOptions = {}): Promise<OperationResult> {
    client = clientOf(servers, count);
    const operation = client.run(await planOn(client, request), options);
    const result = await operation.finished;
    assert.equal(result.outcome, 'completed');
    assert.equal(operation.state, 'completed');
    assert.equal(operation.progress.fraction, 1);
    assert.equal(result.topology.clusterState, 'ok');
    return result;
  }

  /** What every one of the first so many servers says, seen without the product. */
  async function assertWhole(count: number, masters: number, replicasPerMaster: number): Promise<void> {
    const epochs = new Set<string>();
    for (const port of servers.ports.slice(0, count)) {
      const lines = await linesOf(servers, port);
      assert.equal(lines.length, count);
      assert.doesNotMatch(lines.join('\n'), /fail|handshake|noaddr|disconnected/);
      const heads = lines.filter(line => /[ ,]master /.test(line));
      assert.equal(heads.length, masters);
      for (const head of heads) {
        const followers = lines.filter(
          line =>
            line.includes(` slave ${head.split(' ')[0]} `) || line.includes(`myself,slave ${head.split(' ')[0]} `),
        );
        assert.equal(followers.length, replicasPerMaster);
        epochs.add(head.split(' ')[6]!);
      }
      assert.match(String(await sendCommand(port, ['CLUSTER', 'INFO'])), /cluster_state:ok/);
      assert.doesNotMatch(String(await sendCommand(port, ['INFO', 'replication'])), /master_link_status:down/);
    }
    assert.equal(epochs.size, masters, 'every master has a config epoch of its own, the same in all views');
  }

  async function assertSettingsAsBefore(): Promise<void> {
    await assertNodeTimeout(servers, nodeTimeoutMilliseconds);
    assert.deepEqual(new Set(await settingsOf(servers, 'repl-diskless-sync-delay')), new Set(['5']));
  }

  it('of 3 masters and 3 replicas ends complete, clean for the reference tool, and with every setting as before', async () => {
    const result = await create(6, { replicasPerMaster: 1 });
    await assertWhole(6, 3, 1);
    await checkCluster(servers);
    await assertSettingsAsBefore();
    assert.deepEqual(result.notes, []);
    assert.deepEqual(
      result.topology.shards.map(({ slots }) => slots.toString()),
      ['0-5460', '5461-10922', '10923-16383'],
    );
  });

  it('takes writes in every shard at once, which reach the replicas', async () => {
    const { topology } = await create(6, { replicasPerMaster: 1 });
    for (const [index, key] of ['b', 'c', 'a'].entries()) {
      const shard = topology.shards[index]!;
      const slot = Number(await sendCommand(servers.ports[0]!, ['CLUSTER', 'KEYSLOT', key]));
      assert(shard.slots.has(slot), `${key} is in slot ${slot}`);
      const master = topology.nodes.find(({ id }) => id === shard.masterId)!;
      assert.equal(await sendCommand(master.port, ['SET', key, 'value']), 'OK');
      const replica = topology.nodes.find(({ masterId }) => masterId === master.id)!;
      await eventually(async () => (await sendCommand(replica.port, ['DBSIZE'])) === 1, {
        what: `the replica of ${key} has it`,
      });
    }
  });

  it('of 3 masters without replicas', async () => {
    await create(3, { replicasPerMaster: 0 });
    await assertWhole(3, 3, 0);
    await checkCluster(servers);
    await assertSettingsAsBefore();
  });

  it('of 3 masters with 2 replicas each', async () => {
    await create(9, { replicasPerMaster: 2 });
    await assertWhole(9, 3, 2);
    await checkCluster(servers);
    await assertSettingsAsBefore();
  });

  it('of a single master, when that is asked for', async () => {
    await create(1, { replicasPerMaster: 0, masters: 1, allowFewMasters: true });
    await assertWhole(1, 1, 0);
    await checkCluster(servers);
  });

  it('leaves spares as they were', async () => {
    const { topology } = await create(7, { replicasPerMaster: 1 });
    await assertWhole(6, 3, 1);
    assert.equal((await linesOf(servers, servers.ports[6]!)).length, 1);
    assert.equal(topology.nodes.filter(({ status }) => status === 'spare').length, 1);
  });

  it('keeps function libraries, also those of a node that becomes a replica', async () => {
    client = clientOf(servers, 6);
    const plan = await planOn(client);
    const load = (port: number, name: string) =>
      sendCommand(port, [
        'FUNCTION',
        'LOAD',
        `#!lua name=${name}\nredis.register_function('${name}_f', function() return '${name} ü' end)`,
      ]);
    const portOf = (role: string): number =>
      Number(plan.after.nodes.find(node => node.role === role)!.address.split(':')[1]);
    await load(portOf('replica'), 'fromreplica');
    await load(portOf('master'), 'frommaster');
    await client.run(plan).finished;
    await checkCluster(servers);
    for (const port of servers.ports.slice(0, 6)) {
      const listed = String(await sendCommand(port, ['FUNCTION', 'LIST', 'WITHCODE']));
      assert.match(listed, /fromreplica ü/);
      assert.match(listed, /frommaster ü/);
    }
  });

  it('tolerates config epochs that are left from an earlier cluster', async () => {
    for (const [index, epoch] of [7, 3].entries())
      await sendCommand(servers.ports[index]!, ['CLUSTER', 'SET-CONFIG-EPOCH', epoch]);
    await create(6, { replicasPerMaster: 1 });
    await assertWhole(6, 3, 1);
    await checkCluster(servers);
  });

  it('tells every step and an ever larger fraction', async () => {
    const seen: { stepIndex: number; fraction: number; state: string }[] = [];
    await create(6, { replicasPerMaster: 1 }, { onProgress: progress => void seen.push(progress) });
    const steps = new Set(seen.map(({ stepIndex }) => stepIndex));
    assert.deepEqual(
      [...steps],
      [...steps].sort((a, b) => a - b),
    );
    assert(steps.size > 8);
    for (const [index, { fraction }] of seen.entries())
      assert(index === 0 || fraction >= seen[index - 1]!.fraction, `${fraction} after ${seen[index - 1]?.fraction}`);
    assert.deepEqual(seen.at(-1)?.state, 'completed');
  });

  it('is written to the journal without any secret, also when it fails', async () => {
    const password = 'a-very-secret-password';
    const guarded = await startTestServers({ count: 6, password });
    client = clientOf(guarded);
    try {
      const journal = await openJournal(join(guarded.directory, 'journal'));
      await client.run(await planOn(client), { journal }).finished;
      await checkCluster(guarded);
      assert.deepEqual(
        (await journal.history()).map(({ state }) => state),
        ['completed'],
      );
      await takeApart(guarded);
      await sendCommand(guarded.ports[4]!, ['CONFIG', 'SET', 'masterauth', `not-${password}`], password);
      const failed = client.run(await planOn(client), { journal });
      await assert.rejects(failed.finished, (error: Error) => {
        assert.match(
          error.message,
          new RegExp(`:${guarded.ports[4]} has a masterauth, but 127.0.0.1:\\d+ is a node that does not accept it`),
        );
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
      for (const name of await readdir(journal.directory, { recursive: true }))
        if (name.endsWith('.jsonl'))
          assert.doesNotMatch(await readFile(join(journal.directory, name), 'utf8'), /secret/);
    } finally {
      await client.close();
      await guarded.close();
    }
  });
});
