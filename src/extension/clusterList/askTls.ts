import { l10n } from 'vscode';
import type { Choice, Prompts } from '../prompts';
import type { ClusterDefinition } from '../sessions/types';

type Tls = NonNullable<ClusterDefinition['tls']>;
type TextKey = Exclude<keyof Tls, 'skipVerification' | 'serverNames'>;

export type Security = 'plain' | 'tls' | 'unverified';

/** What holds now comes first: it is what Enter takes; `others` come last. Undefined when the person turned away. */
export function askSecurity<Other extends string = never>(
  prompts: Prompts,
  title: string,
  now: Tls | undefined,
  others: readonly Choice<Other>[] = [],
): Promise<Security | Other | undefined> {
  const held = !now ? 'plain' : now.skipVerification ? 'unverified' : 'tls';
  const choices: Choice<Security>[] = [
    { label: l10n.t('Plain Connection'), description: 'redis://', value: 'plain' },
    { label: 'TLS', description: l10n.t('certificates are verified'), value: 'tls' },
    {
      label: l10n.t('TLS Without Verification'),
      description: l10n.t('anyone in between can read along; shown as a warning'),
      value: 'unverified',
    },
  ];
  choices.sort((one, other) => Number(other.value === held) - Number(one.value === held));
  return prompts.pick<Security | Other>([...choices, ...others], title, l10n.t('How is the connection secured?'));
}

/** How the connection is secured, with every file and name. Undefined when the person turned away. */
export async function askTls(
  prompts: Prompts,
  title: string,
  now: Tls | undefined,
): Promise<{ tls?: Tls } | undefined> {
  const kind = await askSecurity(prompts, title, now);
  if (kind === undefined) return undefined;
  if (kind === 'plain') return {};
  const tls: Tls = kind === 'unverified' ? { skipVerification: true } : {};
  for (const { key, prompt, fault } of questions(tls)) {
    const text = await prompts.input({ title, prompt, value: now?.[key] ?? '', ...(fault && { validate: fault }) });
    if (text === undefined) return undefined;
    if (text.trim() !== '') tls[key] = text.trim();
  }
  return { tls: { ...tls, ...(now?.serverNames && { serverNames: now.serverNames }) } };
}

/** In a few words. */
export function describeTls(tls: Tls | undefined): string {
  if (!tls) return l10n.t('off');
  const { caFile, certificateFile, keyFile, serverName, skipVerification } = tls;
  return [
    skipVerification ? l10n.t('on, not verified') : l10n.t('on'),
    ...[caFile, certificateFile, keyFile, serverName].flatMap(text => text ?? []),
  ].join(' · ');
}

interface Question {
  key: TextKey;
  prompt: string;
  fault?: (text: string) => string | undefined;
}

/** `given`: what was answered so far; filled while it is gone through. */
function questions(given: Tls): Question[] {
  return [
    {
      key: 'caFile',
      prompt: l10n.t('Path of the CA certificate (PEM). Leave empty for the authorities of this machine.'),
    },
    { key: 'certificateFile', prompt: l10n.t('Path of the client certificate (PEM). Leave empty for none.') },
    {
      key: 'keyFile',
      prompt: l10n.t('Path of the key of the client certificate (PEM). Leave empty for none.'),
      fault: text =>
        (text.trim() === '') === (given.certificateFile === undefined)
          ? undefined
          : l10n.t('A client certificate and its key belong together: give both or none.'),
    },
    {
      key: 'serverName',
      prompt: l10n.t('The name the certificate must be for, where it is not the dialled host. Leave empty for that.'),
      fault: text => (/^[\w.-]*$/.test(text.trim()) ? undefined : l10n.t('That is not a host name.')),
    },
  ];
}
