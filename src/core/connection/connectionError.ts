import { ClusterError, type ErrorFacts } from '../topology/clusterError';

/** Why a server could not be reached, did not let us in, or was lost. */
export type ConnectionErrorCode =
  | 'badSshOptions'
  | 'badTlsOptions'
  | 'certificateExpired'
  | 'certificateNameMismatch'
  | 'certificateNotTrusted'
  | 'certificateNotYetValid'
  | 'clientCertificateRefused'
  | 'clientCertificateRequired'
  | 'closed'
  | 'clusterDisabled'
  | 'connectTimedOut'
  | 'connectionClosed'
  | 'connectionFailed'
  | 'connectionRefused'
  | 'forwardingForbidden'
  | 'hostUnreachable'
  | 'jumpHostCannotReach'
  | 'jumpHostKeyChanged'
  | 'jumpHostKeyUnknown'
  | 'jumpHostLost'
  | 'jumpHostRefusedLogin'
  | 'jumpHostUnreachable'
  | 'loading'
  | 'maxClients'
  | 'noPermission'
  | 'notRedis'
  | 'otherNode'
  | 'passwordRequired'
  | 'protectedMode'
  | 'socketForbidden'
  | 'sshAgentMissing'
  | 'sshKeyUnreadable'
  | 'timedOut'
  | 'tlsFailed'
  | 'tlsNotSupported'
  | 'tlsRequired'
  | 'tooManyOpenFiles'
  | 'unexpectedReply'
  | 'unknownHost'
  | 'usersNotSupported'
  | 'wrongPassword';

/** A server that could not be reached, did not let us in, or was lost. Holds no secret. */
export class ConnectionError extends ClusterError {
  override name = 'ConnectionError' as const;
  declare readonly code: ConnectionErrorCode;

  constructor(code: ConnectionErrorCode, what: string, facts: ErrorFacts = {}) {
    super(code, what, facts);
  }
}

/**
 * A server answered a command with an error. `code` is the first word of the reply (`NOPERM`, `ERR`, `MOVED`, ...).
 * Holds the command's name and none of its arguments, which may be secret.
 */
export class ServerReplyError extends ClusterError {
  override name = 'ServerReplyError' as const;

  constructor(
    node: string,
    /** `CLUSTER NODES`, `AUTH`: without arguments. */
    readonly command: string,
    /** The reply as sent, secrets blotted out. */
    readonly reply: string,
    remedy?: string,
  ) {
    super(/^[A-Z]{2,}\b/.exec(reply)?.[0] ?? 'ERR', `${node} refused ${command}: ${endSentence(reply)}`, {
      node,
      remedy,
    });
  }
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
