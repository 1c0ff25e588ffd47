import assert from 'node:assert/strict';
import { Redis, type Cluster } from 'ioredis';
import { type ClusterClient } from '../../../src/core/operation/clusterClient';
import type { OperationResult } from '../../../src/core/operation/types';
import type { ImportRequest } from '../../../src/core/plan/import/importRequest';
import { planImport } from '../../../src/core/plan/import/planImport';
import { contentsOf, writeManyTypes, type Keyspace } from '../../support/manyTypes';
import { clientOf, startMembers } from '../../support/members';
import { openCluster } from '../../support/slots/openCluster';
import { checkCluster, eventually, type TestServers } from '../../support/testCluster';
import { startBareServer, type BareServer } from '../connection/bareServer';

const password = 'of the source alone';

describe('importing keys', () => {
  let servers: TestServers;
  let bare: BareServer;
  let client: ClusterClient;
  let source: Redis;
  let cluster: Cluster;

  before(async () => {
    servers = await startMembers({ count: 3, replicas: 0, spares: 0 });
    bare = await startBareServer({ requirepass: password, 'proto-max-bulk-len': '64mb' });
    client = clientOf(servers);
    source = new Redis({ port: bare.port, password });
    cluster = openCluster(servers.ports);
  });
  beforeEach(async () => {
    await source.flushall();
    await Promise.all(servers.ports.map(port => client.node(`127.0.0.1:${port}`).command(['FLUSHALL'])));
  });
  after(async () => {
    source?.disconnect();
    cluster?.disconnect();
    await client?.close();
    await bare?.close();
    await servers?.close();
  });

  const inspect = () => client.inspectImportSource({ address: bare.address, password });

  async function run(request: Omit<ImportRequest, 'facts'> = {}): Promise<OperationResult> {
    const facts = await inspect();
    const plan = planImport(await client.observe(), { facts, latencyMilliseconds: 0, ...request });
    assert.doesNotMatch(JSON.stringify([plan, facts]), new RegExp(password));
    return client.run(plan, { sourceLogin: { password } }).finished;
  }

  async function fill(keys: number): Promise<void> {
    const pipeline = source.pipeline();
    for (let number = 0; number < keys; number++) pipeline.set(`key:${number}`, `value ${number}`);
    await pipeline.exec();
  }

  it('copies every type with its time to live, and leaves the source alone', async () => {
    const keys = await writeManyTypes(source);
    await fill(3000);
    const before = await contentsOf(source, keys);
    const { outcome, notes } = await run();
    assert.equal(outcome, 'completed');
    const total = 3000 + keys.length;
    const written = total.toLocaleString('en');
    assert.deepEqual(notes, [
      `${written} keys of ${bare.address} looked at: ${written} imported.`,
      `${written} keys of ${bare.address} were looked for in the cluster, and all compared with value and time to live: all are there, and the same.`,
    ]);
    assert.deepEqual(await contentsOf(cluster as unknown as Keyspace, keys), before);
    for (let number = 0; number < 3000; number += 500)
      assert.equal(await cluster.get(`key:${number}`), `value ${number}`);
    assert.equal(await source.dbsize(), total);
    await checkCluster(servers);
  });

  it('counts what is there with the same value as no conflict, however it is written out', async () => {
    const keys = await writeManyTypes(source);
    await writeManyTypes(cluster);
    for (const [key, moment] of [
      ['lives an hour', 'PEXPIRETIME'],
      ['large hash', 'PEXPIRETIME'],
    ] as const)
      await cluster.pexpireat(key, Number(await source.call(moment, key)));
    const { notes } = await run();
    assert.equal(
      notes[0],
      `${keys.length} keys of ${bare.address} looked at: 0 imported, ${keys.length} there already with the same value.`,
    );
  });

  for (const [conflict, kept, told] of [
    [
      'skip',
      'of the cluster',
      /100 keys of \S+ looked at: 97 imported, 1 there already with the same value, 2 there with another value, and left alone\./,
    ],
    ['replace', 'value 7', /100 keys of \S+ looked at: 97 imported, 2 replaced, 1 there already with the same value\./],
  ] as const)
    it(`with other values there: ${conflict}`, async () => {
      await fill(100);
      await cluster.set('key:7', 'of the cluster');
      await cluster.sadd('key:8', 'another type');
      await cluster.set('key:9', 'value 9');
      const { notes } = await run({ conflict });
      assert.match(notes[0]!, told);
      assert.equal(await cluster.get('key:7'), kept);
      if (conflict === 'replace') assert.match(notes.at(-1)!, /all are there, and the same\.$/);
      else {
        assert.match(
          notes[1]!,
          /^Left as the cluster had them: key:[78] \(another value\), key:[78] \(another value\)\.$/,
        );
        assert.match(notes[2]!, /0 are missing and 2 differ: key:[78] \(another value\)/);
      }
    });

  it('stops at a key with another value, and is begun again', async () => {
    await fill(100);
    await cluster.set('key:7', 'of the cluster');
    await assert.rejects(run(), (error: Error & { code: string }) => {
      assert.equal(error.code, 'keyExists');
      assert.match(
        error.message,
        /A key is in the cluster already, and not the same: key:7 \(another value\)\. The cluster's stays as it was\. [\d,]+ of [\d,]+ keys were imported before it stopped/,
      );
      assert.match(error.message, /The keys that were imported stay in the cluster\./);
      return true;
    });
    assert.equal(await cluster.get('key:7'), 'of the cluster');
    await cluster.del('key:7');
    assert.match((await run()).notes.at(-1)!, /all are there, and the same/);
  });

  it('takes the keys of a pattern, and what comes with them of another database', async () => {
    await fill(30);
    await source.select(3);
    await source.set('key:third', 'of database 3');
    await source.set('other', 'stays');
    await source.select(0);
    await assert.rejects(
      run({ pattern: 'key:*' }),
      (error: Error & { code: string }) => error.code === 'databasesMissing',
    );
    const databases = [
      { source: 0, target: 0 },
      { source: 3, target: 0 },
    ];
    const { notes } = await run({ pattern: 'key:*', databases });
    assert.match(notes[0]!, /^31 keys .*: 31 imported\.$/);
    assert.equal(await cluster.get('key:third'), 'of database 3');
    assert.equal(await cluster.exists('other'), 0);
  });

  it('tells in the end what was written meanwhile', async () => {
    await fill(2000);
    const facts = await inspect();
    const plan = planImport(await client.observe(), { facts, latencyMilliseconds: 0 });
    let hasPaused = false;
    const operation = client.run(plan, {
      sourceLogin: { password },
      onProgress: ({ step }) => {
        if (step?.kind !== 'verifyCopies' || hasPaused) return;
        hasPaused = true;
        operation.pause();
      },
    });
    await eventually(() => operation.state === 'paused', { what: 'it waits before it compares' });
    await source.set('key:1', 'changed');
    await cluster.del('key:2');
    operation.resume();
    const { notes } = await operation.finished;
    assert.match(notes[1]!, /and all compared with value and time to live: 1 is missing and 1 differs: /);
    assert.match(notes[1]!, /key:1 \(another value\)/);
    assert.match(notes[1]!, /key:2 \(missing\)/);
  });

  it('takes a big key alone, and keeps the pace that clients need', async () => {
    await fill(300);
    for (let part = 0; part < 3; part++)
      await source.hset(
        'big',
        Object.fromEntries(Array.from({ length: 10_000 }, (_, field) => [`${part} ${field}`, 'x'.repeat(300)])),
      );
    const facts = await inspect();
    assert.equal(
      facts.source.bigKeys.every(({ name }) => name === 'big'),
      true,
    );
    const { notes } = await run({ latencyMilliseconds: 20 });
    assert.match(notes[1]!, /all are there, and the same/);
    assert.equal(await cluster.hlen('big'), 30_000);
  });

  it('refuses a node of the cluster itself, and a password that is not right', async () => {
    const facts = await client.inspectImportSource({ address: servers.nodes[0]! });
    const topology = await client.observe();
    assert.throws(() => planImport(topology, { facts }), { code: 'sourceIsMember' });
    await assert.rejects(client.inspectImportSource({ address: bare.address }), { code: 'passwordRequired' });
    await fill(1);
    const plan = planImport(topology, { facts: await inspect() });
    await assert.rejects(client.run(plan).finished, { code: 'passwordRequired' });
  });
});
