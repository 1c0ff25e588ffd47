import * as l10n from '@vscode/l10n';

/** Every word of the what-if but those of the loss itself, which come from the extension. */
export const whatIfStrings = {
  label: l10n.t('What if'),
  title: (name: string): string => l10n.t('What if {0} died?', name),
  onlyThought: l10n.t('Only a thought: nothing is done.'),
  asking: l10n.t('Working it out…'),
  close: l10n.t('Leave the what-if (Esc)'),
  place: (kind: 'host' | 'zone', label: string): string =>
    kind === 'host' ? l10n.t('host {0}', label) : l10n.t('zone {0}', label),
  node: {
    dies: l10n.t('dies'),
    down: l10n.t('dies, slots down'),
    takesOver: l10n.t('takes over'),
    notElected: l10n.t('not elected'),
  },
  shardDown: l10n.t('down'),
  shardTakenOver: l10n.t('taken over'),
  ask: l10n.t('What if…'),
  askTitle: (name: string | undefined): string =>
    name === undefined
      ? l10n.t('Choose a host or a node first: what if it died? (w)')
      : l10n.t('What if {0} died? (w)', name),
};
