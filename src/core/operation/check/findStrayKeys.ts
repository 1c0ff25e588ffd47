import { ServerReplyError } from '../../connection/connectionError';
import type { CommandWords, NodeConnection, Reply, ServerCapabilities } from '../../connection/types';
import type { StrayKeys } from '../../health/check/types';
import { SlotSet } from '../../topology/slotSet';
import { isNotAvailable, textOf, throwRefusals } from '../steps/replies';
import { countKeys, questionOf } from './countKeys';

export interface StrayScan {
  /** Slots in which the node should hold nothing. */
  foreign: SlotSet;
  /** Slots it does not own and may hold keys of: those it imports. */
  importing: SlotSet;
  capabilities: Pick<ServerCapabilities, 'slotStats' | 'clusterMigration'>;
  signal?: AbortSignal | undefined;
  /** How many of the foreign slots are done with. */
  onCounted: (slots: number) => void;
}

/**
 * The keys a node holds in foreign slots. All its keys less those in slots it may have keys of are counted first, which is cheap:
 * mostly there is no other. Only then the foreign slots are counted, which Redis 8.4 and newer do not allow: there it stays at
 * the number. `connection` is the caller's own. Throws like `countKeys`.
 */
export async function findStrayKeys(connection: NodeConnection, scan: StrayScan): Promise<StrayKeys> {
  const { foreign, capabilities, signal, onCounted } = scan;
  const databases = await databasesWithKeys(connection, signal);
  const outside = await keysOutside(connection, scan, databases).catch(error => {
    if (isTransactionRefused(error) && !capabilities.clusterMigration) return undefined;
    throw error;
  });
  if (outside === 0 || capabilities.clusterMigration) {
    onCounted(foreign.count);
    return { bySlot: new Map(), hidden: outside ?? 0 };
  }
  const share = 1 / databases.length;
  const counts = await countKeys(connection, foreign, {
    databases,
    signal,
    onCounted: slots => onCounted(slots * share),
  });
  return { bySlot: new Map([...counts].filter(([, held]) => held > 0)), hidden: 0 };
}

async function databasesWithKeys(connection: NodeConnection, signal: AbortSignal | undefined): Promise<number[]> {
  const keyspace = await connection.command(['INFO', 'keyspace'], signal ? { signal } : {});
  const lines = textOf(keyspace, connection.address, 'INFO').matchAll(/^db(\d+):/gm);
  return [...lines].map(([, database]) => Number(database));
}

function isTransactionRefused(error: unknown): boolean {
  return isNotAvailable(error) && error instanceof ServerReplyError && error.command === 'MULTI';
}

/** How many keys are in foreign slots; undefined where it is quicker to count these. */
async function keysOutside(
  connection: NodeConnection,
  scan: StrayScan,
  databases: readonly number[],
): Promise<number | undefined> {
  let outside = 0;
  const isOne = databases.length === 1 && databases[0] === 0;
  for (const database of databases) {
    const keys =
      scan.capabilities.slotStats && isOne
        ? await countByStatistics(connection, scan)
        : await countBySlots(connection, scan, database);
    if (keys === undefined) return undefined;
    outside += keys;
  }
  return outside;
}

async function countByStatistics(connection: NodeConnection, { importing, signal }: StrayScan): Promise<number> {
  const questions: CommandWords[] = [
    ['DBSIZE'],
    ['CLUSTER', 'SLOT-STATS', 'SLOTSRANGE', 0, 16383],
    ...[...importing].map(questionOf),
  ];
  const [total, stats, ...imported] = await askAtOnce(connection, questions, signal);
  const owned = (stats as [number, Reply[]][]).reduce((sum, [, metrics]) => sum + keyCount(metrics), 0);
  return Math.max(0, Number(total) - owned - sumOf(imported));
}

// Flat with RESP2: `key-count`, 3, `cpu-usec`, ...
function keyCount(metrics: readonly Reply[]): number {
  return Number(metrics[metrics.indexOf('key-count') + 1]);
}

async function countBySlots(
  connection: NodeConnection,
  { foreign, signal }: StrayScan,
  database: number,
): Promise<number | undefined> {
  const own = SlotSet.all.difference(foreign);
  if (own.count >= foreign.count) return undefined;
  if (database !== 0) await connection.command(['SELECT', database], signal ? { signal } : {});
  const [total, ...counts] = await askAtOnce(connection, [['DBSIZE'], ...[...own].map(questionOf)], signal);
  return Number(total) - sumOf(counts);
}

/**
 * The replies of a transaction, so that writes do not matter: some milliseconds of the server's time (7.0.15: 2 for 5461
 * slots). Throws the first refusal.
 */
async function askAtOnce(
  connection: NodeConnection,
  questions: readonly CommandWords[],
  signal: AbortSignal | undefined,
): Promise<Reply[]> {
  const commands: CommandWords[] = [['MULTI'], ...questions, ['EXEC']];
  const replies = await connection.pipeline(commands, signal ? { signal } : {});
  throwRefusals(replies);
  return replies.at(-1) as Reply[];
}

function sumOf(replies: readonly Reply[]): number {
  return replies.reduce<number>((sum, keys) => sum + Number(keys), 0);
}
