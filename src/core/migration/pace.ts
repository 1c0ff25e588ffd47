/** What one burst of commands did to whoever waits for the same server. */
export interface Felt {
  /** Keys or slots in it. */
  amount: number;
  /** From sending to the last reply, without the way there and back. */
  milliseconds: number;
  /** How much later clients of either end were answered in the last second, at p99; absent while too little is known. */
  p99Milliseconds?: number;
}

export interface DoseLimits {
  /** What clients may feel, at p99. */
  boundMilliseconds: number;
  least: number;
  most: number;
}

/** A server works off what comes in one go before it hears anybody else: this share of the bound is for us. */
const OUR_SHARE = 0.6;
/** Above this share of the bound nothing grows any more. */
const ENOUGH = 0.85;
const GROWTH = 0.15;

/**
 * How much the next burst may hold, after one of at most `dose`: less at once when it took too long or clients felt too
 * much, a little more when neither is near. Pure.
 */
export function nextDose(dose: number, felt: Felt, { boundMilliseconds, least, most }: DoseLimits): number {
  const { amount, milliseconds, p99Milliseconds = 0 } = felt;
  const goal = boundMilliseconds * OUR_SHARE;
  const fitting = (amount * goal) / Math.max(milliseconds, 0.01);
  const within = (wanted: number): number => Math.max(least, Math.min(most, Math.floor(wanted)));
  if (p99Milliseconds > boundMilliseconds) return within(Math.min(dose, fitting, Math.max(amount, least)) / 2);
  if (fitting < amount) return within(Math.min(dose, fitting));
  if (p99Milliseconds > boundMilliseconds * ENOUGH) return dose;
  // A burst that was not full says nothing about a fuller one.
  return amount < dose / 2
    ? dose
    : Math.max(within(Math.min(dose + Math.max(1, dose * GROWTH), fitting)), Math.min(dose, most));
}

const fastest = { keys: 2000, slots: 256 };
const least = { keys: 4, slots: 2 };
const first = { keys: 100, slots: 16 };

/** Bytes per second at which a server writes a key out, sends it and the other one reads it in (80 MB: 0.6-1.4 s). */
export const BYTES_PER_SECOND = 60_000_000;
const MOST_BYTES = 4_000_000;
const LEAST_BYTES = 64_000;

/** Where the p99 comes from. */
export interface LatencySource {
  p99Milliseconds(): number | undefined;
  /** From now on only what follows counts. */
  forget(): void;
}

/** How much may be sent in one go, kept up to date by what was felt. */
export class Pace {
  /** Windows of slots on their way at once. */
  readonly lanes: number;
  readonly slotsPerWindow: number;
  readonly #boundMilliseconds: number;
  readonly #latencies: LatencySource;
  readonly #dose: { keys: number; slots: number };

  /** `boundMilliseconds` 0: as fast as it goes. */
  constructor(boundMilliseconds: number, latencies: LatencySource) {
    const isBound = boundMilliseconds > 0;
    this.#boundMilliseconds = boundMilliseconds;
    this.#latencies = latencies;
    this.#dose = isBound ? { ...first } : { ...fastest };
    // Two lanes keep the source busy while one of them opens and closes; a bound leaves it these moments.
    this.lanes = isBound ? 1 : 2;
    this.slotsPerWindow = isBound ? 64 : 256;
  }

  get keysPerBurst(): number {
    return this.#dose.keys;
  }

  get slotsPerBurst(): number {
    return this.#dose.slots;
  }

  get bytesPerBurst(): number {
    const fitting = (this.#boundMilliseconds * OUR_SHARE * BYTES_PER_SECOND) / 1000;
    return this.#boundMilliseconds === 0 ? MOST_BYTES : Math.max(LEAST_BYTES, Math.min(MOST_BYTES, fitting));
  }

  /** After a burst of so many keys, or commands to open or close slots. */
  felt(what: 'keys' | 'slots', amount: number, milliseconds: number): void {
    if (this.#boundMilliseconds === 0 || amount === 0) return;
    const p99Milliseconds = this.#latencies.p99Milliseconds();
    const boundMilliseconds = this.#boundMilliseconds;
    const limits = { boundMilliseconds, least: least[what], most: fastest[what] };
    const seen = p99Milliseconds === undefined ? {} : { p99Milliseconds };
    this.#dose[what] = nextDose(this.#dose[what], { amount, milliseconds, ...seen }, limits);
    // What was felt before must not slow down twice.
    if (p99Milliseconds !== undefined && p99Milliseconds > boundMilliseconds) this.#latencies.forget();
  }
}
