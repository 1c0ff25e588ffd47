import { l10n, window } from 'vscode';
import type { UnknownHost } from '../core/index';
import { createPrompts } from './prompts';

/** Whether a person who is just adding or editing a cluster vouches for a jump host. */
export function confirmHostKey(host: UnknownHost): Promise<boolean> {
  return once(`${host.address} ${host.fingerprint}`, () => ask(host));
}

/** The same of a look that nobody began: it waits beside, for what is typed just then must not answer it. */
export function offerHostKey(host: UnknownHost): Promise<boolean> {
  return once(`offer ${host.address} ${host.fingerprint}`, () => offer(host));
}

const asking = new Map<string, Promise<boolean>>();

/** However many clusters lie behind it. */
function once(subject: string, question: () => Promise<boolean>): Promise<boolean> {
  const asked = asking.get(subject) ?? question().finally(() => asking.delete(subject));
  asking.set(subject, asked);
  return asked;
}

async function offer({ address, keyType, fingerprint, file }: UnknownHost): Promise<boolean> {
  const trust = l10n.t('Trust This Key');
  const question = l10n.t(
    'The jump host {0} is not known on this computer yet. It shows the key {1} {2}. Compare it with what whoever runs it says; if it is trusted, it is added to {3}.',
    address,
    keyType,
    fingerprint,
    file,
  );
  return (await window.showWarningMessage(question, trust)) === trust;
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
