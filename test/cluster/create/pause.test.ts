import assert from 'node:assert/strict';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { OperationError } from '../../../src/core/operation/operationError';
import type { Operation } from '../../../src/core/operation/types';
import type { PlanStep } from '../../../src/core/plan/types';
import { checkCluster, eventually, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { assertEmpty, clientOf, linesOf, planOn, takeApart } from './nodes';

describe('a creation that was paused', () => {
  let servers: TestServers;
  let client: ClusterClient;

  before(async () => {
    servers = await startTestServers({ count: 7 });
  });
  after(() => servers.close());
  beforeEach(() => (client = clientOf(servers, 6)));
  afterEach(async () => {
    await client.close();
    await takeApart(servers);
  });

  /** Pauses before the step after `kind`, does something, and goes on; resolves when it has ended. */
  async function pauseAfter(kind: PlanStep['kind'], act: () => Promise<void>): Promise<Operation> {
    let isAsked = false;
    const operation: Operation = client.run(await planOn(client), {
      onProgress: ({ step }) => {
        if (step?.kind === kind && !isAsked) {
          isAsked = true;
          operation.pause();
        }
      },
    });
    await eventually(() => operation.state === 'paused', { what: `it pauses after ${kind}` });
    await act();
    operation.resume();
    await operation.finished.catch(() => undefined);
    return operation;
  }

  async function refusalOf({ finished }: Operation): Promise<OperationError> {
    const error: unknown = await finished.then(
      () => assert.fail('It completed.'),
      (error: unknown) => error,
    );
    assert(error instanceof OperationError, String(error));
    assert.equal(error.code, 'nodesChanged');
    return error;
  }

  for (const kind of ['lowerSetting', 'assignSlots', 'shareFunctions', 'meet'] as const)
    it(`after ${kind} goes on to a whole cluster: what it did itself is no change`, async () => {
      const operation = await pauseAfter(kind, async () => {
        if (kind !== 'meet') return;
        await eventually(async () => (await sendCommand(servers.ports[0]!, ['SET', 'b', 'value'])) === 'OK', {
          what: 'the half-made cluster takes writes',
        });
      });
      assert.equal((await operation.finished).outcome, 'completed');
      await checkCluster(servers);
    });

  it('is refused when a node got keys meanwhile, which stay', async () => {
    const port = servers.ports[0]!;
    const operation = await pauseAfter('lowerSetting', async () => {
      await sendCommand(port, ['CONFIG', 'SET', 'cluster-require-full-coverage', 'no']);
      await sendCommand(port, ['CLUSTER', 'ADDSLOTS', 12182]);
      await eventually(async () => (await sendCommand(port, ['SET', 'foo', 'bar'])) === 'OK', {
        what: 'it takes keys',
      });
      await sendCommand(port, ['CLUSTER', 'DELSLOTS', 12182]);
    });
    await sendCommand(port, ['CONFIG', 'SET', 'cluster-require-full-coverage', 'yes']);
    const { message } = await refusalOf(operation);
    assert.match(message, new RegExp(`127.0.0.1:${port} is not what .* it holds 1 key although it was empty`));
    assert.match(message, new RegExp(`127.0.0.1:${port} holds 1 key now and was left as it is`));
    assert.equal(await sendCommand(port, ['DBSIZE']), 1);
    await assertEmpty(servers, servers.ports.slice(1));
  });

  it('is refused when a node joined another cluster meanwhile, in which it stays', async () => {
    const [port, stranger] = servers.ports.slice(5) as [number, number];
    const operation = await pauseAfter('setConfigEpochs', async () => {
      await sendCommand(stranger, ['CLUSTER', 'ADDSLOTSRANGE', 0, 16383]);
      await sendCommand(stranger, ['CLUSTER', 'MEET', '127.0.0.1', port]);
      await eventually(
        async () => {
          const lines = (await linesOf(servers, port)).join();
          return lines.includes(`:${stranger}@`) && lines.includes('0-16383');
        },
        { what: 'it joined' },
      );
    });
    const { message } = await refusalOf(operation);
    assert.match(
      message,
      new RegExp(`127.0.0.1:${port} .* knows 127.0.0.1:${stranger}, which is not part of the plan`),
    );
    assert.match(message, new RegExp(`127.0.0.1:${port} has a part in another cluster now; it was left as it is`));
    assert.equal((await linesOf(servers, port)).length, 2);
    await assertEmpty(servers, servers.ports.slice(0, 5));
  });
});
