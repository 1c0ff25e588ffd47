import type { CommandWords, NodeConnection, Reply, ServerCapabilities } from './types';

/**
 * Asks a server what it can do, in one round trip and changing nothing. A user who may not use COMMAND costs a second one.
 * Rejects with a ConnectionError when the server cannot be asked.
 */
export async function probeCapabilities(connection: NodeConnection, signal?: AbortSignal): Promise<ServerCapabilities> {
  const names = probes.map(({ command }) => command);
  const options = signal ? { signal } : {};
  const [known] = await connection.pipeline([['COMMAND', 'INFO', ...names]], options);
  const exists = Array.isArray(known)
    ? known.map(entry => Array.isArray(entry) && entry.length > 0)
    : (
        await connection.pipeline(
          probes.map(({ misspelt }) => misspelt),
          options,
        )
      ).map(isKnown);
  const capabilities = probes.map(({ capability }, index) => [capability, exists[index] ?? false]);
  return Object.fromEntries(capabilities) as Record<keyof ServerCapabilities, boolean>;
}

interface Probe {
  capability: keyof ServerCapabilities;
  /** For COMMAND INFO, which knows subcommands from 7.0 on and answers nil for what the server lacks. */
  command: string;
  /** With a wrong number of arguments: the server says so, or that it does not know it, and does nothing. */
  misspelt: CommandWords;
}

const probes: readonly Probe[] = [
  { capability: 'clusterShards', command: 'cluster|shards', misspelt: ['CLUSTER', 'SHARDS', 'x'] },
  { capability: 'functions', command: 'function|dump', misspelt: ['FUNCTION', 'DUMP', 'x'] },
  { capability: 'slotStats', command: 'cluster|slot-stats', misspelt: ['CLUSTER', 'SLOT-STATS'] },
  { capability: 'clusterMigration', command: 'cluster|migration', misspelt: ['CLUSTER', 'MIGRATION'] },
  { capability: 'clusterMigrateSlots', command: 'cluster|migrateslots', misspelt: ['CLUSTER', 'MIGRATESLOTS'] },
];

// Servers look for the command, count its arguments and ask for the right to it in this order (server.c: processCommand).
function isKnown(reply: Reply | Error): boolean {
  return !(reply instanceof Error) || (/wrong number of arguments/i.test(reply.message) && !isUnknown(reply));
}

// Before 7.0: "Unknown subcommand or wrong number of arguments".
function isUnknown({ message }: Error): boolean {
  return /unknown (sub)?command/i.test(message);
}
