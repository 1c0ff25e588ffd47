import * as vscode from 'vscode';
import type { CommandDependencies } from './dependencies';
import { resolveNode } from './target';

/** Puts `host:port` of a node on the clipboard. */
export async function copyAddress(dependencies: CommandDependencies, argument: unknown): Promise<string | undefined> {
  const target = await resolveNode(dependencies, argument, vscode.l10n.t('Copy Address'));
  if (!target) return undefined;
  await vscode.env.clipboard.writeText(target.node.address);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied {0}', target.node.address), 3000);
  return target.node.address;
}
