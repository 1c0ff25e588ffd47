import assert from 'node:assert/strict';
import type { ConnectionError } from '../../../src/core/connection/connectionError';
import { ServerReplyError } from '../../../src/core/connection/connectionError';
import { openNodeConnection, type NodeConnectionOptions } from '../../../src/core/connection/nodeConnection';
import type { NodeConnection } from '../../../src/core/connection/types';
import { eventually, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { refusalOf } from '../../support/refusalOf';

describe('The connection to one server', () => {
  let servers: TestServers;
  let port: number;
  let address: string;
  let open: NodeConnection[] = [];

  before(async () => {
    servers = await startTestServers({ count: 1, settings: { 'tcp-backlog': '1' } });
    [port, address] = [servers.ports[0]!, servers.nodes[0]!];
    await sendCommand(port, ['CLUSTER', 'ADDSLOTSRANGE', 0, 16383]);
    await eventually(async () => String(await sendCommand(port, ['CLUSTER', 'INFO'])).includes('cluster_state:ok'), {
      what: 'the lone server calls its cluster ok',
    });
  });
  afterEach(async () => {
    for (const connection of open) connection.close();
    open = [];
    const state = servers.servers.servers[0]!.state;
    if (state === 'paused') await servers.servers.resume(port);
    if (state === 'stopped') await servers.servers.start(port);
  });
  after(() => servers.close());

  function connect(options?: NodeConnectionOptions): ReturnType<typeof openNodeConnection> {
    const connection = openNodeConnection(address, options);
    open.push(connection);
    return connection;
  }

  async function clientsOfOurs(): Promise<number> {
    const list = String(await sendCommand(port, ['CLIENT', 'LIST']));
    return list.split('name=redis-cluster-manager ').length - 1;
  }

  it('is opened by the first use, and only once by uses at the same time', async () => {
    const connection = connect();
    assert.equal(await clientsOfOurs(), 0);
    const replies = await Promise.all(Array.from({ length: 50 }, () => connection.command(['PING'])));
    assert.deepEqual(new Set(replies), new Set(['PONG']));
    assert.equal(await clientsOfOurs(), 1);
    assert.equal(connection.openings, 1);
  });

  it('gives replies as RESP2 has them', async () => {
    const connection = connect();
    assert.equal(await connection.command(['set', 'text', 'käse']), 'OK');
    assert.equal(await connection.command(['get', 'text']), 'käse');
    assert.equal(await connection.command(['GET', 'nothing']), null);
    assert.equal(await connection.command(['INCRBY', 'number', 41]), 41);
    assert.equal(await connection.command(['hset', 'hash', 'a', '1']), 1);
    assert.deepEqual(await connection.command(['hgetall', 'hash']), ['a', '1']);
    assert.deepEqual(await connection.command(['config', 'get', 'port']), ['port', String(port)]);
  });

  it('takes and gives bytes as they are', async () => {
    const connection = connect();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    await connection.command(['SET', 'bytes', bytes]);
    assert.deepEqual(await connection.commandBuffer(['GET', 'bytes']), bytes);
    const [pushed, list, nothing, set, refused] = await connection.pipelineBuffers([
      ['RPUSH', 'list of bytes', bytes],
      ['LRANGE', 'list of bytes', 0, -1],
      ['GET', 'nothing'],
      ['SET', bytes, 'named'],
      ['LPUSH', bytes, 'x'],
    ]);
    assert.deepEqual([pushed, list, nothing, set], [1, [bytes], null, Buffer.from('OK')]);
    assert(refused instanceof ServerReplyError && refused.code === 'WRONGTYPE');
    await assert.rejects(connection.commandBuffer(['GET', 'nothing']), { code: 'unexpectedReply' });
  });

  it('gives the bytes of a list as they were sent, and what was asked beside as ever', async () => {
    const connection = connect();
    await connection.command(['RPUSH', 'list', 'a', 'b']);
    const [before, list, none, after] = await Promise.all([
      connection.command(['LRANGE', 'list', 0, 0]),
      connection.commandUndecoded(['LRANGE', 'list', 0, -1]),
      connection.commandUndecoded(['LRANGE', 'nothing', 0, -1]),
      connection.pipeline([['LRANGE', 'list', 1, 1]]),
    ]);
    assert.deepEqual([before, after], [['a'], [['b']]]);
    assert.equal(String(list), '*2\r\n$1\r\na\r\n$1\r\nb\r\n');
    assert.equal(String(none), '*0\r\n');
    assert.equal(String(await connection.commandUndecoded(['ECHO', 'text'])), 'text');
    await assert.rejects(connection.commandUndecoded(['CLUSTER', 'NOPE']), ServerReplyError);
    await assert.rejects(connection.commandUndecoded(['GET', 'nothing']), { code: 'unexpectedReply' });
  });

  it('answers a pipeline in order, with an error where the server refused', async () => {
    const connection = connect();
    const replies = await connection.pipeline([['ECHO', 'a'], ['GET'], ['CLUSTER', 'NOPE'], ['ECHO', 'b']]);
    assert.equal(replies[0], 'a');
    assert(replies[1] instanceof ServerReplyError);
    assert.equal(replies[1].command, 'GET');
    assert(replies[2] instanceof ServerReplyError);
    assert.equal(replies[2].command, 'CLUSTER NOPE');
    assert.equal(replies[2].node, address);
    assert.equal(replies[3], 'b');
    assert.deepEqual(await connection.pipeline([]), []);
  });

  it('rejects a refused command with the reply and goes on', async () => {
    const connection = connect();
    await assert.rejects(connection.command(['CLUSTER', 'FORGET', 'x']), (error: ServerReplyError) => {
      assert.equal(error.name, 'ServerReplyError');
      assert.equal(error.code, 'ERR');
      assert(error.message.startsWith(`${address} refused CLUSTER FORGET: ERR Unknown node x.`), error.message);
      return true;
    });
    assert.equal(await connection.command(['PING']), 'PONG');
    assert.equal(connection.openings, 1);
  });

  it('tells promptly when the server is killed, once, and opens again when it is back', async () => {
    const connection = connect();
    await connection.command(['PING']);
    let closings = 0;
    const closed = new Promise<void>(resolve => {
      connection.onClosed(() => {
        closings++;
        resolve();
      });
    });
    await servers.servers.kill(port);
    await closed;
    await assert.rejects(connection.command(['PING']), { name: 'ConnectionError', code: 'connectionRefused' });
    await servers.servers.start(port);
    assert.equal(await connection.command(['PING']), 'PONG');
    assert.equal(connection.openings, 2);
    assert.equal(closings, 1);
  });

  it('fails what is in flight when the server is killed, and does not claim to know whether it took effect', async () => {
    const connection = connect({ commandTimeoutMilliseconds: 60_000 });
    await connection.command(['PING']);
    await servers.servers.pause(port);
    const reading = assert.rejects(connection.command(['CLUSTER', 'NODES']), (error: ConnectionError) => {
      assert.equal(error.code, 'connectionClosed');
      assert.doesNotMatch(error.message, /took effect/);
      return true;
    });
    const changing = assert.rejects(connection.pipeline([['PING'], ['SET', 'a', '1']]), (error: ConnectionError) => {
      assert.equal(error.code, 'connectionClosed');
      assert.match(error.message, /It is not known whether SET took effect\./);
      return true;
    });
    await servers.servers.kill(port);
    await Promise.all([reading, changing]);
  });

  it('gives a stopped server up after the time allowed, and dials anew on the next use', async () => {
    const connection = connect({ commandTimeoutMilliseconds: 1000, connectTimeoutMilliseconds: 1000 });
    let closings = 0;
    connection.onClosed(() => closings++);
    await connection.command(['PING']);
    await servers.servers.pause(port);
    await assert.rejects(connection.command(['CLUSTER', 'NODES']), (error: ConnectionError) => {
      assert.equal(error.code, 'timedOut');
      assert(error.message.startsWith(`${address} did not answer CLUSTER NODES within 1000 ms.`), error.message);
      return true;
    });
    // The kernel still accepts the connection; it is signing in that gets no answer.
    await assert.rejects(connection.command(['PING']), { code: 'timedOut', message: /said nothing within 1000 ms/ });
    await servers.servers.resume(port);
    assert.equal(await connection.command(['PING']), 'PONG');
    assert.equal(closings, 0, 'a connection given up here did not close by itself');
  });

  it('gives up on a host that answers nothing at all', async () => {
    await servers.servers.pause(port);
    // A stopped server with its queue of connections full: the kernel then drops whatever comes.
    const crowd = Array.from({ length: 4 }, () => connect({ connectTimeoutMilliseconds: 60_000 }));
    for (const member of crowd) member.open().catch(() => undefined);
    await eventually(
      async () => {
        const late = connect({ connectTimeoutMilliseconds: 200 });
        const error = await refusalOf(late);
        return error.code === 'connectTimedOut' && /nothing answered there/.test(error.message);
      },
      { what: 'the connection is not accepted any more' },
    );
  });

  it('does not close on a short command that waits behind a long one', async () => {
    const connection = connect();
    await connection.command(['PING']);
    await servers.servers.pause(port);
    const slow = connection.command(['PING'], { timeoutMilliseconds: 60_000 });
    await assert.rejects(connection.command(['PING'], { timeoutMilliseconds: 50 }), (error: ConnectionError) => {
      assert.equal(error.code, 'timedOut');
      assert.match(error.message, /still busy with an earlier command of ours/);
      return true;
    });
    await servers.servers.resume(port);
    assert.equal(await slow, 'PONG');
    assert.equal(await connection.command(['ECHO', 'in step']), 'in step');
    assert.equal(connection.openings, 1);
  });

  it("rejects with the signal's reason when its caller gives up, and stays in step", async () => {
    const connection = connect();
    const reason = new Error('enough');
    await assert.rejects(connection.command(['PING'], { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(connection.openings, 0);
    await connection.command(['PING']);
    await servers.servers.pause(port);
    const controller = new AbortController();
    const given = connection.command(['ECHO', 'late'], { signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(given, reason);
    await servers.servers.resume(port);
    assert.equal(await connection.command(['ECHO', 'next']), 'next');
    assert.equal(connection.openings, 1);
  });

  it('goes on opening for the others when one caller gives up', async () => {
    const connection = connect();
    const controller = new AbortController();
    const [first, second] = [connection.command(['PING'], { signal: controller.signal }), connection.command(['PING'])];
    controller.abort(new Error('enough'));
    await assert.rejects(first, /enough/);
    assert.equal(await second, 'PONG');
  });

  it('closes for good, whatever it is doing', async () => {
    const idle = connect();
    const [busy, opening] = [connect(), connect()];
    await Promise.all([idle.command(['PING']), busy.command(['PING'])]);
    idle.onClosed(() => assert.fail('it was asked to close'));
    await servers.servers.pause(port);
    const inFlight = assert.rejects(busy.command(['PING']), { name: 'ConnectionError' });
    const signingIn = assert.rejects(opening.command(['PING']), { code: 'closed' });
    for (const connection of [idle, busy, opening]) {
      connection.close();
      connection.close();
    }
    await Promise.all([inFlight, signingIn]);
    for (const connection of [idle, busy, opening])
      await assert.rejects(connection.command(['PING']), { name: 'ConnectionError', code: 'closed' });
    await servers.servers.resume(port);
    await eventually(async () => (await clientsOfOurs()) === 0, { what: 'the server has no client of ours left' });
  });

  it('hangs up only when nothing is in flight, and opens again on the next use', async () => {
    const connection = connect();
    const busy = connection.command(['PING']);
    connection.hangUp();
    assert.equal(await busy, 'PONG');
    assert.equal(connection.openings, 1);
    connection.hangUp();
    assert.equal(await connection.command(['PING']), 'PONG');
    assert.equal(connection.openings, 2);
  });

  it('dials another address than the one the cluster announces, and names both when that fails', async () => {
    const mapped = openNodeConnection('10.1.2.3:6379', { dialledAddress: address });
    open.push(mapped);
    assert.equal(mapped.address, '10.1.2.3:6379');
    assert.equal(await mapped.command(['PING']), 'PONG');
    await servers.servers.kill(port);
    await assert.rejects(mapped.command(['PING']), {
      message: new RegExp(`10\\.1\\.2\\.3:6379 \\(dialled as ${address}\\)`),
    });
  });
});
