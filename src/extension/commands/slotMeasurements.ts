import * as vscode from 'vscode';
import type { ClusterClient, SlotMeasure, SlotMeasurements } from '../../core/index';

/** Counts the keys of every slot, and what else a plan goes by, behind a notification that can be cancelled. */
export async function measureSlots(
  client: ClusterClient,
  cluster: string,
  by: SlotMeasure = 'slots',
): Promise<SlotMeasurements> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Counting the keys of {0}', cluster),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (_, token) => {
    const cancelling = new AbortController();
    const listening = token.onCancellationRequested(() => cancelling.abort(new vscode.CancellationError()));
    try {
      return await client.measureSlots({ by, signal: cancelling.signal });
    } finally {
      listening.dispose();
    }
  });
}
