import type { Memento } from 'vscode';
import * as z from 'zod/mini';
import { timelineKinds, type TimelineEvent } from '../../core/index';
import { Disposable } from '../disposable';

const prefix = 'redisCluster.timeline.';
/** Of one cluster; what is beyond, or older, is not remembered. */
const mostEvents = 200;
const longestMilliseconds = 86_400_000;
/** Many changes within this time are written as one. */
const writeMilliseconds = 1000;

type EventSchema = ReturnType<typeof makeSchema>;
let schema: EventSchema | undefined;

// Made on first use: the kinds are the core's, which is not loaded before it is needed.
function makeSchema() {
  const stage = { atMilliseconds: z.number(), kind: z.enum(timelineKinds), text: z.string() };
  return z.object({
    ...stage,
    id: z.string().check(z.regex(/^\d{1,15}$/)),
    sinceMilliseconds: z.number(),
    nodeIds: z.array(z.string()),
    stages: z.array(z.object(stage)),
    cause: z.optional(z.enum(['automatic', 'byHand'])),
    operationTitle: z.optional(z.string()),
    durationMilliseconds: z.optional(z.number()),
    afterPause: z.optional(z.literal(true)),
  });
}

/** What happened to each cluster, over a reload of the window: its last events, with addresses and no secret. */
export class TimelineMemory extends Disposable {
  readonly #state: Memento;
  readonly #report: (error: unknown) => void;
  readonly #now: () => number;
  readonly #noted = new Map<string, readonly TimelineEvent[]>();
  readonly #unwritten = new Set<string>();
  #writing: NodeJS.Timeout | undefined;
  #isTidy = false;

  constructor(state: Memento, report: (error: unknown) => void, now = Date.now) {
    super();
    this.#state = state;
    this.#report = report;
    this.#now = now;
    this.register({ dispose: () => this.#write() });
  }

  /** In the order in which they last went on. What another version wrote, or somebody else, is left out event by event. */
  recall(clusterId: string): TimelineEvent[] {
    const kept = this.#noted.get(clusterId) ?? this.#state.get<unknown>(prefix + clusterId);
    if (!Array.isArray(kept)) return [];
    const made = (schema ??= makeSchema());
    const events = kept.flatMap(value => made.safeParse(value).data ?? []);
    return this.#bound(events as TimelineEvent[]);
  }

  /** Written soon, and only when something happened. */
  note(clusterId: string, events: readonly TimelineEvent[]): void {
    const noted = this.#noted.get(clusterId) ?? [];
    const isSame = noted.length === events.length && noted.every((event, index) => event === events[index]);
    if (this.isDisposed || isSame) return;
    this.#noted.set(clusterId, events);
    this.#unwritten.add(clusterId);
    this.#writing ??= setTimeout(() => this.#write(), writeMilliseconds);
  }

  forget(clusterId: string): void {
    this.#noted.delete(clusterId);
    this.#unwritten.delete(clusterId);
    this.#update(clusterId, undefined);
  }

  #write(): void {
    clearTimeout(this.#writing);
    this.#writing = undefined;
    for (const id of this.#unwritten) this.#update(id, this.#bound(this.#noted.get(id) ?? []));
    this.#unwritten.clear();
    if (!this.#isTidy) this.#tidy();
    this.#isTidy = true;
  }

  /** Of a cluster that was taken out of the settings by hand, nobody else forgets anything. */
  #tidy(): void {
    const kept = this.#state.keys().filter(key => key.startsWith(prefix));
    for (const id of kept.map(key => key.slice(prefix.length)))
      if (this.recall(id).length === 0) this.#update(id, undefined);
  }

  #bound(events: readonly TimelineEvent[]): TimelineEvent[] {
    const now = this.#now();
    return events
      .filter(({ atMilliseconds }) => Math.abs(now - atMilliseconds) < longestMilliseconds)
      .slice(-mostEvents);
  }

  #update(clusterId: string, events: TimelineEvent[] | undefined): void {
    this.#state.update(prefix + clusterId, events).then(undefined, this.#report);
  }
}
