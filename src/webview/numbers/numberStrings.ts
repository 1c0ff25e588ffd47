import * as l10n from '@vscode/l10n';
import { formatTenths } from '../formatNumbers';
import { joinParts } from '../joinWords';
import type { Skew } from './shardTotals';

/** The words of figures. */
export const numberStrings = {
  /** `1.6 × the mean keys` */
  skew: ({ by, ratio }: Skew): string => {
    const times = formatTenths(ratio);
    switch (by) {
      case 'keys':
        return l10n.t('{0} × the mean keys', times);
      case 'memory':
        return l10n.t('{0} × the mean memory', times);
      case 'operations':
        return l10n.t('{0} × the mean op/s', times);
    }
  },
  skews: (skews: readonly Skew[]): string => joinParts(skews.map(numberStrings.skew)),
  /** For a narrow place: `1.6 × keys` */
  skewedShort: ([worst]: readonly Skew[]): string => {
    const times = formatTenths(worst?.ratio ?? 0);
    switch (worst?.by) {
      case 'keys':
        return l10n.t('{0} × keys', times);
      case 'memory':
        return l10n.t('{0} × memory', times);
      case 'operations':
        return l10n.t('{0} × op/s', times);
      case undefined:
        return '';
    }
  },
  skewed: (skews: readonly Skew[]): string =>
    skews.length === 0 ? '' : l10n.t('skewed: {0}', numberStrings.skews(skews)),
};
