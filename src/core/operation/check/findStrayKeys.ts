import type { CommandWords, NodeConnection, Reply, ServerCapabilities } from '../../connection/types';
import type { StrayKeys } from '../../health/check/types';
import { SlotSet } from '../../topology/slotSet';
import { textOf, throwRefusals } from '../steps/replies';
import { countKeys } from './countKeys';

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
  const { keys } = await holdings(connection, signal);
  const databases = [...keys.keys()];
  const outside = databases.length === 0 ? 0 : await keysOutside(connection, scan, databases);
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

/** How many keys are in foreign slots; undefined when something was written while it was counted. */
function keysOutside(
  connection: NodeConnection,
  scan: StrayScan,
  databases: readonly number[],
): Promise<number | undefined> {
  const isOne = databases.length === 1 && databases[0] === 0;
  return scan.capabilities.slotStats && isOne
    ? countAtOnce(connection, scan)
    : countInTurn(connection, scan, databases);
}

/** In one transaction, so that writes do not matter; some milliseconds of the server's time. */
async function countAtOnce(connection: NodeConnection, { importing, signal }: StrayScan): Promise<number> {
  const questions: CommandWords[] = [
    ['DBSIZE'],
    ['CLUSTER', 'SLOT-STATS', 'SLOTSRANGE', 0, 16383],
    ...[...importing].map((slot): CommandWords => ['CLUSTER', 'COUNTKEYSINSLOT', slot]),
  ];
  const replies = await connection.pipeline([['MULTI'], ...questions, ['EXEC']], signal ? { signal } : {});
  throwRefusals(replies);
  const [total, stats, ...imported] = replies.at(-1) as Reply[];
  const owned = (stats as [number, Reply[]][]).reduce((sum, [, metrics]) => sum + keyCount(metrics), 0);
  return Math.max(0, Number(total) - owned - imported.reduce<number>((sum, keys) => sum + Number(keys), 0));
}

// Flat with RESP2: `key-count`, 3, `cpu-usec`, ...
function keyCount(metrics: readonly Reply[]): number {
  return Number(metrics[metrics.indexOf('key-count') + 1]);
}

async function countInTurn(
  connection: NodeConnection,
  { foreign, signal }: StrayScan,
  databases: readonly number[],
): Promise<number | undefined> {
  const own = SlotSet.all.difference(foreign);
  if (own.count >= foreign.count) return undefined;
  const before = await holdings(connection, signal);
  const counts = await countKeys(connection, own, { databases, signal });
  const after = await holdings(connection, signal);
  const isStill = before.changes !== undefined && after.changes === before.changes && after.total === before.total;
  return isStill ? before.total - sum(counts.values()) : undefined;
}

interface Holdings {
  /** Database -> keys. */
  keys: Map<number, number>;
  total: number;
  /** Counts writes; starts anew with every snapshot on disk. */
  changes: string | undefined;
}

async function holdings(connection: NodeConnection, signal: AbortSignal | undefined): Promise<Holdings> {
  const [keyspace, persistence] = await connection.pipeline(
    [
      ['INFO', 'keyspace'],
      ['INFO', 'persistence'],
    ],
    signal ? { signal } : {},
  );
  const lines = textOf(keyspace, connection.address, 'INFO').matchAll(/^db(\d+):keys=(\d+)/gm);
  const keys = new Map([...lines].map(([, database, held]) => [Number(database), Number(held)]));
  const changes = /^rdb_changes_since_last_save:\d+/m.exec(textOf(persistence, connection.address, 'INFO'))?.[0];
  return { keys, total: sum(keys.values()), changes };
}

function sum(amounts: Iterable<number>): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
