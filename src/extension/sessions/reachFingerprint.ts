import { createHash } from 'node:crypto';
import type { ClusterDefinition } from './types';

type Reach = Pick<ClusterDefinition, 'nodes' | 'spares' | 'username' | 'tls' | 'ssh' | 'addressMap'>;

/** 32 hex digits of everything that says where a password would go: too many to find other nodes with the same. */
export function reachFingerprint({ nodes, spares = [], username, tls, ssh, addressMap }: Reach): string {
  const reach = [
    ...[[...nodes].sort(), [...spares].sort(), username ?? '', entriesOf(tls), entriesOf(addressMap)],
    ...(ssh ? [entriesOf(ssh)] : []),
  ];
  return createHash('sha256').update(JSON.stringify(reach)).digest('hex').slice(0, 32);
}

function entriesOf(group: object | undefined): [string, unknown][] | null {
  return group ? Object.entries(group).sort(([one], [other]) => one.localeCompare(other)) : null;
}
