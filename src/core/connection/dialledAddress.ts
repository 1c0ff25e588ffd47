import { formatAddress, parseAddress, type Address } from '../topology/address';
import { ClusterError } from '../topology/clusterError';

/** A unix socket on this computer. */
export interface SocketPath {
  /** From `/` on. */
  path: string;
}

/**
 * Reads where a node is dialled: `host:port`, or the whole path of a unix socket. Throws a ClusterError `badAddress` that
 * quotes the text and says what is wrong with it.
 */
export function parseDialled(text: string): Address | SocketPath {
  const trimmed = text.trim();
  if (!isMeantAsPath(trimmed)) return parseAddress(trimmed);
  const reason = reasonAgainst(trimmed);
  if (reason === undefined) return { path: trimmed };
  throw new ClusterError('badAddress', `"${trimmed}" is not the path of a unix socket: ${reason}`, {
    remedy: 'Write it from / on, for example /run/redis/7000.sock.',
  });
}

/** In one spelling: `host:port` in small letters, or the path as it is. */
export function formatDialled(dialled: Address | SocketPath): string {
  // Host names do not care for capitals, and neither do the hex digits of IPv6.
  return 'path' in dialled ? dialled.path : formatAddress({ host: dialled.host.toLowerCase(), port: dialled.port });
}

/** Of what `parseDialled` has taken. */
export function isSocketPath(dialled: string): boolean {
  return dialled.startsWith('/');
}

function isMeantAsPath(text: string): boolean {
  return /[\\/]|^~|\.sock$/.test(text) && !/^\w+:\/\//.test(text);
}

/** What `sun_path` of macOS holds; Linux takes 107. Whatever is longer is cut off without a word, and another socket dialled. */
const LONGEST_PATH_BYTES = 103;

function reasonAgainst(path: string): string | undefined {
  if (/^[a-z]:|\\/i.test(path)) return 'it is a path of Windows, where servers have no unix sockets.';
  if (path.startsWith('~')) return 'a home folder must be written out.';
  if (!path.startsWith('/')) return 'it does not begin with /.';
  if (path.endsWith('/')) return 'it is a folder.';
  if (/\p{Cc}/u.test(path)) return 'it is not one line of text.';
  if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) return `it is longer than ${LONGEST_PATH_BYTES} bytes.`;
  return undefined;
}
