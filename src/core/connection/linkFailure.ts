import { ConnectionError, type ConnectionErrorCode } from './connectionError';
import { isSocketPath } from './dialledAddress';
import type { LinkTarget } from './linkTarget';
import { BadReply } from './replyGuard';
import { explainSocket } from './socketFailure';

/** Everything known about a connection that could not be opened, or was lost. */
export interface LinkFailure {
  /** As the cluster names it. */
  node: string;
  /** `host:port` that was dialled, or the path of a unix socket. */
  dialled: string;
  /** How far it had come: TCP, the TLS handshake, signing in, in use. */
  phase: 'connecting' | 'tls' | 'greeting' | 'open';
  /** Node's or ioredis's error; `timedOut` when the time ran out. */
  error: unknown;
  timeoutMilliseconds: number;
  tls: boolean;
  /** Through which it was dialled. */
  jumpHost?: string | undefined;
  /** The first bytes that came, when they were no reply of Redis. */
  firstBytes?: Uint8Array;
  /** What a second look at the port found: TLS where we spoke plainly, or a plain server where we spoke TLS. */
  seen?: 'plain' | 'tls';
  /** Certificates verified against this name. */
  certificateName: string;
  /** Blotted out wherever it would show. */
  password?: string;
}

/** The time for opening, signing in or answering ran out. */
export const timedOut = Symbol('timedOut');

/** What is known of it by where it went; the rest is added by whoever knows more. Pure. */
export function failureOf(target: LinkTarget, phase: LinkFailure['phase'], error: unknown): LinkFailure {
  const { node, dialled, tls, tunnel, certificateName, connectTimeoutMilliseconds: timeoutMilliseconds } = target;
  return {
    ...{ node, dialled, phase, error, timeoutMilliseconds, certificateName },
    tls: tls !== undefined,
    jumpHost: tunnel?.name,
  };
}

/** Turns what Node, OpenSSL or ioredis said into one ConnectionError a person can act on. Pure. */
export function describeLinkFailure(failure: LinkFailure): ConnectionError {
  // A tunnel has told already what happened to it.
  if (failure.error instanceof ConnectionError) return onNode(failure.error, failure.node);
  const [code, what, remedy] = explain(failure, nameOf(failure));
  // ioredis hangs the arguments of a command on its errors, and repeats what a stranger sent: both can hold a password.
  const { error, firstBytes } = failure;
  const isOurs = error instanceof Error && !('command' in error) && !firstBytes && !isNonsense(error.message);
  const cause = isOurs ? error : undefined;
  return new ConnectionError(code, what, { node: failure.node, remedy, cause });
}

/** What happened to the way to a node, as what happened to the node. */
export function onNode({ code, what, now, remedy, cause }: ConnectionError, node: string): ConnectionError {
  return new ConnectionError(code, what, { node, now, remedy, cause });
}

type Explanation = [code: ConnectionErrorCode, what: string, remedy?: string];

function explain(failure: LinkFailure, name: string): Explanation {
  if (failure.seen === 'plain')
    return [
      'tlsNotSupported',
      `${name} does not speak TLS: it is a plain server.`,
      'Switch TLS off, or use its TLS port.',
    ];
  if (failure.seen === 'tls' || isTlsAlert(failure.firstBytes))
    return [
      'tlsRequired',
      `${name} expects TLS, and the connection was made without.`,
      'Switch TLS on for this cluster.',
    ];
  if (failure.firstBytes) {
    const said = excerpt(failure.firstBytes, failure.password);
    const kind = guessKind(said);
    return [
      'notRedis',
      `${name} is not a Redis or Valkey server: ${kind} answered "${said}".`,
      `Check the ${isSocketPath(failure.dialled) ? 'path' : 'port'}.`,
    ];
  }
  if (failure.error === timedOut) return explainTimeout(failure, name);
  if (failure.error instanceof BadReply) return explainBadReply(failure.error, name);
  const { code, message } = codeAndMessage(failure.error);
  return (
    explainTls(code, name, failure) ??
    (isSocketPath(failure.dialled) ? explainSocket(code, name) : undefined) ??
    explainNetwork(code, name, hostOf(failure.dialled)) ??
    explainClose(failure, code, message, name)
  );
}

