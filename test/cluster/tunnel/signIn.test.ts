import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { AgentProtocol, Server, utils, type ParsedKey } from 'ssh2';
import type { ConnectionError } from '../../../src/core/connection/connectionError';
import { openTunnel } from '../../../src/core/connection/tunnel/tunnel';
import type { SshOptions } from '../../../src/core/connection/tunnel/types';
import { newKey, startJumpHost, type JumpHost } from '../../support/jumpHost';
import { eventually } from '../../support/testCluster';

/** How it got in, or the code of the failure. */
async function signInTo(ssh: SshOptions): Promise<string | undefined> {
  const tunnel = openTunnel(ssh);
  try {
    await tunnel.open();
    return tunnel.signedInBy;
  } catch (error) {
    return (error as ConnectionError).code;
  } finally {
    tunnel.close();
  }
}

describe('A jump host is signed in to', () => {
  let jumpHost: JumpHost;
  const closing: (() => void)[] = [];

  before(async () => (jumpHost = await startJumpHost()));
  after(() => jumpHost?.close());
  afterEach(() => closing.splice(0).forEach(close => close()));

  /** An agent that holds this key. */
  async function startAgent(key: string): Promise<string> {
    const parsed = utils.parseKey(key) as ParsedKey;
    const path = join(jumpHost.directory, 'agent');
    const clients = new Set<Socket>();
    const server = createServer(socket => {
      clients.add(socket);
      const agent = new AgentProtocol(false);
      agent.on('identities', request => agent.getIdentitiesReply(request, [parsed]));
      agent.on('sign', (request, _key, data) => agent.signReply(request, parsed.sign(data)));
      socket.on('error', () => undefined);
      socket.pipe(agent).pipe(socket);
    }).listen(path);
    await once(server, 'listening');
    closing.push(() => {
      server.close();
      for (const client of clients) client.destroy();
    });
    return path;
  }

  /** One that wants this password: the server of the tests runs as a user who may not ask the system for any. */
  async function startPasswordHost(
    password: string,
    method: 'password' | 'keyboard-interactive',
    forward?: (accept: () => unknown) => void,
  ): Promise<SshOptions> {
    const { private: hostKey } = newKey();
    const server = new Server({ hostKeys: [hostKey] }, client => {
      client.on('error', () => undefined);
      client.on('tcpip', accept => forward?.(accept));
      client.on('authentication', context => {
        const settle = (given: string | undefined): void =>
          given === password && context.username === 'alice' ? context.accept() : context.reject([method]);
        if (context.method !== method) context.reject([method]);
        else if (context.method === 'password') settle(context.password);
        else if (context.method === 'keyboard-interactive')
          context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => settle(answer));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    return {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      username: 'alice',
      knownHostsFiles: [join(jumpHost.directory, `for ${method}`)],
      confirmHostKey: () => Promise.resolve(true),
    };
  }

  it('by a key file, and by an agent', async () => {
    const { key, ...ssh } = jumpHost.ssh;
    assert.equal(await signInTo(jumpHost.ssh), 'key file');
    const agentSocket = await startAgent(key!);
    assert.equal(await signInTo({ ...ssh, agentSocket }), 'SSH agent');
    // A key that is not taken is followed by what else there is.
    assert.equal(await signInTo({ ...ssh, key: newKey().private, agentSocket, useAgent: true }), 'SSH agent');
    assert.equal(await signInTo({ ...ssh, key: newKey().private, agentSocket }), 'jumpHostRefusedLogin');
  });

  for (const method of ['password', 'keyboard-interactive'] as const)
    it(`by a password, asked for as ${method}`, async () => {
      const ssh = await startPasswordHost('open sesame', method);
      assert.equal(await signInTo({ ...ssh, password: 'open sesame' }), 'password');
      assert.equal(await signInTo({ ...ssh, password: 'wrong' }), 'jumpHostRefusedLogin');
      assert.equal(await signInTo({ ...ssh, key: newKey().private }), 'jumpHostRefusedLogin');
    });

  it('and asked once for a way that takes long, however often it is given up meanwhile', async () => {
    const asked: (() => unknown)[] = [];
    const ssh = await startPasswordHost('open sesame', 'password', accept => void asked.push(accept));
    const tunnel = openTunnel({ ...ssh, password: 'open sesame' });
    const address = { host: '10.0.0.1', port: 6379 };
    await tunnel.open();
    for (let attempt = 0; attempt < 3; attempt++) {
      const given = tunnel.dial(address);
      given.destroy();
      await once(given, 'close');
    }
    // Another one is no heir of theirs.
    const elsewhere = tunnel.dial({ ...address, port: 6380 });
    await eventually(() => asked.length === 2, { what: 'both ways are asked for' });
    const last = tunnel.dial(address);
    for (const accept of asked) accept();
    for (const socket of [last, elsewhere]) if (socket.connecting) await once(socket, 'connect');
    assert.equal(asked.length, 2);
    for (const socket of [last, elsewhere]) socket.destroy();
    tunnel.close();
  });

  it('once, and not again for a minute after it said no: some lock out whoever tries too often', async () => {
    let tries = 0;
    const server = createServer(socket => {
      tries++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    const tunnel = openTunnel({ ...jumpHost.ssh, key: newKey().private });
    const first = await tunnel.open().catch((error: unknown) => error);
    assert.equal((first as ConnectionError).code, 'jumpHostRefusedLogin');
    assert.equal(await tunnel.open().catch((error: unknown) => error), first);
    tunnel.close();
    const { port } = server.address() as AddressInfo;
    const other = openTunnel({ ...jumpHost.ssh, port });
    // Many nodes at once are one try.
    const told = await Promise.all([1, 2, 3].map(() => other.open().catch((error: unknown) => error)));
    assert.equal((told[0] as ConnectionError).code, 'jumpHostUnreachable');
    assert.equal(tries, 1);
    other.close();
  });
});
