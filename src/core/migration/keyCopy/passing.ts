import { ServerReplyError, type ConnectionError } from '../../connection/connectionError';

/** A link that can come back by itself. */
export function isPassingLink({ code }: ConnectionError): boolean {
  return passingLinks.has(code);
}

/** A refusal that passes: another node serves the slot now, or the server will soon. */
export function isPassingReply(error: Error): boolean {
  return error instanceof ServerReplyError && passingReplies.has(error.code);
}

const passingLinks: ReadonlySet<string> = new Set([
  'timedOut',
  'connectionClosed',
  'connectionFailed',
  'connectionRefused',
  'connectTimedOut',
  'hostUnreachable',
  'jumpHostLost',
  'jumpHostUnreachable',
  'loading',
  'maxClients',
]);

const passingReplies: ReadonlySet<string> = new Set([
  ...['MOVED', 'ASK', 'TRYAGAIN', 'CLUSTERDOWN'],
  ...['READONLY', 'LOADING', 'MASTERDOWN', 'NOREPLICAS', 'BUSY', 'UNBLOCKED'],
]);
