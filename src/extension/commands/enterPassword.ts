import * as vscode from 'vscode';
import { jumpHostText } from '../sessions/jumpHostText';
import type { ClusterSession } from '../sessions/types';
import type { CommandDependencies } from './dependencies';
import { resolveCluster } from './target';

/** Stores another password for a cluster, after it was changed on the servers or lost here, and looks again with it. */
export async function enterPassword(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const { store, prompts } = dependencies;
  const title = vscode.l10n.t('Enter Password');
  const session = await resolveCluster(dependencies, argument, title);
  if (!session) return;
  const { id, name, username } = session.definition;
  const password = await prompts.input({
    title,
    prompt: vscode.l10n.t(
      'Password of {0} on {1}. Leave empty for none. It is kept in the secret storage of VS Code.',
      username ?? 'default',
      name,
    ),
    password: true,
  });
  if (password === undefined) return;
  await store.setPassword(id, password === '' ? undefined : password);
  await session.lookNow();
}

/** Stores the passphrase of the SSH key of a cluster, or without a key file the password on its jump host, and looks again. */
export async function enterSshSecret(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const { store, prompts } = dependencies;
  const title = vscode.l10n.t('Enter SSH Passphrase or Password');
  const session = await resolveCluster(dependencies, argument, title, ({ definition }) => definition.ssh !== undefined);
  if (!session) return;
  const { id, name, ssh } = session.definition;
  if (!ssh) throw new Error(vscode.l10n.t('{0} is reached without a jump host. Nothing was stored.', name));
  const secret = await prompts.input({
    title,
    prompt:
      ssh.keyFile === undefined
        ? vscode.l10n.t(
            'Password on {0}. Leave empty to sign in by the SSH agent. It is kept in the secret storage of VS Code.',
            jumpHostText(ssh),
          )
        : vscode.l10n.t(
            'Passphrase of {0}. Leave empty for none. It is kept in the secret storage of VS Code.',
            ssh.keyFile,
          ),
    password: true,
  });
  if (secret === undefined) return;
  await store.setSshSecret(id, secret === '' ? undefined : secret);
  await session.lookNow();
}

/** Stores the passphrase of the client key of a cluster, and looks again with it. */
export async function enterKeyPassphrase(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const { store, prompts } = dependencies;
  const title = vscode.l10n.t('Enter Key Passphrase');
  const hasKey = ({ definition }: ClusterSession): boolean => definition.tls?.keyFile !== undefined;
  const session = await resolveCluster(dependencies, argument, title, hasKey);
  if (!session) return;
  const { id, name, tls } = session.definition;
  if (!hasKey(session))
    throw new Error(vscode.l10n.t('{0} is reached without a client key. Nothing was stored.', name));
  const passphrase = await prompts.input({
    title,
    prompt: vscode.l10n.t(
      'Passphrase of {0}. Leave empty for none. It is kept in the secret storage of VS Code.',
      tls?.keyFile ?? '',
    ),
    password: true,
  });
  if (passphrase === undefined) return;
  await store.setKeyPassphrase(id, passphrase === '' ? undefined : passphrase);
  await session.lookNow();
}
