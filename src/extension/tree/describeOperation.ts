import { join } from 'node:path';
import { describePlan, type JournaledOperation } from '../../core/index';
import { journaledNotes } from './buildOperationRows';

/** What the journal tells of an operation, as plain text: how it went, what was said, its plan, where it is written. */
export function describeOperation(entry: JournaledOperation, cluster: string | undefined, directory: string): string {
  const { title, plan, state, startedAt, endedAt, needsAttention, processId, host, stepIndex, id } = entry;
  const facts: [string, string | undefined][] = [
    ['State', needsAttention ? `${state}; it needs attention: resume it, roll it back, or dismiss it` : state],
    ['Cluster', cluster],
    ['Started', startedAt || undefined],
    ['Ended', endedAt],
    ['Steps done', plan && `${Math.min(stepIndex, plan.steps.length)} of ${plan.steps.length}`],
    ['Process', processId === undefined ? undefined : `${processId}${host === undefined ? '' : ` on ${host}`}`],
    ['Journal', join(directory, `${id}.jsonl`)],
  ];
  const lines = [
    title,
    '',
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`${`${name}:`.padEnd(12)}${value}`])),
    '',
    ...journaledNotes(entry).flatMap(note => [note, '']),
  ];
  return `${lines.join('\n')}${plan ? `\nThe plan\n\n${describePlan(plan)}` : ''}`;
}
