import type { FromPage, PagePast, Snapshot } from '../../shared/pageProtocol';
import type { PastQuestion } from '../../shared/pageStill';

export interface PastActions {
  post: (message: FromPage) => void;
  /** What is shown has changed. */
  changed: () => void;
}

export interface Past {
  /** What is shown of the past; absent: now. */
  readonly shown: { snapshot: Snapshot; seenUntilMilliseconds: number } | undefined;
  /** Where the handle stands: what was asked for last, answered or not; absent: now. */
  readonly askedMilliseconds: number | undefined;
  goTo(milliseconds: number | undefined): void;
  step(to: 'before' | 'after', nowMilliseconds: number): void;
  accept(answer: PagePast): void;
}

/** Asks the extension how it was, one question at a time: while one is answered only the latest wish is kept. */
export function createPast({ post, changed }: PastActions): Past {
  let shown: Past['shown'];
  let askedMilliseconds: number | undefined;
  let asking: number | undefined;
  let waiting: Omit<PastQuestion, 'request'> | undefined;
  let request = 0;

  return {
    get shown() {
      return shown;
    },
    get askedMilliseconds() {
      return askedMilliseconds;
    },
    goTo(milliseconds) {
      if (milliseconds === undefined) return leave();
      askedMilliseconds = milliseconds;
      ask({ atMilliseconds: milliseconds });
      changed();
    },
    step: (to, nowMilliseconds) => ask({ atMilliseconds: askedMilliseconds ?? nowMilliseconds, step: to }),
    accept(answer) {
      // An answer out of order, or to a question that was taken back.
      if (answer.request !== asking) return;
      const next = waiting;
      asking = undefined;
      if (!('now' in answer)) {
        shown = { snapshot: answer.snapshot, seenUntilMilliseconds: answer.seenUntilMilliseconds };
        if (!next || next.step) askedMilliseconds = answer.snapshot.nowMilliseconds;
      } else if (!next) return leave();
      if (next)
        ask(next.step && askedMilliseconds !== undefined ? { ...next, atMilliseconds: askedMilliseconds } : next);
      changed();
    },
  };

  function ask(question: Omit<PastQuestion, 'request'>): void {
    waiting = undefined;
    if (asking !== undefined) {
      waiting = question;
      return;
    }
    asking = ++request;
    post({ type: 'past', request: asking, ...question });
  }

  function leave(): void {
    asking = waiting = shown = askedMilliseconds = undefined;
    changed();
  }
}
