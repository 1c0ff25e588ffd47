import { l10n } from 'vscode';
import { parseAddress } from '../../core/index';
import { faultOf } from '../faultOf';
import type { Prompts } from '../prompts';
import { jumpHostText } from '../sessions/jumpHostText';
import type { ClusterDefinition } from '../sessions/types';

type Ssh = NonNullable<ClusterDefinition['ssh']>;

/** What was answered; all absent for no jump host. */
export interface SshAnswer {
  ssh?: Ssh;
  /** The passphrase of the key file, or without one the password on the jump host. */
  sshSecret?: string;
}

/** Which jump host, and how it is signed in to. Undefined when the person turned away. */
export async function askSsh(prompts: Prompts, title: string, now: Ssh | undefined): Promise<SshAnswer | undefined> {
  const where = await prompts.input({
    title,
    prompt: l10n.t(
      'Jump host through which all nodes are reached, as user@host or user@host:port. Leave empty for none.',
    ),
    value: now ? jumpHostText(now) : '',
    placeholder: 'alice@bastion.example:22',
    validate: text => (text.trim() === '' ? undefined : faultOf(() => parseJumpHost(text))),
  });
  if (where === undefined) return undefined;
  if (where.trim() === '') return {};
  const keyFile = await prompts.input({
    title,
    prompt: l10n.t('Path of the private SSH key. Leave empty to sign in by the SSH agent, or by a password.'),
    value: now?.keyFile ?? '',
    placeholder: '~/.ssh/id_ed25519',
  });
  if (keyFile === undefined) return undefined;
  const sshSecret = await prompts.input({
    title,
    prompt:
      keyFile.trim() === ''
        ? l10n.t(
            'Password on the jump host. Leave empty to sign in by the SSH agent. It is kept in the secret storage of VS Code.',
          )
        : l10n.t(
            'Passphrase of the SSH key. Leave empty where it has none. It is kept in the secret storage of VS Code.',
          ),
    password: true,
  });
  if (sshSecret === undefined) return undefined;
  return {
    ssh: {
      ...parseJumpHost(where),
      ...(keyFile.trim() !== '' && { keyFile: keyFile.trim() }),
      ...(now?.useAgent !== undefined && { useAgent: now.useAgent }),
    },
    ...(sshSecret !== '' && { sshSecret }),
  };
}

/** Reads `user@host:port`, of which only the host is needed. Throws an Error in words. */
export function parseJumpHost(text: string): Pick<Ssh, 'host' | 'port' | 'username'> {
  const [, username, place = ''] = /^(?:([^\s@:]+)@)?([^\s@]+)$/.exec(text.trim()) ?? [];
  const hasPort = /^(\[[^\]]+\]|[^:]+):\d+$/.test(place);
  try {
    const { host, port } = parseAddress(hasPort ? place : `${place}:22`);
    return { host, ...(port !== 22 && { port }), ...(username !== undefined && { username }) };
  } catch {
    throw new Error(l10n.t('That is not user@host or user@host:port. A password does not belong there.'));
  }
}
