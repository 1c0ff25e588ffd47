import { parseDialled } from '../../core/index';
import { wholePath } from '../sessions/readTls';
import type { ClusterDefinition } from '../sessions/types';

/**
 * What redis-cli or valkey-cli is given to reach a node as the extension does. `address`: as the cluster names the node. No
 * password: arguments can be read by everybody on the machine.
 */
export function cliArguments({ username, tls, addressMap }: ClusterDefinition, address: string): string[] {
  const dialled = addressMap?.[address] ?? address;
  const way = parseDialled(dialled);
  return [
    // Follows redirects: a key of another shard answers instead of MOVED. It cannot from a socket.
    ...('path' in way ? ['-s', way.path] : ['-c', '-h', way.host, '-p', String(way.port)]),
    ...(username === undefined ? [] : ['--user', username]),
    ...(tls && !('path' in way)
      ? tlsArguments(tls, tls.serverNames?.[address] ?? tls.serverNames?.[dialled] ?? tls.serverName)
      : []),
  ];
}

function tlsArguments(tls: NonNullable<ClusterDefinition['tls']>, serverName: string | undefined): string[] {
  const file = (flag: string, path: string | undefined): string[] => (path ? [flag, wholePath(path)] : []);
  return [
    '--tls',
    ...file('--cacert', tls.caFile),
    ...file('--cert', tls.certificateFile),
    ...file('--key', tls.keyFile),
    ...(serverName === undefined ? [] : ['--sni', serverName]),
    ...(tls.skipVerification ? ['--insecure'] : []),
  ];
}
