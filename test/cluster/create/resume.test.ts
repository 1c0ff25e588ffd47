import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import { LockedError, OperationError } from '../../../src/core/operation/operationError';
import type { Journal } from '../../../src/core/operation/types';
import { checkCluster, eventually, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { interruptedIn, startPlan, type Child } from '../../support/childProcess';
import { assertEmpty, assertNodeTimeout, clientOf, linesOf, planOn, takeApart } from './nodes';

const nodeTimeoutMilliseconds = 15_000;

describe('a creation whose process was killed', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let journal: Journal;
  let child: Child | undefined;

  before(async () => {
    servers = await startTestServers({
      count: 7,
      nodeTimeoutMilliseconds,
      settings: { 'repl-diskless-sync-delay': '5' },
    });
  });
  after(() => servers.close());
  beforeEach(async () => {
    journal = await openJournal(await mkdtemp(join(servers.directory, 'journal-')));
    client = clientOf(servers, 6);
  });
  afterEach(async () => {
    await child?.kill();
    await client.close();
    await takeApart(servers);
    for (const port of servers.ports) {
      await sendCommand(port, ['CONFIG', 'SET', 'cluster-node-timeout', nodeTimeoutMilliseconds]);
      await sendCommand(port, ['CONFIG', 'SET', 'repl-diskless-sync-delay', 5]);
    }
  });

  function startCreation(end?: { step: string; afterMilliseconds: number }): Child {
    const nodes = servers.nodes.slice(0, 6);
    const job = { nodes, journalDirectory: journal.directory, ...(end && { end }) };
    return startPlan({ planner: 'planCreate', request: { replicasPerMaster: 1 }, ...job });
  }

  /** Kills a creating process so long after it began a step, or sooner where that is too late: a machine can be slow. */
  async function createAndKill(step: string, afterMilliseconds: number): Promise<void> {
    for (let delay = afterMilliseconds, attempt = 1; attempt <= 8; delay = Math.floor(delay / 2), attempt++) {
      child = startCreation({ step, afterMilliseconds: delay });
      await child.ended();
      const [last] = await journal.history();
      const index = last?.plan?.steps.findIndex(({ kind }) => kind === step) ?? -1;
      if (last && last.state !== 'completed' && last.stepIndex <= index) return;
      if (last?.state === 'interrupted') await journal.resume(client, last.id).finished;
      await takeApart(servers);
      journal = await openJournal(await mkdtemp(join(servers.directory, 'journal-')));
    }
    assert.fail(`The step ${step} was over each time before the process could be killed.`);
  }

  async function interrupted(): Promise<string> {
    return (await interruptedIn(journal)).id;
  }

  const moments: [string, number][] = [
    ['checkEmptyNodes', 3],
    ['lowerSetting', 2],
    ['assignSlots', 3],
    ['meet', 0],
    ['meet', 30],
    ['replicate', 4],
    ['awaitAgreement', 0],
    ['awaitAgreement', 20],
  ];
  for (const [step, delay] of moments) {
    it(`${delay} ms into the step ${step} is resumed by another one to a complete cluster`, async () => {
      await createAndKill(step, delay);
      const operation = journal.resume(client, await interrupted());
      assert.equal((await operation.finished).outcome, 'completed');
      await checkCluster(servers);
      await assertSettingsAsBefore();
      assert.deepEqual(await journal.unfinished(), []);
      assert.deepEqual(
        (await journal.history()).map(({ state }) => state),
        ['completed'],
      );
    });

    it(`${delay} ms into the step ${step} is rolled back by another one to empty nodes, on which it can be run again`, async () => {
      await createAndKill(step, delay);
      const operation = journal.rollBack(client, await interrupted());
      assert.equal((await operation.finished).outcome, 'cancelled');
      await assertEmpty(servers);
      await assertSettingsAsBefore();
      assert.deepEqual(await journal.unfinished(), []);
      assert.equal((await client.run(await planOn(client), { journal }).finished).outcome, 'completed');
      await checkCluster(servers);
    });
  }

  it('in which a replica has taken the place of its master meanwhile is rolled back to empty nodes', async () => {
    await createAndKill('awaitAgreement', 20);
    const replica = await firstReplica();
    await sendCommand(replica, ['CLUSTER', 'FAILOVER', 'TAKEOVER']);
    await eventually(async () => /myself,master .* 0-5460$/m.test((await linesOf(servers, replica)).join('\n')), {
      what: `${replica} has the slots of its master`,
    });
    const { outcome, notes } = await journal.rollBack(client, await interrupted()).finished;
    assert.equal(outcome, 'cancelled');
    assert.doesNotMatch(notes.join(' '), /another cluster/);
    await assertEmpty(servers);
    await assertSettingsAsBefore();
  });

  /** Of the master with slot 0; it has heard of those slots, or it would take over none. */
  async function firstReplica(): Promise<number> {
    let port = NaN;
    await eventually(
      async () => {
        const lines = await linesOf(servers, servers.ports[0]!);
        const master = lines.find(line => / 0-5460$/.test(line))?.split(' ')[0];
        port = Number(/:(\d+)@/.exec(lines.find(line => line.includes(` slave ${master} `)) ?? '')?.[1]);
        return port > 0 && / 0-5460$/m.test((await linesOf(servers, port)).join('\n'));
      },
      { what: 'the replica of the first master shows' },
    );
    return port;
  }

  async function assertSettingsAsBefore(): Promise<void> {
    await assertNodeTimeout(servers, nodeTimeoutMilliseconds);
    for (const port of servers.ports)
      assert.deepEqual(await sendCommand(port, ['CONFIG', 'GET', 'repl-diskless-sync-delay']), [
        'repl-diskless-sync-delay',
        '5',
      ]);
  }

  it('when the cluster was complete is resumed without lowering any setting of it again', async () => {
    await client.run(await planOn(client), { journal }).finished;
    const [done] = await journal.history();
    const path = join(journal.directory, `${done!.id}.jsonl`);
    const lines = (await readFile(path, 'utf8')).split('\n');
    const complete = lines.findLastIndex(line => line.includes('"stepDone","index":8'));
    await writeFile(path, `${lines.slice(0, complete).join('\n')}\n`);
    const [port] = servers.ports;
    await sendCommand(port!, ['CONFIG', 'SET', 'cluster-node-timeout', 300]);
    await sendCommand(servers.ports[0]!, ['SET', 'b', 'value']);
    assert.equal((await journal.resume(client, await interrupted()).finished).outcome, 'completed');
    await assertSettingsAsBefore();
    const after = (await readFile(path, 'utf8')).split('\n').slice(complete);
    assert.equal(after.filter(line => line.includes('"setting"')).length, 0, after.join('\n'));
    await checkCluster(servers);
  });

  it('stops nobody while it is alive, even when it stands still: the others are told who holds the nodes', async () => {
    child = startCreation();
    await child.line('step lowerSetting');
    child.process.kill('SIGSTOP');
    const [running] = await journal.history();
    assert(running?.plan);
    const second = client.run(running.plan, { journal });
    await assert.rejects(second.finished, (error: unknown) => {
      assert(error instanceof LockedError);
      assert.equal(error.holder?.processId, child!.process.pid);
      assert.match(error.message, /"Create a cluster of 3 masters and 3 replicas"/);
      return true;
    });
    assert.deepEqual(await journal.unfinished(), []);
    assert.deepEqual(
      (await journal.history()).map(({ state }) => state),
      ['running'],
    );
    child.process.kill('SIGCONT');
    await child.line('completed');
    await checkCluster(servers);
  });

  it('blocks a new operation on its nodes until it is resumed or rolled back', async () => {
    await createAndKill('lowerSetting', 30);
    const [left] = await journal.unfinished();
    const { plan } = left!;
    assert(plan);
    await assert.rejects(client.run(plan, { journal }).finished, { code: 'interruptedOperation' });
    await journal.rollBack(client, await interrupted()).finished;
  });

  it('is not resumed on nodes that became something else, and says what; they stay as they are', async () => {
    await createAndKill('awaitAgreement', 0);
    const stranger = servers.ports[6]!;
    await sendCommand(servers.ports[0]!, ['CLUSTER', 'MEET', '127.0.0.1', stranger]);
    await eventually(async () => (await linesOf(servers, servers.ports[0]!)).join().includes(`:${stranger}@`), {
      what: 'the stranger is known',
    });
    await eventually(async () => !(await linesOf(servers, servers.ports[0]!)).join().includes('handshake'), {
      what: 'the handshake is through',
    });
    const id = await interrupted();
    await assert.rejects(journal.resume(client, id).finished, (error: unknown) => {
      assert(error instanceof OperationError);
      assert.equal(error.code, 'nodesChanged');
      assert.match(error.message, new RegExp(`it knows 127.0.0.1:${stranger}, which is not part of the plan`));
      return true;
    });
    assert.equal(await interrupted(), id);
    assert((await linesOf(servers, servers.ports[0]!)).length >= 7);
  });

  it('is not rolled back once the cluster is in use: it is left whole, and can be resumed', async () => {
    await createAndKill('awaitAgreement', 0);
    await eventually(async () => (await sendCommand(servers.ports[0]!, ['SET', 'b', 'value'])) === 'OK', {
      what: 'the cluster takes writes',
    });
    await assert.rejects(journal.rollBack(client, await interrupted()).finished, (error: unknown) => {
      assert(error instanceof OperationError);
      assert.match(error.message, /serves 1 key: the cluster is in use, and none of its nodes was reset/);
      return true;
    });
    const [left] = await journal.unfinished();
    assert.equal((await journal.resume(client, left!.id).finished).outcome, 'completed');
    assert.equal(await sendCommand(servers.ports[0]!, ['GET', 'b']), 'value');
    await checkCluster(servers);
    await assertSettingsAsBefore();
  });
});
