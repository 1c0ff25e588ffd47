import * as vscode from 'vscode';
import type { CommandDependencies } from './dependencies';

/** The documents that come with the extension, by the name of their file. */
const pages = (): Record<string, { title: string; file: string }> => ({
  troubleshooting: {
    title: vscode.l10n.t('Troubleshooting: what a message means and what to do'),
    file: 'docs/troubleshooting.md',
  },
  commands: { title: vscode.l10n.t('Commands, and what each does'), file: 'docs/commands.md' },
  settings: { title: vscode.l10n.t('Settings of a cluster'), file: 'docs/settings.md' },
  connecting: { title: vscode.l10n.t('Getting through to a cluster'), file: 'docs/connecting.md' },
  acl: { title: vscode.l10n.t('The rights of a user: ACLs'), file: 'docs/acl.md' },
  safety: { title: vscode.l10n.t('What keeps a change safe'), file: 'docs/safety.md' },
  supervisor: { title: vscode.l10n.t('The supervisor and its guards'), file: 'docs/supervisor.md' },
  engines: { title: vscode.l10n.t('How slots move on which servers'), file: 'docs/engines.md' },
  backup: { title: vscode.l10n.t('Backups, and how to make a cluster of one'), file: 'docs/backup.md' },
  docker: { title: vscode.l10n.t('Servers by Docker: the compose file'), file: 'docker-compose.yml' },
  core: { title: vscode.l10n.t('Scripts: the core without VS Code'), file: 'docs/core.md' },
});

/** Shows a document of the extension as it reads. Argument: `{ page? }`; without it the person picks. */
export async function showHelp({ context, prompts }: CommandDependencies, argument: unknown): Promise<void> {
  const { page } = (argument ?? {}) as { page?: unknown };
  const known = pages();
  const choices = Object.values(known).map(value => ({ label: value.title, value }));
  const chosen =
    typeof page === 'string' && Object.hasOwn(known, page)
      ? known[page]
      : await prompts.pick(choices, vscode.l10n.t('Help'), vscode.l10n.t('What about?'));
  if (chosen)
    await vscode.commands.executeCommand(
      chosen.file.endsWith('.md') ? 'markdown.showPreview' : 'vscode.open',
      vscode.Uri.joinPath(context.extensionUri, ...chosen.file.split('/')),
    );
}
