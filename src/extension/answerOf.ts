import * as vscode from 'vscode';

/**
 * Shows a box until `listen` settles it, and disposes of it; with `goBack`, a way back stands beside its title. Undefined when
 * the person turned away or went back.
 */
export function answerOf<Value>(
  box: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  goBack: (() => void) | undefined,
  listen: (settle: (value: Value) => void) => vscode.Disposable[],
): Promise<Value | undefined> {
  if (goBack) box.buttons = [vscode.QuickInputButtons.Back];
  return new Promise(resolve => {
    const settle = (value: Value | undefined): void => {
      resolve(value);
      box.hide();
    };
    const listening = [
      ...listen(settle),
      box.onDidTriggerButton(() => {
        goBack?.();
        settle(undefined);
      }),
      box.onDidHide(() => {
        for (const each of listening) each.dispose();
        box.dispose();
        resolve(undefined);
      }),
    ];
    box.show();
  });
}
