import { l10n } from 'vscode';
import { clusterColors, type ClusterColor } from '../../shared/clusterColors';
import type { Choice, Prompts } from '../prompts';
import type { ClusterDefinition } from '../sessions/types';

type Marks = Pick<ClusterDefinition, 'production' | 'color'>;

/** Whether anything may be changed from here. Undefined when the person turned away. */
export function askAccess(prompts: Prompts, title: string, now = false): Promise<boolean | undefined> {
  const choices: Choice<boolean>[] = [
    {
      label: l10n.t('Changes Allowed'),
      detail: l10n.t('Whatever changes the cluster is shown as a plan and asked for first.'),
      value: false,
    },
    { label: l10n.t('Read-Only'), detail: l10n.t('The cluster is watched; no change is offered at all.'), value: true },
  ];
  // What holds now is what Enter takes.
  return prompts.pick(
    choices.sort(({ value }) => (value === now ? -1 : 1)),
    title,
    l10n.t('What may be done with it from here?'),
  );
}

/** Whether it is in production, and the colour it is marked with. Undefined when the person turned away. */
export async function askMarks(prompts: Prompts, title: string): Promise<Marks | undefined> {
  const kind = await prompts.pick<'none' | 'production' | 'color'>(
    [
      { label: l10n.t('No Mark'), value: 'none' },
      {
        label: l10n.t('Production…'),
        detail: l10n.t('Shown everywhere, in a colour; its name is typed before anything changes it.'),
        value: 'production',
      },
      { label: l10n.t('Colour Alone…'), detail: l10n.t('To tell it from the others.'), value: 'color' },
    ],
    title,
    l10n.t('How is it marked?'),
  );
  if (kind === undefined) return undefined;
  if (kind === 'none') return {};
  const color = await prompts.pick<ClusterColor>(
    clusterColors.map(value => ({ label: colorName(value), value })),
    title,
    l10n.t('In which colour?'),
  );
  return color && { ...(kind === 'production' && { production: true }), color };
}

export function colorName(color: ClusterColor): string {
  const names: Record<ClusterColor, string> = {
    red: l10n.t('Red'),
    orange: l10n.t('Orange'),
    yellow: l10n.t('Yellow'),
    green: l10n.t('Green'),
    blue: l10n.t('Blue'),
    purple: l10n.t('Purple'),
  };
  return names[color];
}
