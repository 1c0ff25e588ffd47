import { clockText, type JournaledOperation } from '../../core/index';

/** Why an operation that once was unfinished can no more be resumed or rolled back, whole sentences; `entry` as the journal has it. */
export function settledText(entry: JournaledOperation | undefined): string {
  if (!entry) return 'The journal does not hold that operation any more. Nothing was changed.';
  const { title, state, endedAt } = entry;
  const when = endedAt === undefined ? '' : ` at ${clockText(Date.parse(endedAt))}`;
  switch (state) {
    case 'running':
      return `"${title}" has been taken up again and runs now: it can be paused or cancelled in the view "Operations".`;
    case 'completed':
      return `"${title}" was resumed and has completed${when}: nothing is left to resume or roll back.`;
    case 'cancelled':
      return `"${title}" was rolled back or cancelled${when}: nothing is left to resume or roll back.`;
    default:
      return `"${title}" was dismissed or has ended${when}: nothing is left to resume or roll back.`;
  }
}
