import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import type { ConnectionError } from '../../../src/core/connection/connectionError';
import type { TlsOptions } from '../../../src/core/connection/types';
import { startJumpHost, type JumpHost } from '../../support/jumpHost';
import { startTlsServer, type TlsServer } from '../connection/tlsServer';

describe('TLS through a jump host', () => {
  let server: TlsServer;
  let jumpHost: JumpHost;
  let plainAddress: string;

  before(async () => {
    jumpHost = await startJumpHost();
    server = await startTlsServer({ names: ['IP:127.0.0.1'] });
    plainAddress = server.servers.nodes[0]!;
  });
  after(async () => {
    await server?.close();
    await jumpHost?.close();
  });

  async function through<T>(
    address: string,
    tls: TlsOptions | undefined,
    work: (connections: ClusterConnections) => Promise<T>,
  ): Promise<T> {
    const connections = new ClusterConnections({
      nodes: [address],
      ssh: jumpHost.ssh,
      ...(tls && { tls }),
      connectTimeoutMilliseconds: 1000,
    });
    try {
      return await work(connections);
    } finally {
      connections.close();
    }
  }

  const ping = (address: string, tls?: TlsOptions): Promise<unknown> =>
    through(address, tls, connections => connections.node(address).command(['PING'])).catch(
      ({ code, message }: ConnectionError) => `${code}: ${message}`,
    );

  it('is spoken with the node, and its certificate verified', async () => {
    assert.equal(await ping(server.tlsAddress, { ca: server.ours.certificate }), 'PONG');
    assert.match(String(await ping(server.tlsAddress, { ca: server.foreign.certificate })), /^certificateNotTrusted: /);
  });

  it('is told from plain text both ways, though the jump host is in between', async () => {
    assert.match(
      String(await ping(plainAddress, { ca: server.ours.certificate })),
      new RegExp(`^tlsNotSupported: ${plainAddress} \\(through the jump host ${jumpHost.name}\\) does not speak TLS`),
    );
    assert.match(String(await ping(server.tlsAddress)), /^tlsRequired: /);
  });

  it('brings the whole data of a node, which no exchange of commands does', async () => {
    for (const [address, tls] of [
      [plainAddress, undefined],
      [server.tlsAddress, { ca: server.ours.certificate }],
    ] as const)
      await through(address, tls, async connections => {
        const { signal } = new AbortController();
        const parts: Buffer[] = [];
        const write = (part: Buffer): Promise<void> => Promise.resolve(void parts.push(Buffer.from(part)));
        const bytes = await connections.receiveRdb(address, write, { signal, version: '7.0.0' });
        const rdb = Buffer.concat(parts);
        assert.equal(bytes, rdb.length);
        assert.match(rdb.toString('latin1', 0, 9), /^(REDIS|VALKEY)\d+/);
      });
  });
});
