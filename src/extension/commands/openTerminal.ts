import * as vscode from 'vscode';
import { findServerBinary } from '../../core/index';
import { jumpHostText } from '../sessions/jumpHostText';
import { cliArguments } from './cliArguments';
import type { CommandDependencies } from './dependencies';
import { resolveNode } from './target';

/** Opens redis-cli (or valkey-cli) on one node. The password goes through the environment, never into an argument. */
export async function openTerminal(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const { store, settings } = dependencies;
  const target = await resolveNode(dependencies, argument, vscode.l10n.t('Open redis-cli'));
  if (!target) return;
  const { session, node } = target;
  const { id, name, readOnly, ssh } = session.definition;
  if (readOnly)
    throw new Error(
      vscode.l10n.t(
        '{0} is marked as read-only, and redis-cli could change it: it was not opened. "Run a Command on Nodes" lets through what only reads.',
        name,
      ),
    );
  if (ssh)
    throw new Error(
      vscode.l10n.t(
        '{0} is reached through the jump host {1}, and redis-cli on this computer cannot go that way: it was not opened. Use "Run a Command on Nodes", or redis-cli on the jump host.',
        name,
        jumpHostText(ssh),
      ),
    );
  const { cliPath } = await findServerBinary(settings.local.serverPath);
  if (cliPath === undefined)
    throw new Error(
      vscode.l10n.t('No redis-cli was found beside the server binary. Install redis-tools (or valkey-tools) first.'),
    );
  const password = await store.password(id);
  const terminal = vscode.window.createTerminal({
    name: `redis-cli ${node.address}`,
    iconPath: new vscode.ThemeIcon('terminal'),
    shellPath: cliPath,
    shellArgs: cliArguments(session.definition, node.address),
    ...(password !== undefined && { env: { REDISCLI_AUTH: password } }),
    // Not brought back after a reload: it would come back without its password.
    isTransient: true,
  });
  terminal.show();
}
