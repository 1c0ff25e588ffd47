import { env } from 'vscode';

let clock: Intl.DateTimeFormat | undefined;

/** A moment of today as `13:05:07`, for rows and tooltips. */
export function timeOf(milliseconds: number): string {
  // Made anew for every row, as by toLocaleTimeString, it takes most of the time of all rows.
  clock ??= new Intl.DateTimeFormat('en', { hourCycle: 'h23', timeStyle: 'medium' });
  return clock.format(milliseconds);
}

/** When an operation began, for rows and lists: `Nov 23, 2026, 14:24`; empty where the journal does not tell. */
export function startText({ startedAt }: { startedAt: string }): string {
  if (startedAt === '') return '';
  return new Date(startedAt).toLocaleString(env.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
}
