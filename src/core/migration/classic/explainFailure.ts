import { needsNoPassword as noPasswordWanted } from '../../connection/greet';
import { ConnectionError, ServerReplyError } from '../../connection/connectionError';
import { MigrationError, type MigrationErrorCode } from '../migrationError';
import type { Transfer } from '../types';

type Ends = Pick<Transfer, 'source' | 'target'>;

/** What stopped a window, and whether to try again. */
export interface Failure {
  /** For how long it is worth to wait for it to pass; 0: it does not pass by itself. */
  patienceMilliseconds: number;
  /** Absent for what is no MigrationError. */
  code?: MigrationErrorCode;
  what: string;
  node?: string | undefined;
  remedy?: string | undefined;
  cause: unknown;
}

const LOADING_PATIENCE_MILLISECONDS = 30_000;
const PATIENCE_MILLISECONDS = 5000;
/** A master that was started again keeps away from clients for up to 5 s more (cluster.c: CLUSTER_MAX_REJOIN_DELAY). */
const REJOIN_PATIENCE_MILLISECONDS = 15_000;

/** Pure. */
export function explainFailure(error: unknown, { source, target }: Ends): Failure {
  if (error instanceof MigrationError) {
    const { code, what, node, remedy } = error;
    return { patienceMilliseconds: 0, code, what, node, remedy, cause: error };
  }
  if (error instanceof ServerReplyError) {
    const fromTarget = targetReply.exec(error.reply)?.[1];
    // MIGRATE is sent to the source; what the target said is in its words.
    const isRelayed = fromTarget !== undefined;
    const node = isRelayed ? target.address : (error.node ?? source.address);
    const said = (fromTarget ?? error.reply).replace(/\.$/, '');
    const [code, patienceMilliseconds, what, remedy] = explainReply(said, node, error, { source, target, isRelayed });
    return { code, patienceMilliseconds, what, remedy, node, cause: error };
  }
  if (error instanceof ConnectionError) return explainLink(error, target.address);
  return { patienceMilliseconds: 0, what: error instanceof Error ? error.message : String(error), cause: error };
}

/** True where the keys in question should be tried one by one, with more time. */
export function isTransferTrouble(error: unknown): boolean {
  return error instanceof ServerReplyError && error.code === 'IOERR';
}

/** True where the target has no password, and MIGRATE told it one. */
export function needsNoPassword(error: unknown): boolean {
  return error instanceof ServerReplyError && noPasswordWanted.test(error.reply);
}

const targetReply = /^(?:ERR )?Target instance replied with error: (.*)$/s;

/** Servers found by no answer at all, or by one that may be another the next moment. */
function explainLink(error: ConnectionError, target: string): Failure {
  const passes = [
    ...['timedOut', 'connectionClosed', 'connectionRefused', 'connectTimedOut', 'connectionFailed'],
    ...['jumpHostLost', 'jumpHostUnreachable', 'hostUnreachable', 'loading', 'maxClients', 'unexpectedReply'],
  ].includes(error.code);
  const { what, node, remedy } = error;
  return {
    patienceMilliseconds: passes ? PATIENCE_MILLISECONDS : 0,
    ...(passes && node === target && { code: 'targetUnreachable' as const }),
    what,
    node,
    remedy,
    cause: error,
  };
}

type Explanation = [code: MigrationErrorCode, patienceMilliseconds: number, what: string, remedy?: string];

/** `isRelayed`: the target said it to the source, which said it to us. */
function explainReply(
  said: string,
  node: string,
  error: ServerReplyError,
  { source, target, isRelayed }: Ends & { isRelayed: boolean },
): Explanation {
  const isWrite = error.command === 'MIGRATE';
  switch (/^[A-Z]{2,}\b/.exec(said)?.[0] ?? '') {
    case 'OOM':
      return [
        'targetFull',
        0,
        `${node} takes no more data: it has reached its memory limit (maxmemory).`,
        'Raise maxmemory there, free memory, or move fewer slots to it.',
      ];
    case 'NOPERM':
      return [
        'noPermission',
        0,
        isRelayed
          ? `${node} does not allow the user that ${source.address} signs in as to take keys: "${said}".`
          : `${node} does not allow this user ${error.command}: "${said}".`,
        'Moving slots needs all keys and the commands CLUSTER, MIGRATE, RESTORE and RESTORE-ASKING, ASKING, SELECT, INFO; ' +
          'give the user these rights with ACL SETUSER, or connect as another user.',
      ];
    case 'NOAUTH':
    case 'WRONGPASS':
      return [
        'wrongPassword',
        0,
        isRelayed
          ? `${node} did not let ${source.address} in with the user and password of this connection.`
          : `${node} wants a user and password: "${said}".`,
        'All nodes must accept the same user and password while slots move.',
      ];
    case 'LOADING':
      return [
        'loading',
        LOADING_PATIENCE_MILLISECONDS,
        `${node} is still reading its data from disk or from its master.`,
        'Go on when it is done.',
      ];
    case 'IOERR':
      return [
        'targetUnreachable',
        PATIENCE_MILLISECONDS,
        `${source.address} cannot hand keys to ${target.address}: "${said}".`,
        `Look whether ${target.address} runs, and whether ${source.address} reaches it at the address the cluster announces.`,
      ];
    case 'NOREPLICAS':
      return [
        'engineFailed',
        PATIENCE_MILLISECONDS,
        // Valkey 8 and newer says the same of a SETSLOT that its replicas did not confirm.
        isWrite
          ? `${node} takes no writes, for fewer replicas are linked to it than its min-replicas-to-write asks for.`
          : `The replicas of ${node} did not confirm in time, and it did nothing without them: "${said}".`,
        `Look at the replicas of ${node} and their links${isWrite ? ', or lower min-replicas-to-write there' : ''}.`,
      ];
    case 'MISCONF':
      return [
        'engineFailed',
        0,
        `${node} takes no writes because it cannot save its data: "${said}".`,
        "Look at that server's log and free disk space.",
      ];
    case 'MOVED':
    case 'ASK':
    case 'READONLY':
      return [
        'ownerChanged',
        PATIENCE_MILLISECONDS,
        `${node} is not the master of these slots any more: "${said}".`,
        anew,
      ];
    case 'CLUSTERDOWN':
      return [
        'engineFailed',
        REJOIN_PATIENCE_MILLISECONDS,
        `${node} takes no commands, for it holds the cluster to be down: "${said}".`,
        'Look whether all masters run and reach each other.',
      ];
    case 'UNBLOCKED':
    case 'TRYAGAIN':
    case 'MASTERDOWN':
    case 'BUSY':
      return ['engineFailed', PATIENCE_MILLISECONDS, `${node} cannot do its part now: "${said}".`];
  }
  if (/only with masters|not the owner|already the owner|know about node|unknown node|not a master/i.test(said))
    return ['ownerChanged', PATIENCE_MILLISECONDS, `The roles changed meanwhile: ${node} says "${said}".`, anew];
  if (/DUMP payload version|Bad data format/i.test(said))
    return [
      'engineRefused',
      0,
      `${target.address} cannot read what ${source.address} sends: its server is older.`,
      `Upgrade ${target.address} first, or move the slots to another node.`,
    ];
  if (/in progress|slot migration|trim/i.test(said))
    return [
      'engineRefused',
      PATIENCE_MILLISECONDS,
      `${node} is busy with a move of slots of its own: "${said}".`,
      'Wait until it has ended, or cancel it there.',
    ];
  return ['engineFailed', 0, `${node} refused ${error.command}: "${said}".`];
}

const anew = 'Look at the cluster again and plan anew.';
