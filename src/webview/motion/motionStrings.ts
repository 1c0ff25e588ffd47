import * as l10n from '@vscode/l10n';
import { formatNumber } from '../formatNumbers';
import { joinParts } from '../joinWords';

const MOST_NAMED = 3;

/** Words for what moves on the picture. */
export const motionStrings = {
  /** `done` is undefined where nobody knows of how many. */
  progress: (done: number | undefined, total: number): string =>
    done === undefined
      ? l10n.t('{0} on the way', formatNumber(total))
      : l10n.t('{0} of {1}', formatNumber(done), formatNumber(total)),
  slots: (kind: 'gives' | 'takes', peers: readonly string[]): string => {
    const rest = peers.length - MOST_NAMED;
    const named = [...peers.slice(0, MOST_NAMED), ...(rest > 0 ? [l10n.t('{0} more', rest)] : [])];
    const list = named.reduce((before, peer) => l10n.t('{0}; {1}', before, peer));
    return kind === 'gives' ? l10n.t('gives slots to {0}', list) : l10n.t('takes slots from {0}', list);
  },
  withPeer: (name: string, done: number | undefined, total: number): string =>
    joinParts([name, motionStrings.progress(done, total)]),
  swap: {
    underWay: {
      from: { word: l10n.t('hands over'), text: (to: string): string => l10n.t('hands over to {0}', to) },
      to: { word: l10n.t('takes over'), text: (from: string): string => l10n.t('takes over from {0}', from) },
    },
    done: {
      from: { word: l10n.t('handed over'), text: (to: string): string => l10n.t('handed over to {0}', to) },
      to: { word: l10n.t('took over'), text: (from: string): string => l10n.t('took over from {0}', from) },
    },
  },
  more: (pairs: number): string => (pairs === 1 ? l10n.t('and 1 more pair') : l10n.t('and {0} more pairs', pairs)),
  begun: (slots: number, from: string, to: string): string =>
    slots === 1
      ? l10n.t('1 slot moves from {0} to {1}', from, to)
      : l10n.t('{0} slots move from {1} to {2}', formatNumber(slots), from, to),
};
