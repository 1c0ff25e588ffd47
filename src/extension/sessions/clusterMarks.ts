import { l10n } from 'vscode';
import type { ClusterColor } from '../../shared/clusterColors';
import type { ClusterDefinition } from './types';

/** Short words to show wherever the cluster is, most serious first. */
export function clusterMarks({ production, readOnly, tls }: ClusterDefinition): string[] {
  return [
    ...(production ? [l10n.t('production')] : []),
    ...(readOnly ? [l10n.t('read-only')] : []),
    ...(tls?.skipVerification ? [l10n.t('TLS not verified')] : []),
  ];
}

export function clusterColor({ production, color }: ClusterDefinition): ClusterColor | undefined {
  return color ?? (production ? 'red' : undefined);
}
