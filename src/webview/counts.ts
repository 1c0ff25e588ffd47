import * as l10n from '@vscode/l10n';
import { formatNumber } from './formatNumbers';

/** So many of something, each in a whole phrase. */
export const counts = {
  nodes: (count: number): string => (count === 1 ? l10n.t('1 node') : l10n.t('{0} nodes', formatNumber(count))),
  shards: (count: number): string => (count === 1 ? l10n.t('1 shard') : l10n.t('{0} shards', formatNumber(count))),
  masters: (count: number): string => (count === 1 ? l10n.t('1 master') : l10n.t('{0} masters', formatNumber(count))),
  replicas: (count: number): string =>
    count === 1 ? l10n.t('1 replica') : l10n.t('{0} replicas', formatNumber(count)),
  spares: (count: number): string => (count === 1 ? l10n.t('1 spare') : l10n.t('{0} spares', formatNumber(count))),
  slots: (count: number): string => (count === 1 ? l10n.t('1 slot') : l10n.t('{0} slots', formatNumber(count))),
  keys: (count: number): string => (count === 1 ? l10n.t('1 key') : l10n.t('{0} keys', formatNumber(count))),
};
