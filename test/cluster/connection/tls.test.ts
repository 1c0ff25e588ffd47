import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { openNodeConnection, type NodeConnectionOptions } from '../../../src/core/connection/nodeConnection';
import type { TlsOptions } from '../../../src/core/connection/types';
import { encryptKey, type Certificate } from './certificates';
import { startTlsServer, type TlsServer } from './tlsServer';
import { refusalAt } from '../../support/refusalOf';

describe('TLS', () => {
  let server: TlsServer;
  let { ours, foreign, own: forAddress, servers, tlsAddress, serve } = {} as TlsServer;
  let forName: Certificate;
  let expired: Certificate;
  let client: Certificate;
  let foreignClient: Certificate;

  before(async () => {
    server = await startTlsServer({ names: ['IP:127.0.0.1', 'DNS:localhost'] });
    ({ ours, foreign, own: forAddress, servers, tlsAddress, serve } = server);
    // One after the other: the serial number of a CA is a file.
    forName = await ours.issue('name', ['DNS:redis.example']);
    expired = await ours.issue('expired', ['IP:127.0.0.1'], { expired: true });
    client = await ours.issue('client', ['DNS:client.example']);
    foreignClient = await foreign.issue('client', ['DNS:client.example']);
  });
  after(() => server?.close());
  afterEach(() => serve(forAddress, { 'tls-auth-clients': 'no', 'tls-protocols': '' }));

  async function ping(address: string, options: NodeConnectionOptions): Promise<unknown> {
    const connection = openNodeConnection(address, options);
    try {
      return await connection.command(['PING']);
    } finally {
      connection.close();
    }
  }

  const trusting = (more: TlsOptions = {}): NodeConnectionOptions => ({ tls: { ca: ours.certificate, ...more } });

  it('is spoken with a certificate that fits the address or the host name', async () => {
    assert.equal(await ping(tlsAddress, trusting()), 'PONG');
    assert.equal(await ping(tlsAddress.replace('127.0.0.1', 'localhost'), trusting()), 'PONG');
  });

  it('refuses a certificate of an unknown CA', async () => {
    assert.equal((await refusalAt(tlsAddress, { tls: {} })).code, 'certificateNotTrusted');
    assert.equal((await refusalAt(tlsAddress, { tls: { ca: foreign.certificate } })).code, 'certificateNotTrusted');
  });

  it('trusts each CA of a bundle', async () => {
    assert.equal(await ping(tlsAddress, { tls: { ca: `${foreign.certificate}\n${ours.certificate}` } }), 'PONG');
  });

  it('refuses a certificate for another name, and takes it under the server name that was set', async () => {
    await serve(forName);
    const error = await refusalAt(tlsAddress, trusting());
    assert.equal(error.code, 'certificateNameMismatch');
    assert.match(error.message, /is not for "127\.0\.0\.1", it is for redis\.example\./);
    assert.equal(await ping(tlsAddress, trusting({ serverName: 'redis.example' })), 'PONG');
    assert.equal(
      (await refusalAt(tlsAddress, trusting({ serverName: 'other.example' }))).code,
      'certificateNameMismatch',
    );
  });

  it('takes a server name for one node alone', async () => {
    await serve(forName);
    const serverNames = { [tlsAddress]: 'redis.example' };
    assert.equal(await ping(tlsAddress, trusting({ serverName: 'other.example', serverNames })), 'PONG');
    const mapped = { dialledAddress: tlsAddress, ...trusting({ serverNames: { '10.255.0.1:7000': 'redis.example' } }) };
    assert.equal(await ping('10.255.0.1:7000', mapped), 'PONG');
    const others = trusting({ serverNames: { '127.0.0.1:1': 'redis.example' } });
    assert.equal((await refusalAt(tlsAddress, others)).code, 'certificateNameMismatch');
  });

  it('takes an address as server name', async () => {
    const other = tlsAddress.replace('127.0.0.1', 'localhost');
    assert.equal(await ping(other, trusting({ serverName: '127.0.0.1' })), 'PONG');
    assert.equal((await refusalAt(other, trusting({ serverName: '127.0.0.2' }))).code, 'certificateNameMismatch');
  });

  it('refuses a certificate that has expired', async () => {
    await serve(expired);
    assert.equal((await refusalAt(tlsAddress, trusting())).code, 'certificateExpired');
  });

  it('takes any certificate when told not to verify', async () => {
    for (const own of [forAddress, forName, expired]) {
      await serve(own);
      assert.equal(await ping(tlsAddress, { tls: { skipVerification: true } }), 'PONG');
    }
  });

  for (const [version, protocols] of [
    ['1.3', 'TLSv1.3'],
    ['1.2', 'TLSv1.2'],
  ] as const) {
    describe(`${version}, when the server wants a client certificate`, () => {
      beforeEach(() => serve(forAddress, { 'tls-auth-clients': 'yes', 'tls-protocols': protocols }));

      it('is spoken with the certificate of a client it trusts', async () => {
        const { certificate, key } = client;
        assert.equal(await ping(tlsAddress, trusting({ certificate, key })), 'PONG');
      });

      it('reports that it is missing', async () => {
        assert.equal((await refusalAt(tlsAddress, trusting())).code, 'clientCertificateRequired');
        assert.equal((await refusalAt(tlsAddress, { ...trusting(), password: 'x' })).code, 'clientCertificateRequired');
      });

      it('reports that it is not trusted', async () => {
        const { certificate, key } = foreignClient;
        assert.equal((await refusalAt(tlsAddress, trusting({ certificate, key }))).code, 'clientCertificateRefused');
      });
    });
  }

  it('takes an encrypted key with its passphrase, and says so when the passphrase is wrong or missing', async () => {
    await serve(forAddress, { 'tls-auth-clients': 'yes' });
    const { certificate } = client;
    const key = await encryptKey(client, 'open sesame');
    assert.equal(await ping(tlsAddress, trusting({ certificate, key, passphrase: 'open sesame' })), 'PONG');
    for (const [wrong, said] of [
      [{}, /is encrypted, and its passphrase is missing/],
      [{ passphrase: 'hunter2-hunter2' }, /its passphrase is wrong/],
    ] as const) {
      const error = await refusalAt(tlsAddress, trusting({ certificate, key, ...wrong }));
      assert.equal(error.code, 'badTlsOptions');
      assert.match(error.message, said);
      assert(!`${error.stack} ${String(error.cause)}`.includes('hunter2'));
    }
  });

  it('says so when the key belongs to another certificate', async () => {
    const error = await refusalAt(tlsAddress, trusting({ certificate: client.certificate, key: forName.key }));
    assert.equal(error.code, 'badTlsOptions');
    assert.match(error.message, /does not belong to the client certificate/);
  });

  it('is reported as not spoken by a plain port', async () => {
    const error = await refusalAt(servers.nodes[0]!, trusting());
    assert.equal(error.code, 'tlsNotSupported');
    assert.match(error.message, /it is a plain server/);
  });

  it('is reported as missing when a TLS port is spoken to plainly', async () => {
    for (const clients of ['no', 'yes']) {
      await serve(forAddress, { 'tls-auth-clients': clients });
      for (const options of [{}, { password: 'x' }]) {
        const error = await refusalAt(tlsAddress, options);
        assert.equal(error.code, 'tlsRequired');
        assert.match(error.message, /expects TLS/);
      }
    }
  });

  it('carries a look, and reaches a node that announces its plain port by the TLS port it answered on', async () => {
    const connections = new ClusterConnections({ nodes: [tlsAddress], ...trusting() });
    try {
      const { nodes } = await connections.observe();
      assert.equal(nodes.length, 1);
      assert.equal(nodes[0]?.reachable, true);
      // Without tls-cluster, Redis 7.0 announces the plain port to TLS clients too (cluster.c: clusterGenNodesDescription).
      assert([tlsAddress, servers.nodes[0]].includes(nodes[0].address), nodes[0].address);
      assert.equal(connections.node(nodes[0].address).address, tlsAddress);
    } finally {
      connections.close();
    }
  });

  it('tells promptly when the server is killed', async () => {
    const connection = openNodeConnection(tlsAddress, trusting());
    try {
      await connection.command(['PING']);
      const closed = new Promise<void>(resolve => connection.onClosed(resolve));
      await servers.servers.kill(servers.ports[0]!);
      await closed;
    } finally {
      connection.close();
      await servers.servers.start(servers.ports[0]!);
    }
  });
});
