import type { DefinitionOrigin } from '../settings/parseClusters';
import { jumpHostText } from './jumpHostText';
import { reachFingerprint } from './reachFingerprint';
import type { ClusterDefinition } from './types';

export const secretKinds = ['password', 'keyPassphrase', 'sshPassphrase', 'sshPassword'] as const;
export type SecretKind = (typeof secretKinds)[number];

/** Kept apart, so that no passphrase of a key is ever sent to a jump host as a password. */
export function sshSecretKind({ ssh }: Pick<ClusterDefinition, 'ssh'>): SecretKind {
  return ssh?.keyFile === undefined ? 'sshPassword' : 'sshPassphrase';
}

/**
 * Under which key a secret of a cluster is kept. Files of a workspace come from others and change with every checkout:
 * a password given for one of their clusters goes to the very nodes it was given for, over the same kind of connection,
 * never to what another file lists under the same id. `origin`: undefined for a local cluster.
 */
export function secretKey(
  kind: SecretKind,
  definition: ClusterDefinition,
  origin: DefinitionOrigin | undefined,
): string {
  const { id, ssh } = definition;
  // What one jump host is told is no other's business, however the entry was changed.
  if (kind === 'sshPassword' && ssh && (origin === undefined || origin === 'global'))
    return `redisCluster.${id}@${jumpHostText(ssh)}.${kind}`;
  return origin === undefined || origin === 'global'
    ? `redisCluster.${id}.${kind}`
    : `redisCluster.${id}@${reachFingerprint(definition)}.${kind}`;
}
