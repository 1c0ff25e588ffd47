import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { ClusterClient } from '../../../src/core/operation/clusterClient';
import { OperationError, StalePlanError } from '../../../src/core/operation/operationError';
import type { Plan } from '../../../src/core/plan/types';
import { eventually, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { assertEmpty, assertNodeTimeout, clientOf, linesOf, planOn, settingsOf, takeApart } from './nodes';

describe('before anything is changed, creating', () => {
  let servers: TestServers;
  let client: ClusterClient;
  let plan: Plan;
  let port: number;

  before(async () => {
    servers = await startTestServers({ count: 6 });
    port = servers.ports[2]!;
  });
  after(() => servers.close());
  beforeEach(async () => {
    client = clientOf(servers);
    plan = await planOn(client);
  });
  afterEach(async () => {
    await client.close();
    await takeApart(servers);
  });

  async function assertRefused(code: string, message: RegExp): Promise<void> {
    const before = await Promise.all(servers.ports.map(port => linesOf(servers, port)));
    const operation = client.run(plan);
    await assert.rejects(operation.finished, (error: unknown) => {
      assert(error instanceof OperationError || error instanceof StalePlanError);
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      assert.match(error.message, /Nothing was changed\./);
      return true;
    });
    assert.equal(operation.state, 'failed');
    const idsOf = (views: string[][]): string[] =>
      views.flatMap(lines => lines.map(line => line.split(' ')[0]!)).sort();
    const after = await Promise.all(servers.ports.map(port => linesOf(servers, port)));
    assert.deepEqual(idsOf(after), idsOf(before));
    await assertNodeTimeout(servers, 2000);
  }

  it('refuses a node that does not answer any more', async () => {
    await servers.servers.kill(port);
    try {
      await assert.rejects(client.run(plan).finished, (error: Error) => {
        assert.match(error.message, new RegExp(`127.0.0.1:${port}`));
        assert.match(error.message, /Nothing was changed\./);
        return true;
      });
    } finally {
      await servers.servers.start(port);
    }
    await assertEmpty(servers);
  });

  it('refuses a node that was given slots since', async () => {
    await sendCommand(port, ['CLUSTER', 'ADDSLOTS', 5]);
    await assertRefused('stalePlan', new RegExp(`127.0.0.1:${port} has the slots 5 instead of none`));
  });

  it('refuses nodes that met since', async () => {
    await sendCommand(port, ['CLUSTER', 'MEET', '127.0.0.1', servers.ports[3]!]);
    // On both sides: until then the ids in their views are random ones that change.
    const hasMet = async (one: number): Promise<boolean> => {
      const lines = await linesOf(servers, one);
      return lines.length === 2 && !lines.join().includes('handshake');
    };
    await eventually(async () => (await hasMet(port)) && (await hasMet(servers.ports[3]!)), { what: 'they have met' });
    await assertRefused('stalePlan', /is no longer an empty node on its own/);
  });

  it('refuses a node that was reset since, which is another node now', async () => {
    await sendCommand(port, ['CLUSTER', 'RESET', 'HARD']);
    await assertRefused('stalePlan', new RegExp(`Another node answers at 127.0.0.1:${port} now`));
  });

  it('refuses a node that holds keys now', async () => {
    await sendCommand(port, ['CONFIG', 'SET', 'cluster-require-full-coverage', 'no']);
    await sendCommand(port, ['CLUSTER', 'ADDSLOTSRANGE', 0, 16383]);
    await eventually(async () => String(await sendCommand(port, ['CLUSTER', 'INFO'])).includes('cluster_state:ok'), {
      what: 'it takes writes',
    });
    await sendCommand(port, ['SET', 'key', 'value']);
    await sendCommand(port, ['CLUSTER', 'DELSLOTSRANGE', 0, 16383]);
    await sendCommand(port, ['CONFIG', 'SET', 'cluster-require-full-coverage', 'yes']);
    await assertRefused('stalePlan', new RegExp(`127.0.0.1:${port} holds 1 key now`));
    assert.equal(await sendCommand(port, ['DBSIZE']), 1);
  });

  it('refuses function libraries that share a name and differ, naming both nodes', async () => {
    const load = (port: number, result: string) =>
      sendCommand(port, [
        'FUNCTION',
        'LOAD',
        `#!lua name=mine\nredis.register_function('f', function() return '${result}' end)`,
      ]);
    await load(port, 'one');
    await load(servers.ports[3]!, 'two');
    await assertRefused(
      'functionsConflict',
      new RegExp(`${port} and 127.0.0.1:${servers.ports[3]} have different code in the function library "mine"`),
    );
  });

  it('refuses a masterauth where no password is needed: replicas would be turned away', async () => {
    await sendCommand(port, ['CONFIG', 'SET', 'masterauth', 'left over']);
    try {
      await assertRefused('replicationLogin', new RegExp(`127.0.0.1:${port} has a masterauth, but`));
    } finally {
      await sendCommand(port, ['CONFIG', 'SET', 'masterauth', '']);
    }
  });

  it('accepts a masterauth that nobody would use, when there are no replicas', async () => {
    await sendCommand(port, ['CONFIG', 'SET', 'masterauth', 'left over']);
    try {
      plan = await planOn(client, { replicasPerMaster: 0 });
      assert.equal((await client.run(plan).finished).outcome, 'completed');
    } finally {
      await sendCommand(port, ['CONFIG', 'SET', 'masterauth', '']);
    }
  });

  it('refuses a bus port at which nothing listens, naming it', async () => {
    const closed = await openPort(() => undefined);
    const { port: busPort } = closed.address() as { port: number };
    closed.close();
    await sendCommand(port, ['CONFIG', 'SET', 'cluster-announce-bus-port', busPort]);
    try {
      plan = await planOn(client);
      await assertRefused('busPortClosed', new RegExp(`bus port 127.0.0.1:${busPort} of 127.0.0.1:${port}`));
    } finally {
      await sendCommand(port, ['CONFIG', 'SET', 'cluster-announce-bus-port', 0]);
    }
  });

  it('goes on without CONFIG where the user may not use it, slower, and says so', async () => {
    const rights = ['on', '>secret', '~*', '&*', '+@all', '-config'];
    for (const each of servers.ports) await sendCommand(each, ['ACL', 'SETUSER', 'limited', ...rights]);
    const limited = clientOf(servers, 6, { username: 'limited', password: 'secret' });
    try {
      const result = await limited.run(await planOn(limited)).finished;
      assert.equal(result.outcome, 'completed');
      assert.match(result.notes.join('\n'), /cluster-node-timeout could not be lowered on .*takes longer/);
    } finally {
      await limited.close();
      for (const each of servers.ports) await sendCommand(each, ['ACL', 'DELUSER', 'limited']);
    }
  });

  it('refuses, with a password, a node whose masterauth is missing', async () => {
    const guarded = await startTestServers({ count: 6, password: 'secret' });
    const guardedClient = clientOf(guarded);
    try {
      const [first] = guarded.ports;
      await sendCommand(first!, ['CONFIG', 'SET', 'masterauth', ''], 'secret');
      const refused = guardedClient.run(await planOn(guardedClient)).finished;
      await assert.rejects(
        refused,
        new RegExp(`127.0.0.1:${first} has no masterauth, but .* wants a password.*masterauth`),
      );
      await assertEmpty(guarded);
      await sendCommand(first!, ['CONFIG', 'SET', 'masterauth', 'secret'], 'secret');
      assert.equal((await guardedClient.run(await planOn(guardedClient)).finished).outcome, 'completed');
    } finally {
      await guardedClient.close();
      await guarded.close();
    }
  });

  it('names the pairs that could not meet when a bus port is open but leads nowhere, and takes all back', async () => {
    const nowhere = await openPort(socket => socket.resume());
    const { port: busPort } = nowhere.address() as { port: number };
    await sendCommand(port, ['CONFIG', 'SET', 'cluster-announce-bus-port', busPort]);
    try {
      plan = await planOn(client);
      await assert.rejects(client.run(plan).finished, (error: unknown) => {
        assert(error instanceof OperationError);
        assert.equal(error.code, 'nodesDidNotMeet');
        assert.equal(error.node, `127.0.0.1:${port}`);
        assert.match(error.message, new RegExp(`has no link to 127.0.0.1:${port} \\(bus port ${busPort}\\)`));
        assert.match(error.message, /lowered settings were put back on 6 nodes.*reset and are empty again/);
        return true;
      });
    } finally {
      await sendCommand(port, ['CONFIG', 'SET', 'cluster-announce-bus-port', 0]);
      nowhere.close();
    }
    await assertNodeTimeout(servers, 2000);
    assert.deepEqual(new Set(await settingsOf(servers, 'repl-diskless-sync-delay')), new Set(['0']));
    plan = await planOn(client);
    assert.equal((await client.run(plan).finished).outcome, 'completed');
  });
});

async function openPort(accept: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(accept);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
