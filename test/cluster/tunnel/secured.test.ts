import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import type { ConnectionError } from '../../../src/core/connection/connectionError';
import type { TlsOptions } from '../../../src/core/connection/types';
import { findTestPorts } from '../../support/freePorts';
import { startJumpHost, type JumpHost } from '../../support/jumpHost';
import { startTestServers, type TestServers } from '../../support/testCluster';
import { CertificateAuthority } from '../connection/certificates';

describe('TLS through a jump host', () => {
  let servers: TestServers;
  let jumpHost: JumpHost;
  let ours: CertificateAuthority;
  let foreign: CertificateAuthority;
  let plainAddress: string;
  let tlsAddress: string;

  before(async () => {
    jumpHost = await startJumpHost();
    ours = await CertificateAuthority.create(jumpHost.directory, 'ours');
    foreign = await CertificateAuthority.create(jumpHost.directory, 'foreign');
    const own = await ours.issue('own', ['IP:127.0.0.1']);
    const [tlsPort] = await findTestPorts(1);
    servers = await startTestServers({
      count: 1,
      settings: {
        'tls-port': String(tlsPort),
        'tls-cert-file': own.certificateFile,
        'tls-key-file': own.keyFile,
        'tls-ca-cert-file': ours.certificateFile,
        'tls-auth-clients': 'no',
      },
    });
    plainAddress = servers.nodes[0]!;
    tlsAddress = `127.0.0.1:${tlsPort}`;
  });
  after(async () => {
    await servers?.close();
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
    assert.equal(await ping(tlsAddress, { ca: ours.certificate }), 'PONG');
    assert.match(String(await ping(tlsAddress, { ca: foreign.certificate })), /^certificateNotTrusted: /);
  });

  it('is told from plain text both ways, though the jump host is in between', async () => {
    assert.match(
      String(await ping(plainAddress, { ca: ours.certificate })),
      new RegExp(`^tlsNotSupported: ${plainAddress} \\(through the jump host ${jumpHost.name}\\) does not speak TLS`),
    );
    assert.match(String(await ping(tlsAddress)), /^tlsRequired: /);
  });

  it('brings the whole data of a node, which no exchange of commands does', async () => {
    for (const [address, tls] of [
      [plainAddress, undefined],
      [tlsAddress, { ca: ours.certificate }],
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
