import type { Choice, Prompts } from './prompts';

/** Lets something take place once, however often the questions before it are gone through again. */
export type Once = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** What was answered, or what came of some work, in the order of asking. */
interface Step {
  outcome: unknown;
  /** Of a question that can be gone back to: which it is, and what stood there; no text where that was what it suggests. */
  question?: { key: string; text: string | undefined };
}

/**
 * Asks with a way back from every box to the one before it, with all that was typed or chosen kept. `ask` is begun anew on the
 * way back, and gets the answers before that box at once: apart from `once` it only asks, in an order that its answers decide.
 * Rejects like `ask`.
 */
export async function withWayBack<Result>(
  prompts: Prompts,
  ask: (stepping: Prompts, once: Once) => Promise<Result>,
): Promise<Result> {
  const kept = new Map<string, string>();
  let steps: Step[] = [];
  for (;;)
    try {
      const course = new Course(prompts, steps, kept);
      return await ask(course.prompts, course.once);
    } catch (error) {
      if (!(error instanceof WentBack)) throw error;
      const last = steps.findLastIndex(({ question }) => question);
      const { key, text } = steps[last]!.question!;
      keep(kept, key, text);
      steps = steps.slice(0, last);
    }
}

class WentBack extends Error {}

function keep(kept: Map<string, string>, key: string, text: string | undefined): void {
  if (text === undefined) kept.delete(key);
  else kept.set(key, text);
}

/** One time through the questions. Adds to `steps` what is new, and takes out of `kept` what was answered anew. */
class Course {
  readonly prompts: Prompts;
  #taken = 0;

  constructor(
    prompts: Prompts,
    private readonly steps: Step[],
    private readonly kept: Map<string, string>,
  ) {
    this.prompts = {
      ...prompts,
      input: request =>
        this.#question(
          request.prompt,
          String,
          (text, back) => prompts.input({ ...request, ...(text !== undefined && { value: text }), back }),
          request.value,
        ),
      pick: <Value>(choices: readonly Choice<Value>[], title: string, placeholder: string) =>
        this.#question<Value>(
          placeholder,
          value => choices.find(choice => choice.value === value)?.label ?? '',
          (at, back) => prompts.pick(choices, title, placeholder, { at, back }),
        ),
      // An error that was shown is not shown again on the way back.
      offer: (message, choices, options) => this.once(() => prompts.offer(message, choices, options)),
    };
  }

  readonly once: Once = <Result>(work: () => Promise<Result>) => this.#take(() => ({ outcome: work() }));

  #question<Value>(
    key: string,
    textOf: (answer: Value) => string,
    show: (kept: string | undefined, back: ((text: string) => void) | undefined) => Promise<Value | undefined>,
    suggested?: string,
  ): Promise<Value | undefined> {
    // What nobody typed may be suggested otherwise the next time.
    const own = (text: string): string | undefined => (text === suggested ? undefined : text);
    return this.#take(async () => {
      const hasBefore = this.steps.some(({ question }) => question);
      let left: string | undefined;
      const answer = await show(this.kept.get(key), hasBefore ? text => (left = text) : undefined);
      if (left !== undefined) {
        keep(this.kept, key, own(left));
        throw new WentBack();
      }
      this.kept.delete(key);
      return { outcome: answer, ...(answer !== undefined && { question: { key, text: own(textOf(answer)) } }) };
    });
  }

  async #take<Result>(make: () => Step | Promise<Step>): Promise<Result> {
    if (this.#taken === this.steps.length) this.steps.push(await make());
    return this.steps[this.#taken++]!.outcome as Result;
  }
}
