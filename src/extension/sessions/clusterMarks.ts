import type { ClusterColor } from '../../shared/clusterColors';
import type { ClusterDefinition } from './types';

/** Short words to show wherever the cluster is, most serious first. */
export function clusterMarks({ production, readOnly, tls }: ClusterDefinition): string[] {
  return [
    ...(production ? ['production'] : []),
    ...(readOnly ? ['read-only'] : []),
    ...(tls?.skipVerification ? ['TLS not verified'] : []),
  ];
}

export function clusterColor({ production, color }: ClusterDefinition): ClusterColor | undefined {
  return color ?? (production ? 'red' : undefined);
}
