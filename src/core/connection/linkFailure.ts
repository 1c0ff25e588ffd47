import { ConnectionError, type ConnectionErrorCode } from './connectionError';
import { isSocketPath } from './dialledAddress';
import type { LinkTarget } from './linkTarget';
import { explainNetwork } from './networkFailure';
import { BadReply } from './replyGuard';
import { explainSocket } from './socketFailure';
import { explainTls } from './tlsFailure';

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
