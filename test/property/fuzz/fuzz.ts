import assert from 'node:assert/strict';
import fc from 'fast-check';

/** Inputs for each target: enough for a look in CI; RCM_FUZZ_RUNS asks for more. */
const runs = Number(process.env.RCM_FUZZ_RUNS ?? 300);
/** A net for what hangs, no measure: what is read here takes far less than a millisecond. */
const hangMilliseconds = 1000;

/** One test: `take` gets one input after the other, and throws when it does not do with it what it should. */
export function fuzz<Input>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  take: (input: Input) => void | Promise<void>,
): void {
  it(`${name} (${runs} inputs)`, async () => {
    await fc.assert(
      fc.asyncProperty(inputs, async input => {
        const start = performance.now();
        await take(input);
        const milliseconds = performance.now() - start;
        assert.ok(milliseconds < hangMilliseconds, `it took ${Math.round(milliseconds)} ms`);
        assertNothingPolluted();
      }),
      { numRuns: runs, ...(process.env.RCM_FUZZ_SEED && { seed: Number(process.env.RCM_FUZZ_SEED) }) },
    );
  });
}

type Kind = abstract new (...words: never[]) => Error;

/** What `read` gives; undefined when it refuses in the documented way, with a reason that reads well and tells no secret. */
export function accepted<Value>(
  read: () => Value,
  kinds: readonly Kind[],
  { secrets = [], input = '' }: { secrets?: readonly string[]; input?: unknown } = {},
): Value | undefined {
  try {
    return read();
  } catch (error) {
    assertRefusal(error, kinds, { secrets, input });
    return undefined;
  }
}

/** The same of what reads later. */
export async function acceptedLater<Value>(
  read: () => Promise<Value>,
  kinds: readonly Kind[],
  about: { secrets?: readonly string[]; input?: unknown } = {},
): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    assertRefusal(error, kinds, about);
    return undefined;
  }
}

function assertRefusal(
  error: unknown,
  kinds: readonly Kind[],
  { secrets = [], input = '' }: { secrets?: readonly string[]; input?: unknown },
): void {
  // A plain Error is documented as such; a TypeError is an Error too, and never meant.
  const isMeant = kinds.some(kind =>
    kind === Error ? Object.getPrototypeOf(error) === Error.prototype : error instanceof kind,
  );
  if (!isMeant) throw error;
  assertReadable((error as Error).message, input);
  for (const secret of secrets) assert.ok(!(error as Error).message.includes(secret), 'a secret is told');
}

/** A reason for people. Words of the input may be quoted. */
export function assertReadable(text: string, input: unknown = ''): void {
  assert.ok(text.trim().length > 3, `"${text}" says nothing`);
  assert.ok(text.length < 20_000, `${text.length} characters are no reason`);
  const given = textOf(input);
  for (const odd of ['undefined', 'NaN', '[object', '{0}', '{1}', 'Cannot read', 'is not a function'])
    if (!given.includes(odd)) assert.ok(!text.includes(odd), `"${text}" has ${odd} in it`);
}

/** No number in it is none, and nothing is undefined that is there. */
export function assertSound(value: unknown, path = 'it'): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${path} is ${value}`);
  if (value instanceof Map) for (const [key, part] of value) assertSound(part, `${path} of ${String(key)}`);
  else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) assertSound(part, `${path}.${key}`);
}

function textOf(input: unknown): string {
  return typeof input === 'string' ? input : (JSON.stringify(input) ?? '');
}

const atFirst = Reflect.ownKeys(Object.prototype).length;

function assertNothingPolluted(): void {
  assert.equal(Reflect.ownKeys(Object.prototype).length, atFirst, 'Object.prototype has changed');
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  assert.equal(Array.isArray(Object.prototype), false);
}
