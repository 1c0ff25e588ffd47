import assert from 'node:assert/strict';
import { connect as connectSocket, type Socket } from 'node:net';
import { once } from 'node:events';
import { inspect } from 'node:util';
import { probeCapabilities } from '../../../src/core/connection/capabilities';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import type { ServerReplyError } from '../../../src/core/connection/connectionError';
import { openNodeConnection, type NodeConnectionOptions } from '../../../src/core/connection/nodeConnection';
import type { NodeConnection } from '../../../src/core/connection/types';
import { eventually, sendCommand, startTestServers, type TestServers } from '../../support/testCluster';
import { refusalOf } from '../../support/refusalOf';

const PASSWORD = 'correct horse "battery" staple';

describe('Signing in', () => {
  let guarded: TestServers;
  let free: TestServers;
  let open: NodeConnection[] = [];

  before(async () => {
    [guarded, free] = await Promise.all([
      startTestServers({ count: 1, password: PASSWORD }),
      startTestServers({ count: 1, settings: { maxclients: '2' } }),
    ]);
  });
  afterEach(() => {
    for (const connection of open) connection.close();
    open = [];
  });
  after(() => Promise.all([guarded.close(), free.close()]));

  function connect(servers: TestServers, options: NodeConnectionOptions = {}): NodeConnection {
    const connection = openNodeConnection(servers.nodes[0]!, options);
    open.push(connection);
    return connection;
  }

  async function setUser(name: string, ...rules: string[]): Promise<void> {
    await sendCommand(guarded.ports[0]!, ['ACL', 'SETUSER', name, 'reset', 'on', ...rules], PASSWORD);
  }

  it('works with the password of the default user', async () => {
    assert.equal(await connect(guarded, { password: PASSWORD }).command(['ACL', 'WHOAMI']), 'default');
  });

  it('works with a user of the ACL, with and without a password', async () => {
    await setUser('operator', '>secret-1', '+@all', '~*');
    await setUser('guest', 'nopass', '+acl|whoami');
    assert.equal(
      await connect(guarded, { username: 'operator', password: 'secret-1' }).command(['ACL', 'WHOAMI']),
      'operator',
    );
    assert.equal(await connect(guarded, { username: 'guest' }).command(['ACL', 'WHOAMI']), 'guest');
  });

  it('names the connection in CLIENT LIST', async () => {
    assert.equal(
      await connect(guarded, { password: PASSWORD }).command(['CLIENT', 'GETNAME']),
      'redis-cluster-manager',
    );
  });

  it('is content when a server wants no password though one was given', async () => {
    assert.equal(await connect(free, { password: 'not needed' }).command(['PING']), 'PONG');
  });

  it('reports a wrong password with the first command, and never shows it', async () => {
    const error = await refusalOf(connect(guarded, { password: 'hunter2-hunter2' }));
    assert.equal(error.code, 'wrongPassword');
    assert(error.message.startsWith(`${guarded.nodes[0]} did not accept the password for the default user.`));
    assert(!inspect(error, { depth: 10, showHidden: true }).includes('hunter2'), inspect(error));
  });

  it('reports the wrong password of a user by name, an unknown user and a disabled one alike', async () => {
    await setUser('retired', '>secret-2', 'off');
    for (const username of ['operator', 'nobody', 'retired']) {
      const error = await refusalOf(connect(guarded, { username, password: 'secret-x' }));
      assert.equal(error.code, 'wrongPassword');
      assert(error.message.includes(`user "${username}"`), error.message);
    }
  });

  it('reports a missing password', async () => {
    assert.equal((await refusalOf(connect(guarded))).code, 'passwordRequired');
    assert.equal((await refusalOf(connect(guarded, { password: '' }))).code, 'passwordRequired');
    const { code, message } = await refusalOf(connect(guarded, { username: 'operator' }));
    assert.equal(code, 'passwordRequired');
    assert.match(message, /wants a password for user "operator", and none was given\./);
  });

  it('tries again on the next use: a password that became right is accepted', async () => {
    await setUser('late', '>secret-old', '+@all');
    const connection = connect(guarded, { username: 'late', password: 'secret-new' });
    assert.equal((await refusalOf(connection)).code, 'wrongPassword');
    await setUser('late', '>secret-new', '+@all');
    assert.equal(await connection.command(['PING']), 'PONG');
  });

  it('lets a user in who may not name the connection', async () => {
    await setUser('nameless', '>secret-3', '+ping');
    assert.equal(await connect(guarded, { username: 'nameless', password: 'secret-3' }).command(['PING']), 'PONG');
  });

  it('names the command a user may not run', async () => {
    await setUser('reader', '>secret-4', '+cluster|nodes');
    const connection = connect(guarded, { username: 'reader', password: 'secret-4' });
    await assert.rejects(connection.command(['CLUSTER', 'MEET', '127.0.0.1', '1']), (error: ServerReplyError) => {
      assert.equal(error.name, 'ServerReplyError');
      assert.equal(error.code, 'NOPERM');
      assert.equal(error.command, 'CLUSTER MEET');
      assert(error.message.includes('+cluster|meet'), error.message);
      return true;
    });
  });

  it('shows every missing right of a look in the topology', async () => {
    const client = new ClusterConnections({ nodes: guarded.nodes, username: 'reader', password: 'secret-4' });
    try {
      const { nodes } = await client.observe();
      assert.match(nodes[0]?.unreachableReason ?? '', /does not allow this user to run CLUSTER INFO and INFO\./);
    } finally {
      client.close();
    }
  });

  it('asks a user without COMMAND what the server can do in another way, and finds the same', async () => {
    await setUser('plain', '>secret-5', '+@all', '-command');
    await setUser('narrow', '>secret-6', '+ping');
    const all = await probeCapabilities(connect(guarded, { password: PASSWORD }));
    assert.deepEqual(await probeCapabilities(connect(guarded, { username: 'plain', password: 'secret-5' })), all);
    const narrow = await probeCapabilities(connect(guarded, { username: 'narrow', password: 'secret-6' }));
    assert.deepEqual(narrow, all);
  });

  it('finds what the server itself lists in its help', async () => {
    const help = (await sendCommand(free.ports[0]!, ['CLUSTER', 'HELP'])) as string[];
    const lists = (subcommand: string) => help.some(line => line.split(' ')[0] === subcommand);
    const found = await probeCapabilities(connect(free));
    assert.deepEqual(found, {
      clusterShards: lists('SHARDS'),
      functions: (await sendCommand(free.ports[0]!, ['FUNCTION', 'HELP'])) instanceof Array,
      slotStats: lists('SLOT-STATS'),
      clusterMigration: lists('MIGRATION'),
      clusterMigrateSlots: lists('MIGRATESLOTS'),
    });
  });

  it('reports a server that takes no more clients', async () => {
    const crowd: Socket[] = [];
    try {
      // The server may not have seen yet that the clients of earlier tests are gone.
      await eventually(
        async () => {
          const socket = connectSocket(free.ports[0]!, '127.0.0.1').on('error', () => undefined);
          socket.write('PING\r\n');
          const [reply] = (await once(socket, 'data')) as [Buffer];
          if (reply.toString().startsWith('+PONG')) crowd.push(socket);
          return crowd.length === 2;
        },
        { what: 'two clients are in' },
      );
      for (const options of [{}, { password: 'x' }])
        assert.equal((await refusalOf(connect(free, options))).code, 'maxClients');
    } finally {
      for (const socket of crowd) socket.destroy();
    }
  });
});
