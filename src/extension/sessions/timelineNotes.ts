import type { Operation, Timeline, TimelineOperation } from '../../core/index';

/** Which failovers are an operation's own doing. */
export function timelineOperation({ plan }: Operation): TimelineOperation {
  const promotes = plan.steps.flatMap(step => (step.kind === 'failOver' ? [step.replica.id] : []));
  return { title: plan.title, promotes };
}

/** Notes that an operation began, and how it ended, as one event. Never rejects. */
export async function noteOperation(timeline: Timeline, { id, plan, finished }: Operation): Promise<void> {
  const note = (what: string): void =>
    timeline.note({ atMilliseconds: Date.now(), kind: 'operation', text: `${plan.title}: ${what}`, story: id });
  note('it began.');
  try {
    const { outcome } = await finished;
    note(outcome === 'completed' ? 'completed.' : 'cancelled.');
  } catch (error) {
    note(`it failed. ${error instanceof Error ? error.message : String(error)}`);
  }
}
