import { l10n } from 'vscode';
import type { UnknownHost } from '../core/index';
import { createPrompts } from './prompts';

const asking = new Map<string, Promise<boolean>>();

/** Whether a person vouches for a jump host; asked once, however many clusters lie behind it. */
export function confirmHostKey(host: UnknownHost): Promise<boolean> {
  const subject = `${host.address} ${host.fingerprint}`;
  const asked = asking.get(subject) ?? ask(host).finally(() => asking.delete(subject));
  asking.set(subject, asked);
  return asked;
}

function ask({ address, keyType, fingerprint, file }: UnknownHost): Promise<boolean> {
  return createPrompts().confirm({
    question: l10n.t('Is {0} the jump host you mean?', address),
    detail: l10n.t(
      'It is not known on this computer yet, and shows this key:\n{0}\n{1}\nCompare it with what whoever runs it says. If it is trusted, it is added to {2}; nothing secret is sent before.',
      keyType,
      fingerprint,
      file,
    ),
    verb: l10n.t('Trust This Key'),
  });
}
