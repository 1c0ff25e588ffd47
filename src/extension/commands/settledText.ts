import { l10n } from 'vscode';
import { clockText, type JournaledOperation } from '../../core/index';

/** Why an operation that once was unfinished can no more be resumed or rolled back, whole sentences; `entry` as the journal has it. */
export function settledText(entry: JournaledOperation | undefined): string {
  if (!entry) return l10n.t('The journal does not hold that operation any more. Nothing was changed.');
  const { title, state, endedAt } = entry;
  const when = endedAt === undefined ? undefined : clockText(Date.parse(endedAt));
  switch (state) {
    case 'running':
      return l10n.t(
        '"{0}" has been taken up again and runs now: it can be paused or cancelled in the view "Operations".',
        title,
      );
    case 'completed':
      return when === undefined
        ? l10n.t('"{0}" was resumed and has completed: nothing is left to resume or roll back.', title)
        : l10n.t('"{0}" was resumed and has completed at {1}: nothing is left to resume or roll back.', title, when);
    case 'cancelled':
      return when === undefined
        ? l10n.t('"{0}" was rolled back or cancelled: nothing is left to resume or roll back.', title)
        : l10n.t('"{0}" was rolled back or cancelled at {1}: nothing is left to resume or roll back.', title, when);
    default:
      return when === undefined
        ? l10n.t('"{0}" was dismissed or has ended: nothing is left to resume or roll back.', title)
        : l10n.t('"{0}" was dismissed or has ended at {1}: nothing is left to resume or roll back.', title, when);
  }
}
