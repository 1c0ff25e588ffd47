import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import { OperationError } from '../../../src/core/operation/operationError';
import type { Journal, Operation } from '../../../src/core/operation/types';
import type { PlanStep } from '../../../src/core/plan/types';
import {
  checkCluster,
  eventually,
  killAtOnce,
  pauseAtOnce,
  sendCommand,
  startTestServers,
  type TestServers,
} from '../../support/testCluster';
import { assertEmpty, assertNodeTimeout, clientOf, linesOf, planOn, takeApart } from './nodes';

const nodeTimeoutMilliseconds = 15_000;

describe('a creation that does not reach its end', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let journal: Journal;

  before(async () => {
    servers = await startTestServers({ count: 6, nodeTimeoutMilliseconds });
    journal = await openJournal(join(servers.directory, 'journal'));
  });
  after(() => servers.close());
  beforeEach(
    () => (client = clientOf(servers, 6, { commandTimeoutMilliseconds: 3000, connectTimeoutMilliseconds: 3000 })),
  );
  afterEach(async () => {
    await client.close();
    await takeApart(servers);
    for (const { id } of await journal.unfinished()) await journal.dismiss(id);
    const restore = ['CONFIG', 'SET', 'cluster-node-timeout', nodeTimeoutMilliseconds] as const;
    for (const port of servers.ports) await sendCommand(port, restore);
  });

  /** Starts a creation and runs `act` once, when a step of this kind begins; resolves when both have ended. */
  async function createAndAct(
    kind: PlanStep['kind'],
    act: (operation: Operation) => void | Promise<void>,
  ): Promise<Operation> {
    let isActing = false;
    let acted: Promise<void> | undefined;
    const operation: Operation = client.run(await planOn(client), {
      journal,
      onProgress: ({ step }) => {
        if (step?.kind !== kind || isActing) return;
        // First, for what is done may tell progress itself.
        isActing = true;
        acted = Promise.resolve(act(operation));
      },
    });
    await operation.finished.catch(() => undefined);
    assert(acted, `No step ${kind} began.`);
    await acted;
    return operation;
  }

  async function assertCreatesNow(): Promise<void> {
    assert.equal((await client.run(await planOn(client), { journal }).finished).outcome, 'completed');
    await checkCluster(servers);
    await assertNodeTimeout(servers, nodeTimeoutMilliseconds);
    assert.deepEqual(await journal.unfinished(), []);
  }

  async function failureOf(operation: Operation): Promise<OperationError> {
    const error: unknown = await operation.finished.then(
      () => assert.fail('It completed.'),
      (error: unknown) => error,
    );
    assert(error instanceof OperationError, String(error));
    return error;
  }

  for (const kind of ['lowerSetting', 'assignSlots', 'meet', 'replicate', 'awaitAgreement'] as const)
    it(`because a node died at the step ${kind} is taken back on the others, and on that node when it returns`, async () => {
      const port = servers.ports[4]!;
      const others = servers.ports.filter(each => each !== port);
      try {
        const error = await failureOf(await createAndAct(kind, () => killAtOnce(servers, port)));
        assert.match(error.message, new RegExp(`127.0.0.1:${port}`));
        assert.match(error.message, /Nothing was changed|roll operation \S+ back/);
        await assertEmpty(servers, others);
        for (const each of others)
          assert.equal(
            ((await sendCommand(each, ['CONFIG', 'GET', 'cluster-node-timeout'])) as string[])[1],
            String(nodeTimeoutMilliseconds),
          );
      } finally {
        await servers.servers.start(port);
      }
      for (const { id } of await journal.unfinished()) await journal.rollBack(client, id).finished;
      await assertEmpty(servers);
      await assertCreatesNow();
    });

  it('because a node stood still is taken back when the node goes on and the operation is rolled back', async () => {
    const port = servers.ports[0]!;
    let error: OperationError;
    try {
      error = await failureOf(await createAndAct('meet', () => pauseAtOnce(servers, port)));
    } finally {
      await servers.servers.resume(port);
    }
    assert.equal(error.node, `127.0.0.1:${port}`);
    const note = `${port} may still have lowered settings: cluster-node-timeout is 300 instead of ${nodeTimeoutMilliseconds}`;
    assert(
      error.notes.some(text => text.includes(note)),
      error.message,
    );
    assert(
      error.notes.some(text => text.includes(`${port} could not be reset`)),
      error.message,
    );
    const [left] = await journal.unfinished();
    assert.equal(left?.state, 'failed');
    const result = await journal.rollBack(client, left.id).finished;
    assert.equal(result.outcome, 'cancelled');
    await assertEmpty(servers);
    await assertNodeTimeout(servers, nodeTimeoutMilliseconds);
    await assertCreatesNow();
  });

  it('because it was cancelled, at any moment, leaves empty nodes with their settings, or is complete', async () => {
    const outcomes = new Set<string>();
    for (let attempt = 0; attempt < 12; attempt++) {
      const operation = client.run(await planOn(client), { journal });
      await wait(Math.random() * 60 * attempt);
      operation.cancel();
      const result = await operation.finished;
      outcomes.add(result.outcome);
      assert.equal(operation.state, result.outcome);
      await assertNodeTimeout(servers, nodeTimeoutMilliseconds);
      if (result.outcome === 'cancelled') await assertEmpty(servers);
      else {
        await checkCluster(servers);
        await takeApart(servers);
      }
    }
    assert(outcomes.has('cancelled'));
    await assertCreatesNow();
  });

  it('gives every node its function libraries back', async () => {
    const plan = await planOn(client);
    const portOf = (role: string): number =>
      Number(plan.after.nodes.findLast(node => node.role === role)!.address.split(':')[1]);
    const ports = { master: portOf('master'), replica: portOf('replica') };
    for (const [role, port] of Object.entries(ports))
      await sendCommand(port, [
        'FUNCTION',
        'LOAD',
        `#!lua name=on${role}\nredis.register_function('${role}', function() return 1 end)`,
      ]);
    const operation = await createAndAct('awaitAgreement', operation => operation.cancel());
    assert.equal((await operation.finished).outcome, 'cancelled');
    await assertEmpty(servers);
    for (const port of servers.ports) {
      const libraries = String(await sendCommand(port, ['FUNCTION', 'LIST']));
      assert.equal(libraries.includes('onmaster'), port === ports.master, `${port}: ${libraries}`);
      assert.equal(libraries.includes('onreplica'), port === ports.replica, `${port}: ${libraries}`);
    }
  });

  it('never resets a node that holds keys by then, and names it', async () => {
    // A replica that cannot sign in keeps the last step waiting while the cluster already takes writes.
    const plan = await planOn(client);
    const replica = Number(plan.after.nodes.find(({ role }) => role === 'replica')!.address.split(':')[1]);
    const first = Number(plan.after.nodes[0]!.address.split(':')[1]);
    try {
      const operation = await createAndAct('setConfigEpochs', async operation => {
        operation.pause();
        await eventually(() => operation.state === 'paused', { what: 'it is paused' });
        await sendCommand(replica, ['CONFIG', 'SET', 'masterauth', 'wrong']);
        operation.resume();
        await eventually(async () => (await sendCommand(first, ['SET', 'b', 'value'])) === 'OK', {
          what: 'the cluster takes writes',
        });
        operation.cancel();
      });
      const error = await failureOf(operation);
      assert.equal(error.code, 'undoIncomplete');
      assert.match(
        error.message,
        new RegExp(`127.0.0.1:${first} holds 1 key now and was left as it is, with the slots 0-5460`),
      );
      assert.equal(await sendCommand(first, ['DBSIZE']), 1);
      assert.match(
        (await linesOf(servers, first)).find(line => line.includes('myself'))!,
        / 0-5460$/,
      );
      await assertNodeTimeout(servers, nodeTimeoutMilliseconds);
      const [left] = await journal.unfinished();
      assert(left);
      await journal.dismiss(left.id);
    } finally {
      await sendCommand(replica, ['CONFIG', 'SET', 'masterauth', '']);
    }
  });

  it('keeps a cluster that is complete when only a setting could not be put back', async () => {
    const port = servers.ports[1]!;
    const error = await failureOf(
      // Paused before the agreement is awaited: the next setting is put back when it goes on.
      await createAndAct('replicate', async operation => {
        operation.pause();
        await eventually(() => operation.state === 'paused', { what: 'it is paused' });
        await sendCommand(port, ['ACL', 'SETUSER', 'default', '-config|set']);
        operation.resume();
      }),
    ).finally(() => sendCommand(port, ['ACL', 'SETUSER', 'default', '+@all']));
    assert.match(error.message, new RegExp(`127.0.0.1:${port} may still have lowered settings`));
    assert.match(error.message, /The cluster is complete and was kept/);
    await checkCluster(servers);
    const [left] = await journal.unfinished();
    await journal.rollBack(client, left!.id).finished;
    await assertNodeTimeout(servers, nodeTimeoutMilliseconds);
    await checkCluster(servers);
    assert.deepEqual(await journal.unfinished(), []);
  });
});
