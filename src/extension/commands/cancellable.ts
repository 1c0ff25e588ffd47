import * as vscode from 'vscode';

/** How far it is: 0 to 1, and what happens now. */
export interface Advance {
  message: string;
  fraction: number;
}

/** Works behind a notification with a Cancel button, which aborts the signal with a CancellationError. */
export async function cancellable<Result>(
  title: string,
  work: (signal: AbortSignal, advance: (how: Advance) => void) => Promise<Result>,
): Promise<Result> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const cancelling = new AbortController();
    const listening = token.onCancellationRequested(() => cancelling.abort(new vscode.CancellationError()));
    let shown = 0;
    try {
      return await work(cancelling.signal, ({ message, fraction }) => {
        const percent = Math.floor(fraction * 100);
        progress.report({ message, increment: percent - shown });
        shown = percent;
      });
    } finally {
      listening.dispose();
    }
  });
}
