import { formatAddress, parseAddress } from '../topology/address';
import { ClusterError } from '../topology/clusterError';
import { secureContextOf } from './secureContext';
import type { ConnectOptions } from './types';

/** The addresses of ConnectOptions, every one read and written the same way. */
export interface CheckedOptions {
  seeds: readonly string[];
  addressMap: ReadonlyMap<string, string>;
  hosts: Readonly<Record<string, string>>;
}

/**
 * Reads everything that can be wrong before anything is dialled. Throws a ClusterError (`badAddress`, `duplicateAddress`,
 * `noAddress`) or a ConnectionError `badTlsOptions`.
 */
export function checkConnectOptions({ nodes, addressMap = {}, hosts = {}, tls }: ConnectOptions): CheckedOptions {
  if (nodes.length === 0)
    throw new ClusterError('noAddress', 'There is no address to connect to.', {
      remedy: 'Give one node or more as host:port.',
    });
  const seeds = nodes.map(normalAddress);
  const twice = seeds.find((seed, index) => seeds.indexOf(seed) !== index);
  if (twice !== undefined)
    throw new ClusterError('duplicateAddress', `The address ${twice} is there twice.`, {
      remedy: 'Name every node once.',
    });
  if (tls) secureContextOf(tls);
  return {
    seeds,
    addressMap: new Map(
      Object.entries(addressMap).map(([announced, dialled]) => [normalAddress(announced), normalAddress(dialled)]),
    ),
    hosts: Object.fromEntries(Object.entries(hosts).map(([address, label]) => [normalAddress(address), label])),
  };
}

/** `host:port` in one spelling. Throws a ClusterError `badAddress`. */
export function normalAddress(text: string): string {
  const { host, port } = parseAddress(text);
  // Host names do not care for capitals, and neither do the hex digits of IPv6.
  return formatAddress({ host: host.toLowerCase(), port });
}
