import type { CommandId } from '../shared/commandIds';

/** A command of this extension that a document offers at one of its lines. No part of it but the title is from a server. */
export interface ReportAction {
  title: string;
  command: CommandId;
  argument: object;
}

/** A Markdown text that reads well as it is, and what can be done about its lines. */
export interface Report {
  text: string;
  /** `line`: from 0. */
  actions: readonly (ReportAction & { line: number })[];
}

/** A line of a report that is made, alone or with what can be done about it. */
export type ReportLine = string | { text: string; actions: readonly ReportAction[] };

/** Lines under a heading of their own, nothing where there are none. */
export function section(title: string, lines: readonly ReportLine[]): ReportLine[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, ''];
}

/** Joins lines to a report. */
export function reportOf(lines: readonly ReportLine[]): Report {
  return {
    text: lines.map(line => (typeof line === 'string' ? line : line.text)).join('\n'),
    actions: lines.flatMap((each, line) =>
      typeof each === 'string' ? [] : each.actions.map(action => ({ ...action, line })),
    ),
  };
}
