import type { DefinitionOrigin } from '../settings/parseClusters';
import { reachFingerprint } from './reachFingerprint';
import type { ClusterDefinition } from './types';

/**
 * Under which key the password of a cluster is kept. Files of a workspace come from others and change with every checkout:
 * a password given for one of their clusters goes to the very nodes it was given for, over the same kind of connection,
 * never to what another file lists under the same id. `origin`: undefined for a local cluster.
 */
export function passwordKey(definition: ClusterDefinition, origin: DefinitionOrigin | undefined): string {
  const { id } = definition;
  return origin === undefined || origin === 'global'
    ? `redisCluster.${id}.password`
    : `redisCluster.${id}@${reachFingerprint(definition)}.password`;
}
