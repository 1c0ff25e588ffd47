import { createHash, createHmac } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Address } from '../../topology/address';

/** What the files say of a key: `changed` means that they know the host by another one. */
export type HostKeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked';

/** The public key of a host in the format of the SSH protocol (RFC 4253, 6.6). */
export type HostKey = Buffer;

export function defaultKnownHostsFiles(): string[] {
  const own = join(homedir(), '.ssh', 'known_hosts');
  const ofTheSystem =
    process.platform === 'win32'
      ? join(process.env.ProgramData ?? 'C:\\ProgramData', 'ssh', 'ssh_known_hosts')
      : '/etc/ssh/ssh_known_hosts';
  return [own, ofTheSystem];
}

/** All in one text; a file that is not there is empty. Rejects for one that cannot be read. */
export async function readKnownHosts(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(readIfThere))).join('\n');
}

/** By the rules of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; certificates of hosts are not known here. Pure. */
export function judgeHostKey(knownHosts: string, address: Address, key: HostKey): HostKeyVerdict {
  const encoded = key.toString('base64');
  const entries = entriesFor(knownHosts, address);
  const same = entries.filter(entry => entry.key === encoded);
  if (same.some(({ isRevoked }) => isRevoked)) return 'revoked';
  if (same.length > 0) return 'known';
  return entries.some(({ isRevoked }) => !isRevoked) ? 'changed' : 'unknown';
}

/** The kinds of keys by which a host is known: it is asked for one of these first. Pure. */
export function knownKeyTypes(knownHosts: string, address: Address): string[] {
  const entries = entriesFor(knownHosts, address).filter(({ isRevoked }) => !isRevoked);
  return [...new Set(entries.map(({ type }) => type))];
}

/** `ssh-ed25519`; `unknown` for bytes that are no key. */
export function typeOfKey(key: HostKey): string {
  const type = key.length < 4 ? '' : key.toString('latin1', 4, 4 + key.readUInt32BE(0));
  return /^[\w.@-]{1,100}$/.test(type) ? type : 'unknown';
}

/** As `ssh-keygen -lf` shows it. */
export function fingerprintOf(key: HostKey): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Adds a line, as `ssh` does. Rejects when the file cannot be written. */
export async function addKnownHost(file: string, address: Address, key: HostKey): Promise<void> {
  const before = await readIfThere(file);
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, `${gap}${nameIn(address)} ${typeOfKey(key)} ${key.toString('base64')}\n`, { mode: 0o600 });
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

interface Entry {
  isRevoked: boolean;
  type: string;
  /** Base64. */
  key: string;
}

function entriesFor(text: string, address: Address): Entry[] {
  const name = nameIn(address);
  return text.split(/\r?\n/).flatMap(line => {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [hosts, type, key] = words;
    if (hosts === undefined || type === undefined || key === undefined || hosts.startsWith('#')) return [];
    if (marker !== undefined && marker !== '@revoked') return [];
    return isNamedBy(hosts, name) ? [{ isRevoked: marker !== undefined, type, key }] : [];
  });
}

function nameIn({ host, port }: Address): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

function isNamedBy(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return isHashOf(hosts, name);
  const patterns = hosts.split(',');
  const fits = (pattern: string): boolean => fitsPattern(name, pattern.toLowerCase());
  return (
    patterns.some(pattern => !pattern.startsWith('!') && fits(pattern)) &&
    !patterns.some(pattern => pattern.startsWith('!') && fits(pattern.slice(1)))
  );
}

// |1|salt|HMAC-SHA1 of the name (hostfile.c, host_hash).
function isHashOf(hashed: string, name: string): boolean {
  const [, version, salt = '', hash] = hashed.split('|');
  return version === '1' && createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/** `*` stands for any text, `?` for a letter. A regular expression would try every way to share a name among many `*`. */
function fitsPattern(name: string, pattern: string): boolean {
  let lastStar = -1;
  let starEnd = 0;
  let at = 0;
  for (let from = 0; from < name.length;) {
    const wanted = pattern[at];
    if (wanted === '*') {
      lastStar = at++;
      starEnd = from;
    } else if (wanted === '?' || wanted === name[from]) {
      at++;
      from++;
    } else if (lastStar >= 0) {
      at = lastStar + 1;
      from = ++starEnd;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
