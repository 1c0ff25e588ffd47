import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ClusterError, type TlsOptions } from '../../core/index';
import type { ClusterDefinition } from './types';

/** The TLS options of a definition with its files read. Throws a ClusterError `fileUnreadable` that names the file. */
export async function readTls(tls: NonNullable<ClusterDefinition['tls']>, passphrase?: string): Promise<TlsOptions> {
  const [ca, certificate, key] = await Promise.all([
    readNamedFile('certificate authority', tls.caFile),
    readNamedFile('client certificate', tls.certificateFile),
    readNamedFile('client key', tls.keyFile),
  ]);
  return {
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { certificate }),
    ...(key !== undefined && { key }),
    ...(key !== undefined && passphrase !== undefined && { passphrase }),
    ...(tls.serverName !== undefined && { serverName: tls.serverName }),
    ...(tls.serverNames && { serverNames: tls.serverNames }),
    ...(tls.skipVerification !== undefined && { skipVerification: tls.skipVerification }),
  };
}

/** A file that the settings name. Throws a ClusterError `fileUnreadable` that says of `what`. */
export async function readNamedFile(what: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined || path === '') return undefined;
  const whole = wholePath(path);
  try {
    return await readFile(whole, 'utf8');
  } catch (error) {
    throw new ClusterError('fileUnreadable', `The file of the ${what}, ${whole}, cannot be read.`, {
      now: 'No connection was made.',
      remedy: 'Correct its path in the setting redisCluster.clusters, or make it readable.',
      cause: error,
    });
  }
}

/** `~/` is the home folder, as in a shell. */
export function wholePath(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
