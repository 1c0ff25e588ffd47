import assert from 'node:assert/strict';
import { describeLinkFailure, timedOut, type LinkFailure } from '../../../src/core/connection/linkFailure';

const failure: LinkFailure = {
  node: '10.0.0.1:7000',
  dialled: '10.0.0.1:7000',
  phase: 'connecting',
  error: undefined,
  timeoutMilliseconds: 2000,
  tls: false,
  certificateName: '10.0.0.1',
};

function coded(code: string, message = 'something technical'): Error {
  return Object.assign(new Error(message), { code });
}

const hostAndPort = '10.0.0.1:7000';
const rows: [what: string, facts: Partial<LinkFailure>, code: string, text: RegExp][] = [
  ['a refused connection', { error: coded('ECONNREFUSED') }, 'connectionRefused', /nothing listens on that port/],
  [
    'a missing socket',
    { dialled: '/run/a.sock', error: coded('ENOENT') },
    'connectionRefused',
    /there is no such file/,
  ],
  ['a folder that is a file', { dialled: '/run/a/b', error: coded('ENOTDIR') }, 'connectionRefused', /no such file/],
  [
    'a socket left behind',
    { dialled: '/run/a.sock', error: coded('ECONNREFUSED') },
    'connectionRefused',
    /^10\.0\.0\.1:7000 \(by the socket \/run\/a\.sock\) refused the connection: no server listens on that file\./,
  ],
  [
    'a file that is no socket',
    { dialled: '/etc/a', error: coded('ENOTSOCK') },
    'connectionRefused',
    /no server listens/,
  ],
  ['a forbidden socket', { dialled: '/run/a.sock', error: coded('EACCES') }, 'socketForbidden', /your user may not/],
  ['a full socket', { dialled: '/run/a.sock', error: coded('EAGAIN') }, 'connectionFailed', /too many are waiting/],
  [
    'a socket of somebody else',
    { dialled: '/run/a.sock', firstBytes: Buffer.from('HTTP/1.1 400 Bad Request') },
    'notRedis',
    /an HTTP server .*Check the path\.$/,
  ],
  ['an unknown name', { error: coded('ENOTFOUND') }, 'unknownHost', /"10\.0\.0\.1" is not known/],
  ['a silent name service', { error: coded('EAI_AGAIN') }, 'unknownHost', /the name service gave no answer/],
  ['no route', { error: coded('EHOSTUNREACH') }, 'hostUnreachable', /EHOSTUNREACH/],
  ['a dead network', { error: coded('ENETUNREACH') }, 'hostUnreachable', /ENETUNREACH/],
  ["the system's own timeout", { error: coded('ETIMEDOUT') }, 'connectTimedOut', /did not answer/],
  ['too many files', { error: coded('EMFILE') }, 'tooManyOpenFiles', /EMFILE/],
  ['no answer to TCP', { error: timedOut }, 'connectTimedOut', /could not be reached within 2000 ms/],
  ['no answer to TLS', { error: timedOut, phase: 'tls', tls: true }, 'timedOut', /did not finish the TLS handshake/],
  ['no answer to AUTH', { error: timedOut, phase: 'greeting' }, 'timedOut', /said nothing within 2000 ms/],
  ['an early close', { error: new Error('Connection is closed.'), phase: 'greeting' }, 'connectionClosed', /at once/],
  ['a reset in use', { error: coded('ECONNRESET'), phase: 'open' }, 'connectionClosed', /closed the connection\./],
  ['a broken pipe', { error: coded('EPIPE'), phase: 'open' }, 'connectionClosed', /closed the connection\./],
  ['anything else', { error: coded('EWEIRD', 'odd things.') }, 'connectionFailed', /failed: odd things\.$/],
  [
    'a wrong name',
    { error: coded('ERR_TLS_CERT_ALTNAME_INVALID') },
    'certificateNameMismatch',
    /not for "10\.0\.0\.1"/,
  ],
  ['an expired certificate', { error: coded('CERT_HAS_EXPIRED') }, 'certificateExpired', /has expired/],
  ['a future certificate', { error: coded('CERT_NOT_YET_VALID') }, 'certificateNotYetValid', /clocks/],
  ['an unknown CA', { error: coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE') }, 'certificateNotTrusted', /not trusted/],
  ['a self-signed one', { error: coded('DEPTH_ZERO_SELF_SIGNED_CERT') }, 'certificateNotTrusted', /not trusted/],
  [
    'a missing client certificate in TLS 1.3',
    { error: coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED') },
    'clientCertificateRequired',
    /wants a client certificate/,
  ],
  [
    'a missing client certificate in TLS 1.2',
    { error: coded('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE') },
    'clientCertificateRequired',
    /wants a client certificate/,
  ],
  [
    'a foreign client certificate',
    { error: coded('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA') },
    'clientCertificateRefused',
    /unknown ca/,
  ],
  ['a plain answer to TLS', { error: coded('ERR_SSL_WRONG_VERSION_NUMBER') }, 'tlsNotSupported', /does not speak TLS/],
  ['another TLS failure', { error: coded('ERR_SSL_NO_CIPHERS_AVAILABLE') }, 'tlsFailed', /no ciphers available/],
  ['a plain server seen behind', { error: timedOut, seen: 'plain' }, 'tlsNotSupported', /is a plain server/],
  ['a TLS server seen behind', { error: coded('ECONNRESET'), seen: 'tls' }, 'tlsRequired', /expects TLS/],
  ['a TLS alert', { firstBytes: Buffer.from([0x15, 3, 1, 0, 2, 2, 70]) }, 'tlsRequired', /expects TLS/],
  ['a web server', { firstBytes: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') }, 'notRedis', /an HTTP server/],
  ['a web page', { firstBytes: Buffer.from('<!DOCTYPE HTML>\n<html>') }, 'notRedis', /an HTTP server/],
  ['an SSH server', { firstBytes: Buffer.from('SSH-2.0-OpenSSH_9.2\r\n') }, 'notRedis', /an SSH server .*"SSH-2\.0/],
  ['other noise', { firstBytes: Buffer.from([0, 1, 0x41]) }, 'notRedis', /something else answered "\.\.A"/],
];

describe('A connection that fails', () => {
  for (const [what, facts, code, text] of rows) {
    it(`is explained: ${what} is ${code}`, () => {
      const error = describeLinkFailure({ ...failure, ...facts });
      assert.equal(error.name, 'ConnectionError');
      assert.equal(error.code, code);
      assert.match(error.message, text);
      assert.equal(error.node, hostAndPort);
      assert(error.message.startsWith(hostAndPort) || error.message.includes(` ${hostAndPort} `), error.message);
      assert.match(error.message, /\.$/);
    });
  }

  it('is explained by the first of the addresses when a name has several', () => {
    const error = new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]);
    assert.equal(describeLinkFailure({ ...failure, error }).code, 'connectionRefused');
  });

  it('tells the dialled address when it is another one', () => {
    const error = describeLinkFailure({ ...failure, dialled: 'gate:17000', error: coded('ENOTFOUND') });
    assert.match(error.message, /^10\.0\.0\.1:7000 \(dialled as gate:17000\) .*"gate"/);
  });

  it('never shows the password, even if the other side sends it back', () => {
    const error = describeLinkFailure({
      ...failure,
      firstBytes: Buffer.from('you said hunter2\n'),
      password: 'hunter2',
    });
    assert.match(error.message, /"you said \*\*\*"/);
  });

  it('quotes no more than sixty characters of what came', () => {
    const error = describeLinkFailure({ ...failure, firstBytes: Buffer.alloc(5000, 'x') });
    assert.match(error.message, /"x{60}\.\.\."/);
  });
});
