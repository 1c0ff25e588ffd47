import * as vscode from 'vscode';
import type { ClusterClient, SlotMeasure, SlotMeasurements } from '../../core/index';
import { cancellable } from './cancellable';

/** Counts the keys of every slot, and what else a plan goes by, behind a notification that can be cancelled. */
export async function measureSlots(
  client: ClusterClient,
  cluster: string,
  by: SlotMeasure = 'slots',
): Promise<SlotMeasurements> {
  return cancellable(vscode.l10n.t('Counting the keys of {0}', cluster), signal => client.measureSlots({ by, signal }));
}
