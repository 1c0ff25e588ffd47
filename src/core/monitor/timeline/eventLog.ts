import type { TimelineEvent, TimelineStage } from './types';

/** A new event: what is not given follows from the rest. */
export type EventDraft = TimelineStage & { nodeIds: readonly string[] } & Pick<
    TimelineEvent,
    'afterPause' | 'cause' | 'operationTitle'
  > & { stages?: readonly TimelineStage[] };

/** What changes about an event that goes on. */
export type EventChange = Partial<Omit<TimelineEvent, 'id' | 'stages' | 'sinceMilliseconds'>>;

/** The events themselves, each a value that is replaced when it goes on; the ones that went on longest ago are dropped. */
export class EventLog {
  readonly #events = new Map<string, TimelineEvent>();
  #made = 0;

  /** `earlier`: in the order in which they last went on. */
  constructor(
    private readonly kept: number,
    earlier: readonly TimelineEvent[] = [],
  ) {
    for (const event of earlier) this.#put(event);
    this.#made = Math.max(0, ...earlier.map(({ id }) => Number(id)));
  }

  /** In the order in which they last went on. */
  get events(): readonly TimelineEvent[] {
    return [...this.#events.values()];
  }

  add(draft: EventDraft): TimelineEvent {
    return this.#put({
      ...draft,
      id: String(++this.#made),
      sinceMilliseconds: draft.atMilliseconds,
      stages: draft.stages ?? [],
    });
  }

  /** One stage more, and a new headline where one is given. Also for an event that was dropped meanwhile. */
  goOn(event: TimelineEvent, stage: TimelineStage, headline: EventChange = stage): TimelineEvent {
    const { atMilliseconds, kind, text } = event;
    const earlier = event.stages.length > 0 ? event.stages : [{ atMilliseconds, kind, text }];
    return this.#put({ ...event, ...headline, stages: bound([...earlier, stage]) });
  }

  /** Says a stage again in other words, and the headline where it said the same; when it happened stays as it is. */
  reword(event: TimelineEvent, kind: TimelineStage['kind'], text: string): TimelineEvent {
    const index = event.stages.findLastIndex(stage => stage.kind === kind);
    const stages = event.stages.map((stage, at) => (at === index ? { ...stage, text } : stage));
    const reworded = { ...event, stages, ...(event.kind === kind && { text }) };
    if (this.#events.has(event.id)) this.#events.set(event.id, reworded);
    return reworded;
  }

  /** The same event with another headline, without a stage: what only adds up needs no history. */
  replace(event: TimelineEvent, change: EventChange): TimelineEvent {
    return this.#put({ ...event, ...change });
  }

  #put(event: TimelineEvent): TimelineEvent {
    this.#events.delete(event.id);
    this.#events.set(event.id, event);
    for (const oldest of this.#events.keys()) {
      if (this.#events.size <= this.kept) break;
      this.#events.delete(oldest);
    }
    return event;
  }
}

const STAGES_KEPT = 24;

/** How it began stays, and what came last. */
function bound(stages: TimelineStage[]): TimelineStage[] {
  return stages.length <= STAGES_KEPT ? stages : [stages[0]!, ...stages.slice(stages.length - STAGES_KEPT + 1)];
}
