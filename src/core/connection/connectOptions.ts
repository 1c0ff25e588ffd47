import { formatAddress, parseAddress } from '../topology/address';
import { ClusterError } from '../topology/clusterError';
import { ConnectionError } from './connectionError';
import { formatDialled, isSocketPath, parseDialled } from './dialledAddress';
import { secureContextOf } from './secureContext';
import type { SshOptions } from './tunnel/types';
import type { ConnectOptions } from './types';

/** The addresses of ConnectOptions, every one read and written the same way. */
export interface CheckedOptions {
  seeds: readonly string[];
  addressMap: ReadonlyMap<string, string>;
  hosts: Readonly<Record<string, string>>;
}

/**
 * Reads everything that can be wrong before anything is dialled. Throws a ClusterError (`badAddress`, `duplicateAddress`,
 * `noAddress`) or a ConnectionError (`badTlsOptions`, `badSshOptions`).
 */
export function checkConnectOptions(options: ConnectOptions): CheckedOptions {
  const { nodes, addressMap = {}, hosts = {}, tls, ssh } = checkShape(options);
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
  if (ssh) checkJumpHost(ssh);
  const dialledFor = new Map(
    Object.entries(addressMap).map(([announced, dialled]) => [
      normalAddress(announced),
      formatDialled(parseDialled(dialled)),
    ]),
  );
  for (const [announced, dialled] of dialledFor) if (isSocketPath(dialled)) checkSocket(announced, dialled, ssh);
  return {
    seeds,
    addressMap: dialledFor,
    hosts: Object.fromEntries(Object.entries(hosts).map(([address, label]) => [normalAddress(address), label])),
  };
}

function checkJumpHost({ host, port = 22 }: SshOptions): void {
  try {
    parseAddress(formatAddress({ host, port }));
  } catch (cause) {
    throw new ConnectionError('badSshOptions', `The jump host ${host}:${port} is no address.`, {
      remedy: 'Give its name or address as host, and its port apart from that.',
      cause,
    });
  }
}

function checkSocket(announced: string, path: string, ssh: SshOptions | undefined): void {
  const what = `${announced} is to be dialled at the unix socket ${path}`;
  if (ssh)
    throw new ConnectionError('badSshOptions', `${what}, to which no jump host leads.`, {
      node: announced,
      remedy: `Map it to host:port as ${ssh.host} reaches it, or connect without the jump host.`,
    });
  // Node takes a path for the name of a pipe there.
  if (process.platform === 'win32')
    throw new ClusterError('badAddress', `${what}, which Windows cannot do.`, {
      node: announced,
      remedy: 'Map it to host:port.',
    });
}

// Scripts call this without a type checker beside them.
function checkShape(options: ConnectOptions | undefined): ConnectOptions {
  const nodes: unknown = options?.nodes;
  if (options && Array.isArray(nodes) && nodes.every(node => typeof node === 'string')) return options;
  throw new ClusterError('badAddress', 'The nodes to connect to must be a list of texts.', {
    remedy: "Give them as { nodes: ['127.0.0.1:7000'] }.",
  });
}

/** `host:port` in one spelling. Throws a ClusterError `badAddress`. */
export function normalAddress(text: string): string {
  return formatDialled(parseAddress(text));
}
