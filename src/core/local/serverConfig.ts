import { LocalServerError } from './localServerError';

/** What a server is started with, again and again; the password apart, which is never stored. */
export interface ServerSettings {
  persistence: boolean;
  nodeTimeoutMilliseconds: number;
  /** Further directives. */
  extra: Readonly<Record<string, string>>;
}

/** The text of a configuration for `redis-server -`, which reads it from its standard input. */
export function writeServerConfig(port: number, settings: ServerSettings, password: string | undefined): string {
  const directives: [string, string][] = [
    ['port', String(port)],
    ['bind', '127.0.0.1'],
    ['protected-mode', 'yes'],
    ['daemonize', 'no'],
    ['cluster-enabled', 'yes'],
    ['cluster-config-file', 'nodes.conf'],
    ['cluster-node-timeout', String(settings.nodeTimeoutMilliseconds)],
    // The default delay of 5 s makes every new replica wait for others that might come.
    ['repl-diskless-sync', 'yes'],
    ['repl-diskless-sync-delay', '0'],
    ['save', '""'],
    ['appendonly', settings.persistence ? 'yes' : 'no'],
    ...Object.entries(settings.extra),
  ];
  if (password) directives.push(['requirepass', quote(password)], ['masterauth', quote(password)]);
  return directives.map(([name, value]) => `${name} ${value || '""'}\n`).join('');
}

/** Throws a LocalServerError with the code `invalidOptions` for a directive that is not the caller's to set. */
export function checkExtraSettings(extra: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(extra)) {
    const directive = name.toLowerCase();
    if (!/^[a-z0-9-]+$/.test(directive)) throw refuse(name, 'is not the name of a directive');
    if (SECRET.has(directive)) throw refuse(name, 'would store a secret; give the password as `password`');
    if (OWN.has(directive)) throw refuse(name, 'is decided by the local servers themselves');
    if (/[\r\n\0]/.test(value)) throw refuse(name, 'needs a value on one line');
  }
}

const SECRET = new Set([
  'requirepass',
  'masterauth',
  'primaryauth',
  'masteruser',
  'primaryuser',
  'user',
  'aclfile',
  'tls-key-file-pass',
  'tls-client-key-file-pass',
]);
const OWN = new Set([
  'port',
  'bind',
  'cluster-port',
  'daemonize',
  'dir',
  'logfile',
  'cluster-enabled',
  'cluster-config-file',
  'include',
  'unixsocket',
]);

function refuse(name: string, why: string): LocalServerError {
  return new LocalServerError('invalidOptions', `The setting "${name}" ${why}.`, { now: 'No server was started.' });
}

/** As sdssplitargs() in sds.c reads it: every byte as \xHH between double quotes, so that any password is one word. */
function quote(password: string): string {
  const bytes = [...Buffer.from(password, 'utf8')].map(byte => `\\x${byte.toString(16).padStart(2, '0')}`);
  return `"${bytes.join('')}"`;
}
