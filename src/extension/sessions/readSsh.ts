import type { SshOptions } from '../../core/index';
import { readNamedFile } from './readTls';
import type { ClusterDefinition } from './types';

/**
 * The jump host of a definition with its key file read. `secret`: the passphrase of that, or without one the password on the
 * jump host. Throws a ClusterError `fileUnreadable` that names the file.
 */
export async function readSsh(
  { host, port, username, keyFile, useAgent }: NonNullable<ClusterDefinition['ssh']>,
  secret: string | undefined,
  confirmHostKey: NonNullable<SshOptions['confirmHostKey']>,
): Promise<SshOptions> {
  const key = await readNamedFile('SSH key', keyFile);
  return {
    host,
    ...(port !== undefined && { port }),
    ...(username !== undefined && { username }),
    ...(key !== undefined && { key }),
    ...(secret !== undefined && (key === undefined ? { password: secret } : { passphrase: secret })),
    ...(useAgent !== undefined && { useAgent }),
    confirmHostKey,
  };
}
