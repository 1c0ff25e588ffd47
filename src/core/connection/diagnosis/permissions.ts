import { CLIENT_NAME } from '../greet';
import type { CommandWords } from '../types';

/** What somebody wants of a cluster; `managing` needs all the others too. */
export type Aim = 'watching' | 'clients' | 'settings' | 'managing';

/** One right a user needs on every node, and how a server is asked whether it has it. */
export interface Permission {
  /** As an ACL rule names it: `cluster|nodes`. */
  command: string;
  /** The first aim that needs it. */
  aim: Aim;
  /** What it is for: `the view of a node`. */
  purpose: string;
  /** For ACL DRYRUN: as many words as the command wants. */
  words: CommandWords;
  /** Sending `words` reads a little and changes nothing, so that it can be asked without ACL DRYRUN. */
  canBeAsked: boolean;
  /** Servers before these refuse a rule that names it; absent: every server from Redis 7.0 and Valkey 7.2 on has it. */
  since?: string;
}

/** A name nobody gives a key. */
const KEY = 'redis-cluster-manager:permission';

/** Every right the product makes use of: the document of the rules and the test of a connection both come from here. */
export const permissions: readonly Permission[] = [
  ...forAim('watching', [
    read('CLIENT SETNAME', 'the name of the connection in CLIENT LIST', CLIENT_NAME),
    read('CLUSTER NODES', 'the view of a node'),
    read('CLUSTER INFO', 'the state of the cluster as a node sees it'),
    read('INFO', 'version, role, figures', 'server'),
    read('CLUSTER MYID', 'whether the node is still the same'),
    read('CLUSTER LINKS', 'bus links, in the check'),
    read('CLUSTER COUNTKEYSINSLOT', 'keys of open and disputed slots, in the check', 0),
    sinceVersions('Redis 8.2, Valkey 8.0', read('CLUSTER SLOT-STATS', 'figures of slots', 'SLOTSRANGE', 0, 0)),
    read('PING', 'whether a server answers, and how soon'),
    read('DBSIZE', 'stray keys, in the check'),
    read('SELECT', 'counting in every database', 0),
    write('MULTI', 'counting at one moment'),
    write('EXEC', 'counting at one moment'),
    read('TIME', 'ages by the clock of the server'),
    read('COMMAND INFO', 'what the server can do', 'get'),
    read('COMMAND DOCS', 'completion of commands', 'get'),
    write('COMMAND LIST', 'completion of commands'),
    read('ACL WHOAMI', 'who the user is, in the test of the connection'),
    write('ACL DRYRUN', 'what the user may do, in the test of the connection', 'default', 'ping'),
  ]),
  ...forAim('clients', [
    read('CLIENT LIST', 'who is connected', 'ID', 0),
    read('SLOWLOG GET', 'slow commands', 0),
    read('SLOWLOG LEN', 'slow commands'),
    read('LATENCY LATEST', 'what held a server up'),
  ]),
  ...forAim('settings', [read('CONFIG GET', 'settings, in the check', 'cluster-enabled')]),
  ...forAim('managing', [
    ...clusterCommands(),
    write('CONFIG SET', 'changing settings', 'cluster-node-timeout', 1000),
    write('CONFIG REWRITE', 'keeping changed settings'),
    write('FLUSHALL', 'emptying a node that starts anew'),
    read('FUNCTION LIST', 'function libraries', 'LIBRARYNAME', CLIENT_NAME),
    write('FUNCTION DUMP', 'giving a new master the function libraries'),
    write('FUNCTION RESTORE', 'giving a new master the function libraries', 'x'),
    write('FUNCTION FLUSH', 'emptying a node that starts anew'),
    read('MODULE LIST', 'whether a target understands the keys of a source'),
    ...keyCommands(),
    write('SYNC', 'backup'),
    write('REPLCONF', 'backup', 'rdb-only', 1),
  ]),
];

