import * as l10n from '@vscode/l10n';
import { formatRounded, formatTenths } from './formatNumbers';

/** `14:03:10`, in the reader's own time zone, a day's clock whatever the language. */
export function formatClock(milliseconds: number): string {
  const time = new Date(milliseconds);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(part => String(part).padStart(2, '0')).join(':');
}

/** `now`, `20 s ago`, `3 min ago`, `2 h ago`, `4 days ago`: steps coarse enough to be read, not watched. */
export function formatAgo(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 5) return l10n.t('now');
  if (seconds < 60) return l10n.t('{0} s ago', seconds - (seconds % 5));
  if (seconds < 5400) return l10n.t('{0} min ago', Math.round(seconds / 60));
  if (seconds < 129_600) return l10n.t('{0} h ago', Math.round(seconds / 3600));
  return l10n.t('{0} days ago', Math.round(seconds / 86_400));
}

/** `0.4 s`, `12 s`, `3 min`, `2.5 h`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 9.95) return l10n.t('{0} s', formatTenths(seconds));
  if (seconds < 120) return l10n.t('{0} s', Math.round(seconds));
  if (seconds < 7200) return l10n.t('{0} min', Math.round(seconds / 60));
  return l10n.t('{0} h', formatRounded(seconds / 3600));
}
