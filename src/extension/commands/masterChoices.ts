import * as vscode from 'vscode';
import type { ClusterNode, Topology } from '../../core/index';
import type { Choice } from '../prompts';

/** The masters of a cluster, those without slots too: no spares that stand outside of it, no failed ones. */
export function mastersOf(topology: Topology | undefined): ClusterNode[] {
  return (
    topology?.nodes.filter(
      ({ role, inCluster, reachable, status }) => role === 'master' && inCluster && reachable && status !== 'failed',
    ) ?? []
  );
}

/** Rows to choose masters from, with what each holds. */
export function masterChoices(masters: readonly ClusterNode[]): Choice<ClusterNode>[] {
  return masters.map(node => ({
    label: node.address,
    description: [...holdingsOf(node), node.hostLabel].filter(Boolean).join(' · '),
    value: node,
  }));
}

/** Slots and keys of a master, a text each. */
export function holdingsOf(node: ClusterNode): string[] {
  return [slotsOf(node), keysOf(node) ?? ''].filter(Boolean);
}

function slotsOf({ slots }: ClusterNode): string {
  if (slots.isEmpty) return vscode.l10n.t('no slots');
  return slots.count === 1 ? vscode.l10n.t('1 slot') : vscode.l10n.t('{0} slots', slots.count);
}

function keysOf({ info }: ClusterNode): string | undefined {
  if (!info) return undefined;
  return info.keys === 1 ? vscode.l10n.t('1 key') : vscode.l10n.t('{0} keys', info.keys.toLocaleString('en'));
}
