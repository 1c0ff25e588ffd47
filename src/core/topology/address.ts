import { ClusterError } from './clusterError';

export interface Address {
  /** A name, an IPv4 or an IPv6 address without brackets. */
  host: string;
  /** 1 to 65535. */
  port: number;
}

/** Reads `host:port` or `[ipv6]:port`. Throws a ClusterError `badAddress` that quotes the text and says what is wrong with it. */
export function parseAddress(text: string): Address {
  const trimmed = text.trim();
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d+)$/.exec(trimmed);
  if (!match) throw badAddress(trimmed, reasonAgainst(trimmed));
  const host = match[1] ?? match[2]!;
  const port = Number(match[3]);
  if (port < 1 || port > 65535) throw badAddress(trimmed, `port ${match[3]} is not between 1 and 65535.`);
  if (!isHost(host) || (match[1] !== undefined) !== host.includes(':'))
    throw badAddress(trimmed, `"${host}" is not ${match[1] === undefined ? 'a host name' : 'an IPv6 address'}.`);
  return { host, port };
}

/** A name, an IPv4 or an IPv6 address without brackets: what `parseAddress` takes as a host. */
export function isHost(text: string): boolean {
  return text.includes(':') ? /^[0-9a-f:.]+(%\w+)?$/i.test(text) : /^[\w.-]+$/.test(text);
}

/** `host:port`, an IPv6 host in brackets. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function badAddress(text: string, reason: string): ClusterError {
  return new ClusterError('badAddress', `"${text}" is not an address: ${reason}`, {
    remedy: 'Write host:port, for example 127.0.0.1:7000 or [::1]:7000.',
  });
}

function reasonAgainst(text: string): string {
  if (text === '') return 'it is empty.';
  if (/^\w+:\/\//.test(text)) return 'it is a URL.';
  if (!text.includes(':')) return 'it has no port.';
  if ((text.match(/:/g)?.length ?? 0) > 1 && !text.startsWith('[')) return 'an IPv6 host must be in brackets.';
  return 'it is not host:port.';
}
