import type { Redis } from 'ioredis';
import { ClusterError } from '../topology/clusterError';
import { ConnectionError } from './connectionError';
import { withDeadline } from './deadline';
import { dialTarget, openWay } from './dial';
import { greet, SenselessReply, turnAway } from './greet';
import { describeLinkFailure, failureOf, isNonsense, timedOut, type LinkFailure } from './linkFailure';
import type { LinkTarget } from './linkTarget';
import { BadReply, guardReplies } from './replyGuard';
import { listenQuietly, seesPlainServer, seesTlsServer } from './probePort';
import { tlsConnectionOptions } from './secureContext';

/**
 * Opens one ioredis client and signs in. Rejects with a ConnectionError, or the reason of `signal`; leaves nothing
 * behind then. The client has an error listener, no queue of its own, and never opens itself again.
 */
export async function openLink(target: LinkTarget, signal: AbortSignal): Promise<Redis> {
  await openWay(target, signal);
  const redis = await createClient(target);
  let phase: LinkFailure['phase'] = 'connecting';
  let failed: unknown;
  let firstBytes: Uint8Array | undefined;
  redis.on('error', error => (failed ??= error));
  const open = async (): Promise<void> => {
    await redis.connect();
    guardReplies(redis);
    phase = 'greeting';
    redis.stream.prependOnceListener('data', (bytes: Uint8Array) => (firstBytes = bytes));
    await greet(redis, target);
  };
  try {
    await withDeadline(open(), target.connectTimeoutMilliseconds, () => timedOut, signal);
    return redis;
  } catch (thrown) {
    if (phase === 'connecting' && target.tls && streamOf(redis)?.connecting === false) phase = 'tls';
    destroyClient(redis);
    signal.throwIfAborted();
    if (thrown instanceof ClusterError) throw thrown;
    const error = thrown === timedOut || thrown instanceof SenselessReply ? thrown : (failed ?? thrown);
    throw refusalIn(error, target) ?? (await explain(target, phase, error, firstBytes, signal));
  }
}

/** Ends a client for good: no timer, socket or listener stays. */
export function destroyClient(redis: Redis): void {
  // disconnect() sets a timer of two seconds that only the closing of the socket clears: too late for a closed one.
  if (redis.status !== 'end') redis.disconnect();
  // A stopped server never hangs up in turn.
  streamOf(redis)?.destroy();
}

/** As ioredis does: until a socket that was ended is destroyed. */
const closeMilliseconds = 2000;

async function createClient(target: LinkTarget): Promise<Redis> {
  // Loaded with the first connection: an editor that never opens the view does not pay for it.
  const { AbstractConnector, Redis } = await import('ioredis');
  const { host, port, socketPath, tunnel, tls, certificateName } = target;
  const secured = tls && tlsConnectionOptions(tls, certificateName);
  class OwnConnector extends AbstractConnector {
    constructor() {
      super(closeMilliseconds);
    }
    connect(): Promise<Redis['stream']> {
      const stream = dialTarget(target);
      stream.once('error', error => (this.firstError = error));
      this.stream = stream as Redis['stream'];
      return Promise.resolve(this.stream);
    }
  }
  return new Redis({
    host,
    port,
    ...(secured && { tls: secured }),
    ...((tunnel || socketPath !== undefined) && { Connector: OwnConnector }),
    lazyConnect: true,
    protocol: 2,
    enableOfflineQueue: false,
    // A server that is LOADING must still answer INFO.
    enableReadyCheck: false,
    // ioredis writes some failures of its own AUTH to the console: greet() signs in instead.
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    // The deadline of openLink covers TLS and signing in too.
    connectTimeout: 0,
  });
}

function streamOf(redis: Redis): Redis['stream'] | undefined {
  return redis.stream;
}

async function explain(
  target: LinkTarget,
  phase: LinkFailure['phase'],
  error: unknown,
  firstBytes: Uint8Array | undefined,
  signal: AbortSignal,
): Promise<ConnectionError> {
  const { password } = target;
  const failure: LinkFailure = {
    ...failureOf(target, phase, error),
    ...(firstBytes && isSenseless(error) && { firstBytes }),
    ...(password !== undefined && { password }),
  };
  const clue = await lookAgain(failure, target, signal);
  signal.throwIfAborted();
  return clue instanceof ConnectionError ? clue : describeLinkFailure({ ...failure, ...clue });
}

/** The refusal a server sent before it was asked anything, found in the error ioredis makes of it. */
function refusalIn(error: unknown, target: LinkTarget): ConnectionError | undefined {
  const reply = error instanceof Error ? /Last error: (.*)$/s.exec(error.message)?.[1] : undefined;
  return reply === undefined ? undefined : turnAway(reply, target);
}

function isSenseless(error: unknown): boolean {
  if (error instanceof BadReply) return error.what === undefined;
  return error instanceof SenselessReply || (error instanceof Error && isNonsense(error.message));
}

// A plain server says nothing at all to a TLS hello, and a TLS server hangs up on plain text: only asking the other way tells.
// Whoever hangs up at once may have said why, but what we had sent by then can make the system drop that: listen without a word.
async function lookAgain(
  { phase, firstBytes, error }: LinkFailure,
  target: LinkTarget,
  signal: AbortSignal,
): Promise<Partial<LinkFailure> | ConnectionError> {
  if (phase === 'connecting' || firstBytes) return {};
  if (phase === 'tls') {
    const isUnclear = error === timedOut || isHandshakeBreak(error);
    return isUnclear && (await seesPlainServer(target, signal)) ? { seen: 'plain' } : {};
  }
  if (error === timedOut || isTlsError(error)) return {};
  if (!target.tls && target.socketPath === undefined && (await seesTlsServer(target, signal))) return { seen: 'tls' };
  const unasked = await listenQuietly(target, signal);
  if (unasked.error && isTlsError(unasked.error)) return { error: unasked.error };
  if (!unasked.bytes) return {};
  const reply = unasked.bytes.toString('utf8');
  return (reply.startsWith('-') ? turnAway(reply.slice(1), target) : undefined) ?? { firstBytes: unasked.bytes };
}

function isTlsError(error: unknown): boolean {
  return error instanceof Error && /^ERR_(SSL|TLS)_/.test((error as NodeJS.ErrnoException).code ?? '');
}

function isHandshakeBreak(error: unknown): boolean {
  return (
    error instanceof Error &&
    /ECONNRESET|EPIPE|WRONG_VERSION|PACKET_LENGTH/.test((error as NodeJS.ErrnoException).code ?? '')
  );
}