function explainBadReply({ what }: BadReply, name: string): Explanation {
  const told = what ?? 'sent something that is not the Redis protocol';
  return [
    'unexpectedReply',
    `${name} ${told}.`,
    'It may be something else than a Redis or Valkey server, or a proxy in between.',
  ];
}

function explainTimeout({ phase, timeoutMilliseconds, tls }: LinkFailure, name: string): Explanation {
  const within = `within ${timeoutMilliseconds} ms`;
  if (phase === 'connecting')
    return [
      'connectTimedOut',
      `${name} could not be reached ${within}: nothing answered there.`,
      'The host may be down, or a firewall drops the packets.',
    ];
  if (phase === 'tls')
    return [
      'timedOut',
      `${name} accepted the connection but did not finish the TLS handshake ${within}.`,
      'It may not speak TLS, or it may be stopped or overloaded.',
    ];
  return [
    'timedOut',
    `${name} accepted the connection${tls ? ' and TLS' : ''} but said nothing ${within}.`,
    'It may be stopped, overloaded, or not a Redis or Valkey server.',
  ];
}

function explainTls(
  code: string,
  name: string,
  { certificateName, error }: Pick<LinkFailure, 'certificateName' | 'error'>,
): Explanation | undefined {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        'certificateNameMismatch',
        `The certificate of ${name} is not for "${certificateName}"${forWhom(error)}.`,
        'Set the TLS server name to a name in the certificate.',
      ];
    case 'CERT_HAS_EXPIRED':
      return ['certificateExpired', `The certificate of ${name} has expired.`, 'Renew it on the server.'];
    case 'CERT_NOT_YET_VALID':
      return [
        'certificateNotYetValid',
        `The certificate of ${name} is not valid yet.`,
        'Check the clocks of this computer and of the server.',
      ];
    case 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED':
    case 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE':
      return [
        'clientCertificateRequired',
        `${name} wants a client certificate.`,
        'Give a client certificate and its key in the TLS settings.',
      ];
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN':
    case 'ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE':
    case 'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED':
    case 'ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR':
      return [
        'clientCertificateRefused',
        `${name} refused our client certificate (${alertWords(code)}).`,
        'Use a client certificate signed by the CA the server trusts.',
      ];
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_UNEXPECTED_MESSAGE':
      return ['tlsNotSupported', `${name} does not speak TLS.`, 'Switch TLS off, or use its TLS port.'];
  }
  if (untrusted.has(code))
    return [
      'certificateNotTrusted',
      `The certificate of ${name} is not trusted: ${signerOf(code)} (${code}).`,
      'Give the CA that signed it in the TLS settings, if you trust that one.',
    ];
  if (code.startsWith('ERR_SSL_')) return ['tlsFailed', `TLS with ${name} failed (${alertWords(code)}).`];
  return undefined;
}

// Node hangs the certificate on this error (tls.js, checkServerIdentity).
function forWhom(error: unknown): string {
  const names: unknown = (error as { cert?: { subjectaltname?: unknown } } | undefined)?.cert?.subjectaltname;
  return typeof names === 'string' ? `, it is for ${names.replaceAll(/(^|, )(DNS|IP Address):/g, '$1')}` : '';
}

function signerOf(code: string): string {
  if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT') return 'it signed itself';
  return code === 'CERT_REVOKED' ? 'it was revoked' : 'no authority known here signed it';
}

const untrusted = new Set([
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'INVALID_CA'],
  ...['UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_UNTRUSTED', 'CERT_SIGNATURE_FAILURE'],
  ...['CERT_CHAIN_TOO_LONG', 'CERT_REVOKED', 'CERT_REJECTED', 'INVALID_PURPOSE', 'PATH_LENGTH_EXCEEDED'],
]);