function clusterCommands(): Draft[] {
  const slots = 'moving slots';
  return [
    write('CLUSTER MEET', 'creating, adding', '127.0.0.1', 1),
    write('CLUSTER FORGET', 'removing', 'x'),
    write('CLUSTER REPLICATE', 'creating, adding, moving replicas', 'x'),
    write('CLUSTER FAILOVER', 'failover'),
    write('CLUSTER RESET', 'removing, undoing'),
    write('CLUSTER SET-CONFIG-EPOCH', 'creating', 1),
    write('CLUSTER BUMPEPOCH', slots),
    write('CLUSTER ADDSLOTS', 'creating, fixing', 0),
    write('CLUSTER ADDSLOTSRANGE', 'creating, fixing', 0, 0),
    write('CLUSTER DELSLOTS', 'fixing', 0),
    write('CLUSTER DELSLOTSRANGE', 'fixing', 0, 0),
    write('CLUSTER SETSLOT', slots, 0, 'STABLE'),
    read('CLUSTER GETKEYSINSLOT', slots, 0, 1),
    read('CLUSTER KEYSLOT', slots, 'x'),
    read('CLUSTER SHARDS', slots),
    sinceVersions('Redis 8.4', write('CLUSTER MIGRATION', slots, 'STATUS', 'ALL')),
    sinceVersions('Valkey 9.0', write('CLUSTER MIGRATESLOTS', slots, 'SLOTSRANGE', 0, 0, 'NODE', 'x')),
    sinceVersions('Valkey 9.0', read('CLUSTER GETSLOTMIGRATIONS', slots)),
    sinceVersions('Valkey 9.0', write('CLUSTER CANCELSLOTMIGRATIONS', slots)),
  ];
}

function keyCommands(): Draft[] {
  const slots = 'moving slots';
  const fixing = 'comparing copies of a key, in fixes and imports';
  return [
    write('MIGRATE', slots, '127.0.0.1', 1, KEY, 0, 1),
    write('RESTORE-ASKING', `${slots}, at the target`, KEY, 0, 'x'),
    write('ASKING', slots),
    write('DISCARD', slots),
    read('RANDOMKEY', 'sizes of keys, before slots move'),
    read('MEMORY USAGE', 'sizes of keys, before slots move', KEY),
    read('EXISTS', slots, KEY),
    read('DUMP', slots, KEY),
    write('RESTORE', 'imports', KEY, 0, 'x'),
    write('DEL', 'fixes', KEY),
    read('TYPE', fixing, KEY),
    read('PTTL', fixing, KEY),
    read('PEXPIRETIME', fixing, KEY),
    sinceVersions('Redis 7.4, Valkey 9.0', read('HPEXPIRETIME', fixing, KEY, 'FIELDS', 1, 'x')),
    read('SCAN', fixing, 0, 'COUNT', 1),
    read('GET', fixing, KEY),
    read('GETRANGE', fixing, KEY, 0, 0),
    read('LRANGE', fixing, KEY, 0, 0),
    read('SMEMBERS', fixing, KEY),
    read('SSCAN', fixing, KEY, 0),
    read('HGETALL', fixing, KEY),
    read('HSCAN', fixing, KEY, 0),
    read('ZRANGE', fixing, KEY, 0, 0),
    read('XRANGE', fixing, KEY, '-', '+'),
    read('XINFO GROUPS', fixing, KEY),
  ];
}

type Draft = Omit<Permission, 'aim'>;

function forAim(aim: Aim, drafts: readonly Draft[]): Permission[] {
  return drafts.map(draft => ({ ...draft, aim }));
}

function read(command: string, purpose: string, ...rest: (string | number)[]): Draft {
  return { ...write(command, purpose, ...rest), canBeAsked: true };
}

function write(command: string, purpose: string, ...rest: (string | number)[]): Draft {
  const [name, ...subcommand] = command.split(' ') as [string, ...string[]];
  return {
    command: command.toLowerCase().replace(' ', '|'),
    purpose,
    words: [name, ...subcommand, ...rest],
    canBeAsked: false,
  };
}

function sinceVersions(since: string, draft: Draft): Draft {
  return { ...draft, since };
}
