// A set-up step looks, then does, then looks again; each says one line.

/** What could not be set up, and the exact command that would. */
export class SetupError extends Error {
  name = 'SetupError';
}

/**
 * A step is `{ name, look, install, byHand }`: `look` returns what is there (with `detail` for the line) or undefined,
 * `install` tries to get it, `byHand` says what to run where it cannot.
 */
export async function take(step, say = line => console.log(line)) {
  const there = await step.look();
  if (there !== undefined) {
    say(`${step.name}${detailOf(there)}: there`);
    return there;
  }
  say(`${step.name}: installing ...`);
  const started = Date.now();
  let reason;
  try {
    await step.install(say);
  } catch (error) {
    reason = error.message;
  }
  const now = await step.look();
  if (now === undefined)
    throw new SetupError(`${step.name} could not be installed${reason ? `: ${reason}` : ''}\n  ${step.byHand()}`);
  say(`${step.name}${detailOf(now)}: installed in ${Math.round((Date.now() - started) / 1000)} s`);
  return now;
}

function detailOf({ detail }) {
  return detail ? ` ${detail}` : '';
}
