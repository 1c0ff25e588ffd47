import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { openJournal } from '../../../src/core/operation/journal';
import { LockedError, OperationError } from '../../../src/core/operation/operationError';
import type { Journal, JournalWriter, OperationState } from '../../../src/core/operation/types';
import { checkCluster, eventually, killAtOnce, startTestServers, type TestServers } from '../../support/testCluster';
import { assertEmpty, assertNodeTimeout, clientOf, planOn, takeApart } from '../create/nodes';

describe('an operation', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let journal: Journal;

  before(async () => {
    servers = await startTestServers({ count: 6 });
    journal = await openJournal(join(servers.directory, 'journal'));
  });
  after(() => servers.close());
  beforeEach(() => (client = clientOf(servers)));
  afterEach(async () => {
    await client.close();
    await takeApart(servers);
  });

  it('is in hand at once, before anything was sent', async () => {
    const plan = await planOn(client);
    const operation = client.run(plan);
    assert.equal(operation.state, 'pending');
    assert.equal(operation.plan, plan);
    assert.match(operation.id, /^\d{8}-\d{6}-[0-9a-f]{8}$/);
    await operation.finished;
  });

  it('pauses after the step in flight, stays there, and goes on to its end', async () => {
    const states: OperationState[] = [];
    const operation = client.run(await planOn(client), {
      journal,
      onProgress: ({ state, step }) => {
        if (states.at(-1) !== state) states.push(state);
        if (step?.kind === 'setConfigEpochs' && !states.includes('paused')) operation.pause();
      },
    });
    await eventually(() => operation.state === 'paused', { what: 'it pauses' });
    const { stepIndex } = operation.progress;
    assert.equal(operation.plan.steps[stepIndex]?.kind, 'setConfigEpochs');
    await assertNodeTimeout(servers, 300);
    assert.deepEqual((await journal.history()).map(({ state }) => state).slice(0, 1), ['running']);
    operation.resume();
    assert.equal((await operation.finished).outcome, 'completed');
    assert.deepEqual(states, ['running', 'pausing', 'paused', 'running', 'completed']);
    await checkCluster(servers);
  });

  it('is cancelled by an abort signal, which waits for nothing once all is put back', async () => {
    const controller = new AbortController();
    const operation = client.run(await planOn(client), {
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step?.kind === 'meet') controller.abort();
      },
    });
    const result = await operation.finished;
    assert.equal(result.outcome, 'cancelled');
    assert.match(
      result.notes.join(' '),
      /settings were put back on 6 nodes\. These nodes were reset and are empty again/,
    );
    await assertEmpty(servers);
  });

  it('that was cancelled before it began changes nothing', async () => {
    const operation = client.run(await planOn(client), { journal });
    operation.cancel();
    const result = await operation.finished;
    assert.equal(result.outcome, 'cancelled');
    assert.deepEqual(result.notes, ['Nothing was changed.']);
    await assertEmpty(servers);
  });

  it('excludes a second one of another client on the same nodes, and lets it run once it has ended', async () => {
    const other = clientOf(servers);
    try {
      const plan = await planOn(client);
      const first = client.run(plan, { journal });
      const second = other.run(plan, { journal: await openJournal(journal.directory) });
      const outcomes = await Promise.allSettled([first.finished, second.finished]);
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      const refused = outcomes.find(outcome => outcome.status === 'rejected');
      assert(refused?.reason instanceof LockedError, String(refused?.reason));
      await checkCluster(servers);
      await takeApart(servers);
      await assert.doesNotReject(other.run(await planOn(other), { journal }).finished);
    } finally {
      await other.close();
    }
  });

  it('excludes a second one of the same client, also without a journal', async () => {
    const plan = await planOn(client);
    const first = client.run(plan);
    await assert.rejects(client.run(plan).finished, LockedError);
    assert.equal((await first.finished).outcome, 'completed');
  });

  it('is cancelled and put back when its client is closed in the middle', async () => {
    const operation = client.run(await planOn(client), {
      onProgress: ({ step }) => {
        if (step?.kind === 'meet') closed ??= client.close();
      },
    });
    let closed: Promise<void> | undefined;
    const result = await operation.finished;
    assert.equal(result.outcome, 'cancelled');
    await closed;
    await assertEmpty(servers);
    await assertNodeTimeout(servers, 2000);
  });

  it('refuses to begin when its journal cannot be written, and changes nothing', async () => {
    const broken = await openJournal(join(servers.directory, 'broken-journal'));
    await rm(broken.directory, { recursive: true });
    await writeFile(broken.directory, 'a file in the place of the directory');
    await assert.rejects(client.run(await planOn(client), { journal: broken }).finished, {
      code: 'journalNotWritable',
      now: 'Nothing was changed.',
    });
    await assertEmpty(servers);
  });

  it('stops when its journal cannot be written any more, says so and what to do, and puts back what it changed', async () => {
    const filling: Journal = {
      ...journal,
      begin: async (id, plan) => {
        const writer = await journal.begin(id, plan);
        const append: JournalWriter['append'] = (record, options) =>
          record.type === 'stepStarted' && plan.steps[record.index]?.kind === 'replicate'
            ? Promise.reject(new Error('ENOSPC: no space left on device, write'))
            : writer.append(record, options);
        return { ...writer, append };
      },
    };
    await assert.rejects(client.run(await planOn(client), { journal: filling }).finished, (error: unknown) => {
      assert(error instanceof OperationError);
      assert.equal(error.code, 'journalLost');
      assert.match(error.message, /^The journal could not be written any more: ENOSPC: no space left/);
      assert.match(error.remedy ?? '', /^Free disk space/);
      return true;
    });
    await assertEmpty(servers);
    await assertNodeTimeout(servers, 2000);
  });

  it('fails after its client was closed, without a hang', async () => {
    const plan = await planOn(client);
    await client.close();
    await assert.rejects(client.run(plan).finished, { code: 'closed' });
  });

  it('that fails tells the step, the node, what was put back and what to do', async () => {
    const port = servers.ports[5]!;
    try {
      let killed: Promise<void> | undefined;
      const operation = client.run(await planOn(client), {
        onProgress: ({ step }) => {
          if (step?.kind === 'meet') killed ??= killAtOnce(servers, port);
        },
      });
      await assert.rejects(operation.finished, (error: unknown) => {
        assert(error instanceof OperationError);
        assert.equal(error.node, `127.0.0.1:${port}`);
        assert.match(error.message, /Step \d+ of the plan failed: /);
        assert.match(error.message, /put back on 5 nodes/);
        assert.match(error.message, new RegExp(`127.0.0.1:${port} could not be reset`));
        assert.match(error.message, /CONFIG SET.*CLUSTER RESET HARD/);
        return true;
      });
      assert.equal(operation.state, 'failed');
      await killed;
    } finally {
      await servers.servers.start(port);
    }
  });
});
