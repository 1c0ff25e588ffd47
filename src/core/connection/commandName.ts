import type { CommandWords } from './types';

/** `CLUSTER NODES`, `AUTH`: a command's name for texts, without arguments. */
export function commandName(words: CommandWords): string {
  const name = words[0].toUpperCase();
  const subcommand = words[1];
  return containers.has(name) && typeof subcommand === 'string' ? `${name} ${subcommand.toUpperCase()}` : name;
}

/** `CLUSTER NODES, CLUSTER INFO and 3 more commands`. */
export function commandNames(commands: readonly CommandWords[]): string {
  const names = commands.slice(0, 3).map(commandName);
  const more = commands.length - names.length;
  if (more > 0) return `${names.join(', ')} and ${more} more ${more === 1 ? 'command' : 'commands'}`;
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** True when running the command twice, or not at all, leaves the server the same. */
export function isReadOnly(words: CommandWords): boolean {
  return readOnly.has(commandName(words));
}

const containers = new Set(
  'ACL CLIENT CLUSTER COMMAND CONFIG DEBUG FUNCTION LATENCY MEMORY MODULE OBJECT PUBSUB SCRIPT SLOWLOG'.split(' '),
);

const readOnly = new Set([
  ...['PING', 'INFO', 'ROLE', 'DBSIZE', 'TIME', 'WAIT', 'GET', 'DUMP', 'EXISTS', 'PTTL', 'SCAN', 'TYPE'],
  ...[
    'ACL DRYRUN',
    'ACL WHOAMI',
    'COMMAND DOCS',
    'COMMAND INFO',
    'COMMAND LIST',
    'CONFIG GET',
    'MEMORY USAGE',
    'CLIENT LIST',
    'SLOWLOG GET',
    'SLOWLOG LEN',
    'LATENCY LATEST',
    'FUNCTION LIST',
    'FUNCTION DUMP',
  ],
  ...['NODES', 'INFO', 'SHARDS', 'SLOTS', 'LINKS', 'MYID', 'MYSHARDID', 'REPLICAS', 'KEYSLOT'].map(
    word => `CLUSTER ${word}`,
  ),
  ...['SLOT-STATS', 'COUNTKEYSINSLOT', 'GETKEYSINSLOT', 'COUNT-FAILURE-REPORTS'].map(word => `CLUSTER ${word}`),
  ...['CLUSTER GETSLOTMIGRATIONS'],
]);
