import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis, type Cluster } from 'ioredis';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import type { Operation } from '../../../src/core/operation/types';
import { planImport } from '../../../src/core/plan/import/planImport';
import { breakOff } from '../../support/childProcess';
import { clientOf, killAndAwait, settled, shardOf, startMembers } from '../../support/members';
import { runAndHold } from '../../support/runAndHold';
import { openCluster } from '../../support/slots/openCluster';
import { checkCluster, redisCli, type TestServers } from '../../support/testCluster';
import { startBareServer, type BareServer } from '../connection/bareServer';

const keys = 1500;
/** Of these `key:1*`. */
const matching = 611;
/** A bound that no burst keeps: four keys at a time, so that there is a middle. */
const slowly = 0.2;
const someKeys = /^[1-9]\d* keys read/;

describe('importing keys while the cluster or the source changes', () => {
  let servers: TestServers;
  let bare: BareServer;
  let client: ClusterClient;
  let cluster: Cluster;

  before(async () => {
    servers = await startMembers({ spares: 0 });
    bare = await startBareServer({ appendonly: 'yes' });
    client = clientOf(servers);
    cluster = openCluster(servers.ports);
    const source = new Redis({ port: bare.port });
    const pipeline = source.pipeline();
    for (let number = 0; number < keys; number++) pipeline.set(`key:${number}`, `value ${number}`, 'EX', 10_000);
    await pipeline.exec();
    source.disconnect();
  });
  beforeEach(async () => {
    await settled(client, 6);
    for (const master of cluster.nodes('master')) await master.flushall();
  });
  after(async () => {
    cluster?.disconnect();
    await client?.close();
    await bare?.close();
    await servers?.close();
  });

  /** Held in the middle of copying, with the first thousand names in hand. */
  async function startAndHold(): Promise<Operation> {
    const facts = await client.inspectImportSource({ address: bare.address });
    const plan = planImport(await client.observe(), { facts, latencyMilliseconds: slowly });
    return runAndHold(client, plan, { kind: 'copyKeys', message: someKeys });
  }

  async function runAnd(meanwhile: (operation: Operation) => Promise<unknown>): Promise<readonly string[]> {
    const operation = await startAndHold();
    await meanwhile(operation);
    operation.resume();
    const { outcome, notes } = await operation.finished;
    assert.equal(outcome, 'completed');
    return notes;
  }

  async function assertAllThere(): Promise<void> {
    for (let start = 0; start < keys; start += 500) {
      const names = Array.from({ length: 500 }, (_, index) => `key:${start + index}`);
      const values = await Promise.all(names.map(name => cluster.get(name)));
      assert.deepEqual(
        values,
        names.map(name => name.replace('key:', 'value ')),
      );
    }
  }

  it('follows slots that move to another master', async () => {
    const topology = await client.observe();
    const [from, to] = [shardOf(topology, 0).master, shardOf(topology, 16383).master];
    const notes = await runAnd(async operation => {
      const args = ['--cluster-from', from.id, '--cluster-to', to.id, '--cluster-slots', '100', '--cluster-yes'];
      const moving = redisCli(servers, '--cluster', 'reshard', from.address, ...args);
      operation.resume();
      const { exitCode, output } = await moving;
      assert.equal(exitCode, 0, output);
    });
    assert.match(notes.at(-1)!, /all are there, and the same\.$/);
    await assertAllThere();
    await checkCluster(servers);
  });

  it('goes on after a failover; what the dead master took with it is told, and imported again', async () => {
    const { master } = shardOf(await client.observe(), 8000);
    const notes = await runAnd(async operation => {
      operation.resume();
      await killAndAwait(servers, client, master.port);
    });
    assert.match(notes.at(-1)!, /were looked for in the cluster/);
    await servers.servers.start(master.port);
    await settled(client, 6);
    const facts = await client.inspectImportSource({ address: bare.address });
    const again = await client.run(planImport(await client.observe(), { facts, latencyMilliseconds: 0 })).finished;
    assert.match(again.notes.at(-1)!, /all are there, and the same\.$/);
    await assertAllThere();
  });

  it('goes on when the source was started again', async () => {
    const notes = await runAnd(() => bare.restart({}));
    assert.match(notes.join(' '), /was started again meanwhile: its keys were looked through from the beginning/);
    assert.match(notes.at(-1)!, /all are there, and the same\.$/);
  });

  it('is resumed after its process was killed, and leaves out what is there', async () => {
    const journal = await openJournal(await mkdtemp(join(servers.directory, 'journal-')));
    const request = { source: bare.address, latencyMilliseconds: slowly, pattern: 'key:1*' };
    const { id } = await breakOff(
      { planner: 'planImport', request, nodes: servers.nodes, journal },
      'copyKeys',
      someKeys,
    );
    const masters = (await client.observe()).nodes.filter(({ role }) => role === 'master');
    const before = masters.reduce((sum, { info }) => sum + info!.keys, 0);
    const { outcome, notes } = await journal.resume(client, id).finished;
    assert.equal(outcome, 'completed');
    const [, imported = '', equal = '0'] = /: (\d+) imported(?:, (\d+) there already.*)?\.$/.exec(notes[0]!) ?? [];
    assert.equal(Number(imported) + Number(equal), matching, notes[0]);
    assert(Number(equal) >= before, `${before} keys were there: ${notes[0]}`);
    assert.match(notes[1]!, /all are there, and the same\.$/);
    assert.deepEqual(await journal.unfinished(), []);
  });

  it('is cancelled at a burst, and says what stays', async () => {
    const operation = await startAndHold();
    operation.resume();
    operation.cancel();
    const { outcome, notes } = await operation.finished;
    assert.equal(outcome, 'cancelled');
    assert.match(notes.join(' '), /keys of \S+ looked at: .*The keys that were imported stay in the cluster\./);
  });
});
