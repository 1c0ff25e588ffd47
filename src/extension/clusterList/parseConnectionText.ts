import { l10n } from 'vscode';
import { formatAddress, parseAddress } from '../../core/index';
import { parseAddressList } from '../commands/addressList';

/** What a pasted text says of how to reach a cluster. */
export interface ConnectionText {
  nodes: string[];
  username?: string;
  password?: string;
  tls?: Record<string, never>;
  /** It was a URL, which says all there is to say of the login. */
  isUrl: boolean;
}

/** As many nodes as one list may name. */
const mostNodes = 1000;

/**
 * Reads a list of addresses or one `redis://user:password@host:port`; `rediss` means TLS, `valkey` and `valkeys` the same.
 * Throws an Error in words, which never holds a login.
 */
export function parseConnectionText(text: string): ConnectionText {
  const trimmed = text.trim();
  if (trimmed.includes('://')) return parseUrl(trimmed);
  if (trimmed.includes('@'))
    throw new Error(l10n.t('An address has no login in front. Write a whole URL: redis://user:password@host:port.'));
  const nodes = parseAddressList(trimmed);
  if (nodes.length === 0) throw new Error(l10n.t('At least one address is needed, for example 10.0.0.1:6379.'));
  if (nodes.length > mostNodes)
    throw new Error(l10n.t('Too many addresses: {0} given, at most {1} are read.', nodes.length, mostNodes));
  return { nodes, isUrl: false };
}

const securedBy: Readonly<Record<string, boolean>> = { redis: false, rediss: true, valkey: false, valkeys: true };
const usualPort = 6379;

function parseUrl(text: string): ConnectionText {
  if (/\s/.test(text) || text.split('://').length > 2)
    throw new Error(l10n.t('Give one URL alone, or a list of addresses without "redis://".'));
  const [, scheme = '', authority = '', rest = ''] = /^(.*?):\/\/([^/?#]*)(.*)$/s.exec(text)!;
  const secured = Object.hasOwn(securedBy, scheme.toLowerCase()) ? securedBy[scheme.toLowerCase()] : undefined;
  if (secured === undefined)
    throw new Error(l10n.t('Only URLs that begin with redis://, rediss://, valkey:// or valkeys:// can be read.'));
  if (rest.includes('@'))
    throw new Error(l10n.t('In a password, the letters / ? # and @ must be written as %2F, %3F, %23 and %40.'));
  refuseRest(rest);
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  if (host.includes(','))
    throw new Error(l10n.t('A URL names one node; the others are found from there. Or paste a list of addresses.'));
  return {
    nodes: [addressIn(host)],
    ...loginIn(authority.slice(0, Math.max(0, at))),
    ...(secured && { tls: {} }),
    isUrl: true,
  };
}

function refuseRest(rest: string): void {
  if (rest === '' || rest === '/') return;
  if (rest.startsWith('#')) throw new Error(l10n.t('What follows "#" in the URL has no meaning here: leave it away.'));
  if (/^\/?\?/.test(rest))
    throw new Error(l10n.t('What follows "?" in the URL is not read: leave it away, and set it in the next steps.'));
  throw new Error(
    l10n.t('A cluster has one database alone, so that the URL ends after the port: leave away what follows "/".'),
  );
}

function addressIn(host: string): string {
  if (host === '') throw new Error(l10n.t('The URL names no host.'));
  const hasPort = /:\d*$/.test(host.replace(/^\[[^\]]*\]/, ''));
  return formatAddress(parseAddress(hasPort ? host : `${host}:${usualPort}`));
}

function loginIn(text: string): Pick<ConnectionText, 'username' | 'password'> {
  const colon = text.indexOf(':');
  const [username, password] = [
    colon === -1 ? text : text.slice(0, colon),
    colon === -1 ? '' : text.slice(colon + 1),
  ].map(decode) as [string, string];
  if (/[\s\p{Cc}]/u.test(username)) throw new Error(l10n.t('A user has no blank in its name.'));
  return { ...(username !== '' && { username }), ...(password !== '' && { password }) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(l10n.t('In a login, a "%" that stands for itself must be written as %25.'));
  }
}
