import { isSecretSetting } from '../config/secretSettings';
import type { GivenWord } from './commandText';
import type { Refusal } from './commandNature';

/** `CONFIG SET` of `config set x 1`; a command of one word by that word. */
export function fullName(words: readonly GivenWord[]): { name: string; withSub: string } {
  const [name = '', second = ''] = words.slice(0, 2).map(word => word.toString().toUpperCase());
  return { name, withSub: `${name} ${second}` };
}

/** Why a command is not run from here whatever the server says of it; undefined where nothing speaks against it. */
export function refuseCommand(words: readonly GivenWord[]): Refusal | undefined {
  const { name, withSub } = fullName(words);
  if (name === '') return refused('noCommand', 'No command is given.', 'Type one, like INFO or CONFIG GET save.');
  if (holdsSecret(words))
    return refused(
      'holdsSecret',
      `${SECRET_NAMES.has(name) ? name : withSub} with a password or a user is not sent from here: commands are shown, remembered and written to journals.`,
      'Use Open Terminal for it.',
    );
  if (CONNECTION.has(name) || CONNECTION.has(withSub))
    return refused(
      'changesConnection',
      `${CONNECTION.has(name) ? name : withSub} changes the connection it is sent on, or never ends, and each command here has a connection of its own.`,
      'Use Open Terminal for it.',
    );
  if (WAITS.has(name) || (/^XREAD(GROUP)?$/.test(name) && words.some(word => /^block$/i.test(word.toString()))))
    return blocking(name);
  return undefined;
}

export function blocking(name: string): Refusal {
  return refused(
    'blocks',
    `${name} waits for something to happen, and a reply is wanted at once.`,
    'Use a command that does not block, or Open Terminal.',
  );
}

/** Words that shall never be stored or shown. */
function holdsSecret(words: readonly GivenWord[]): boolean {
  const { name, withSub } = fullName(words);
  const texts = words.map(word => word.toString());
  switch (name) {
    case 'AUTH':
      return true;
    case 'HELLO':
      return texts.some(text => /^auth$/i.test(text));
    case 'MIGRATE':
      return texts.slice(6).some(text => /^auth2?$/i.test(text));
    default:
  }
  if (withSub === 'CONFIG SET')
    return texts.some((text, index) => index >= 2 && index % 2 === 0 && isSecretSetting(text));
  // A user's password, or the hash of one, as SETUSER takes and takes it away.
  return withSub === 'ACL SETUSER' && texts.slice(3).some(text => /^\(?[<>#!]/.test(text));
}

const SECRET_NAMES: ReadonlySet<string> = new Set(['AUTH', 'HELLO', 'MIGRATE']);

/** The action that does the same with everything looked at before and verified after. */
export function betterAction(words: readonly GivenWord[]): string | undefined {
  const { name, withSub } = fullName(words);
  return BETTER[withSub] ?? BETTER[name];
}

const [SLOTS, FIX] = ['Move Slots, Balance Slots or Drain', 'Fix'];

const BETTER: Readonly<Record<string, string>> = {
  'CONFIG SET': 'Set Configuration on Nodes',
  'CLUSTER FAILOVER': 'Fail Over',
  'CLUSTER MEET': 'Add Node or Create a Cluster',
  'CLUSTER FORGET': 'Remove Node or Replace Node',
  'CLUSTER REPLICATE': 'Replicate Another Master',
  'CLUSTER RESET': 'Remove Node or Add as Spare',
  'CLUSTER ADDSLOTS': FIX,
  'CLUSTER ADDSLOTSRANGE': FIX,
  'CLUSTER DELSLOTS': FIX,
  'CLUSTER DELSLOTSRANGE': FIX,
  'CLUSTER FLUSHSLOTS': FIX,
  'CLUSTER BUMPEPOCH': FIX,
  'CLUSTER SET-CONFIG-EPOCH': FIX,
  'CLUSTER SETSLOT': SLOTS,
  'CLUSTER MIGRATESLOTS': SLOTS,
  'CLUSTER CANCELSLOTMIGRATIONS': SLOTS,
  'CLUSTER MIGRATION': SLOTS,
  MIGRATE: SLOTS,
};

// No flag tells these: of the servers, only those that a blocked client waits in are marked (commands/*.json of 7.0 to 9.1).
const WAITS: ReadonlySet<string> = new Set(['WAIT', 'WAITAOF']);

const CONNECTION: ReadonlySet<string> = new Set([
  ...'AUTH HELLO RESET QUIT SELECT READONLY READWRITE ASKING MONITOR SYNC PSYNC REPLCONF'.split(' '),
  ...'SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE SSUBSCRIBE SUNSUBSCRIBE'.split(' '),
  ...'MULTI EXEC DISCARD WATCH UNWATCH'.split(' '),
  ...'REPLY SETNAME SETINFO TRACKING CACHING NO-EVICT NO-TOUCH CAPA IMPORT-SOURCE'
    .split(' ')
    .map(word => `CLIENT ${word}`),
  'SCRIPT DEBUG',
  'CLUSTER SYNCSLOTS',
]);

/** They read though servers mark them `admin`, `@dangerous` or `@scripting` like their siblings that change something. */
export const READERS: ReadonlySet<string> = new Set([
  ...['INFO', 'ROLE', 'LASTSAVE', 'CONFIG GET', 'MODULE LIST', 'SCRIPT EXISTS', 'CLUSTER REPLICAS', 'CLUSTER SLAVES'],
  ...['CLUSTER COUNT-FAILURE-REPORTS', 'CLUSTER SLOT-STATS', 'CLUSTER GETSLOTMIGRATIONS', 'CLUSTER LINKS'],
  ...['CLIENT LIST', 'CLIENT INFO', 'SLOWLOG GET', 'SLOWLOG LEN', 'COMMANDLOG GET', 'COMMANDLOG LEN'],
  ...['LATEST', 'HISTORY', 'DOCTOR', 'GRAPH', 'HISTOGRAM'].map(word => `LATENCY ${word}`),
  ...['LIST', 'USERS', 'GETUSER', 'DRYRUN'].map(word => `ACL ${word}`),
  ...['LIST', 'STATS', 'DUMP'].map(word => `FUNCTION ${word}`),
  ...['CHANNELS', 'NUMSUB', 'NUMPAT', 'SHARDCHANNELS', 'SHARDNUMSUB'].map(word => `PUBSUB ${word}`),
  ...['CONFIG', 'CLUSTER', 'CLIENT', 'SLOWLOG', 'LATENCY', 'ACL', 'FUNCTION', 'SCRIPT', 'PUBSUB', 'MODULE'].map(
    word => `${word} HELP`,
  ),
]);

function refused(code: string, reason: string, remedy: string): Refusal {
  return { kind: 'refused', code, reason, remedy };
}
