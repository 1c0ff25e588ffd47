import assert from 'node:assert/strict';
import { testConnection } from '../../../src/core/connection/diagnosis/testConnection';
import type { NodeTest } from '../../../src/core/connection/diagnosis/types';
import type { ConnectOptions, TlsOptions } from '../../../src/core/connection/types';
import { startTlsServer, type TlsServer } from '../connection/tlsServer';

const password = 'x"9q7';

describe('testing a connection, step by step', () => {
  let server: TlsServer;
  let { ours, foreign, own: fitting, servers, tlsAddress, serve } = {} as TlsServer;

  before(async () => {
    server = await startTlsServer({ names: ['IP:127.0.0.1', 'DNS:redis.example'], password });
    ({ ours, foreign, own: fitting, servers, tlsAddress, serve } = server);
  });
  after(() => server?.close());
  afterEach(() => serve(fitting, { 'tls-auth-clients': 'no' }));

  async function tested(options: Partial<ConnectOptions>): Promise<NodeTest> {
    const all = { nodes: [tlsAddress], password, ...options };
    const result = await testConnection(all);
    assert.doesNotMatch(JSON.stringify(result), /9q7/);
    return result.nodes[0]!;
  }

  const overTls = (more: TlsOptions = {}): Promise<NodeTest> => tested({ tls: { ca: ours.certificate, ...more } });
  const told = ({ steps }: NodeTest): string[] => steps.map(({ name, outcome }) => `${name} ${outcome}`);
  const reachedOverTcp = ['resolve passed', 'tcp passed'];

  it('passes each one, and tells the certificate, the server and the user', async () => {
    const node = await overTls();
    assert.deepEqual(told(node).slice(0, 5), [...reachedOverTcp, 'tls warning', 'signIn passed', 'server passed']);
    // The certificates of these tests live for two days.
    assert.match(node.steps[2]!.text, /fits "127\.0\.0\.1" and is trusted\. It expires in 1 day\./);
    const { subject, issuer, names, problems } = node.certificate!;
    assert.deepEqual([subject, issuer, names, problems], ['CN=fitting', 'CN=ours', ['127.0.0.1', 'redis.example'], []]);
    assert.equal(node.permissions?.user, 'default');
    assert.match(node.server!.version, /^\d+\.\d+/);
  });

  it('tells every reason against a certificate apart: expired, another name, another authority', async () => {
    await serve(await foreign.issue('worst', ['DNS:other.example'], { expired: true }));
    const node = await overTls();
    assert.deepEqual(told(node), [...reachedOverTcp, 'tls failed']);
    assert.deepEqual(
      node.certificate!.problems.map(({ code }) => code),
      ['certificateExpired', 'certificateNameMismatch', 'certificateNotTrusted'],
    );
    const { text, remedy } = node.steps[2]!;
    assert.match(
      text,
      /expired on \d{4}-\d\d-\d\d\. .*not for "127\.0\.0\.1", it is for other\.example\. .*signed by "CN=foreign"/,
    );
    assert.match(remedy!, /Renew it.*TLS server name.*as CA in the TLS settings/);
    const unverified = await tested({ tls: { skipVerification: true } });
    assert.deepEqual(told(unverified).slice(2, 4), ['tls warning', 'signIn passed']);
    assert.match(unverified.steps[2]!.text, /^Not verified, as it was set: /);
  });

  for (const [what, own, options, problem] of [
    ['an expired one', () => ours.issue('old', ['IP:127.0.0.1'], { expired: true }), {}, 'certificateExpired'],
    ['one for another name', () => ours.issue('name', ['DNS:redis.example']), {}, 'certificateNameMismatch'],
    ['one of another authority', () => foreign.issue('own', ['IP:127.0.0.1']), {}, 'certificateNotTrusted'],
  ] as const)
    it(`refuses ${what} for that alone`, async () => {
      await serve(await own());
      const node = await overTls(options);
      assert.deepEqual(
        node.certificate!.problems.map(({ code }) => code),
        [problem],
      );
      assert.equal(node.steps.at(-1)!.code, problem);
    });

  it('lays a missing client certificate at TLS, a wrong password at signing in', async () => {
    await serve(fitting, { 'tls-auth-clients': 'yes' });
    const withoutClient = await overTls();
    assert.deepEqual(told(withoutClient), [...reachedOverTcp, 'tls failed']);
    assert.equal(withoutClient.steps.at(-1)!.code, 'clientCertificateRequired');
    await serve(fitting, { 'tls-auth-clients': 'no' });

    const wrong = await tested({ tls: { ca: ours.certificate }, password: 'wrong' });
    assert.deepEqual(told(wrong), [...reachedOverTcp, 'tls warning', 'signIn failed']);
    assert.equal(wrong.steps.at(-1)!.code, 'wrongPassword');
  });

  it('tells a plain port from a TLS one, both ways, and a port nobody listens on', async () => {
    // A plain server waits for more of what it takes for a command.
    const brief = { connectTimeoutMilliseconds: 1000 };
    const plain = await tested({ nodes: [...servers.nodes], tls: { ca: ours.certificate }, ...brief });
    assert.deepEqual([told(plain).at(-1), plain.steps.at(-1)!.code], ['tls failed', 'tlsNotSupported']);
    const bare = await tested({});
    assert.deepEqual([told(bare).at(-1), bare.steps.at(-1)!.code], ['signIn failed', 'tlsRequired']);
    const nobody = await tested({ nodes: ['127.0.0.1:1'] });
    assert.deepEqual([told(nobody).at(-1), nobody.steps.at(-1)!.code], ['tcp failed', 'connectionRefused']);
    const unknown = await tested({ nodes: ['no-such-host.invalid:7000'] });
    assert.deepEqual([told(unknown).at(-1), unknown.steps.at(-1)!.code], ['resolve failed', 'unknownHost']);
  });

  it('stops when it is told to', async () => {
    const stop = new Error('enough');
    await assert.rejects(testConnection({ nodes: [tlsAddress] }, { signal: AbortSignal.abort(stop) }), stop);
  });
});