function explainNetwork(code: string, name: string, host: string): Explanation | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return [
        'connectionRefused',
        `${name} refused the connection: nothing listens on that port.`,
        'Start the server, or correct the address.',
      ];
    case 'ENOTFOUND':
    case 'ENODATA':
      return ['unknownHost', `${name} cannot be found: the host name "${host}" is not known.`, 'Correct the address.'];
    case 'EAI_AGAIN':
      return [
        'unknownHost',
        `${name} cannot be found: the name service gave no answer for "${host}".`,
        'Correct the address, or check the network of this computer.',
      ];
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return ['hostUnreachable', `${name} cannot be reached: there is no way to its network (${code}).`];
    case 'ETIMEDOUT':
      return [
        'connectTimedOut',
        `${name} did not answer (ETIMEDOUT).`,
        'The host may be down, or a firewall drops the packets.',
      ];
    case 'EMFILE':
    case 'ENFILE':
      return ['tooManyOpenFiles', `${name} could not be dialled: this computer has too many open files (${code}).`];
    default:
      return undefined;
  }
}

function explainClose({ phase, tls }: LinkFailure, code: string, message: string, name: string): Explanation {
  if (isNonsense(message)) return explainBadReply(new BadReply(), name);
  if (!isClose(code, message)) return ['connectionFailed', `The connection to ${name} failed: ${message || code}.`];
  if (phase === 'open') return ['connectionClosed', `${name} closed the connection.`];
  return [
    'connectionClosed',
    `${name} accepted the connection and closed it at once.`,
    tls
      ? 'It may not speak TLS, want a client certificate, or be shutting down.'
      : 'It may be shutting down, or not a Redis or Valkey server.',
  ];
}

/** True for what ioredis says of bytes that are no reply, or of a reply to nothing. */
export function isNonsense(message: string): boolean {
  return /Unknown RESP type|Command queue state/.test(message);
}

function isClose(code: string, message: string): boolean {
  return (
    ['ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes(code) || /connection (is )?close|isn't writeable/i.test(message)
  );
}

function codeAndMessage(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  // A name with several addresses fails with one error for each.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const code = (error as NodeJS.ErrnoException).code ?? (inner as NodeJS.ErrnoException | undefined)?.code ?? '';
  return { code: String(code), message: error.message.replace(/\.$/, '') };
}

function nameOf({ node, dialled, jumpHost }: LinkFailure): string {
  const ways = [
    ...(node === dialled ? [] : [isSocketPath(dialled) ? `by the socket ${dialled}` : `dialled as ${dialled}`]),
    ...(jumpHost === undefined ? [] : [`through the jump host ${jumpHost}`]),
  ];
  return ways.length === 0 ? node : `${node} (${ways.join(' ')})`;
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}

// An OpenSSL server answers plain text with an alert record: 0x15, then the version 0x03 xx.
function isTlsAlert(bytes: Uint8Array | undefined): boolean {
  return bytes?.[0] === 0x15 && bytes[1] === 0x03;
}

function excerpt(bytes: Uint8Array, password: string | undefined): string {
  const text = Buffer.from(bytes).toString('latin1');
  const shown = password ? text.replaceAll(password, '***') : text;
  const line = shown.split(/[\r\n]/, 1)[0]!.replace(/[^\x20-\x7e]/g, '.');
  return line.length > 60 ? `${line.slice(0, 60)}...` : line;
}

function guessKind(said: string): string {
  if (/^HTTP\/|^<(!doctype|html)/i.test(said)) return 'an HTTP server';
  if (said.startsWith('SSH-')) return 'an SSH server';
  return 'something else';
}

function alertWords(code: string): string {
  return code
    .replace(/^ERR_SSL_(TLSV1_ALERT_|TLSV13_ALERT_|SSLV3_ALERT_)?/, '')
    .toLowerCase()
    .replaceAll('_', ' ');
}
