import type { NodeConnection } from '../connection/types';
import type { LatencySource } from './pace';

const INTERVAL_MILLISECONDS = 8;
const MEMORY_MILLISECONDS = 1000;
/** Fewer samples tell nothing of a p99. */
const LEAST_SAMPLES = 20;
/** Whoever does not answer for so long is no measure of latency any more. */
const TIMEOUT_MILLISECONDS = 10_000;

/**
 * Feels what a client feels: pings servers over connections of its own, every 8 ms. The way there and back (the shortest
 * ping) is not counted. A server that stops keeps one ping waiting where clients would have sent many: those that were not
 * sent count as well.
 */
export class LatencyWatch implements LatencySource {
  readonly #targets: Pinged[];
  #isClosed = false;

  /** Takes the connections over: `close` closes them. */
  constructor(connections: readonly NodeConnection[]) {
    this.#targets = connections.map(connection => ({ connection, samples: [], shortest: Infinity, sentAt: undefined }));
    for (const target of this.#targets) void this.#pingOnAndOn(target);
  }

  p99Milliseconds(): number | undefined {
    const worst = this.#targets.flatMap(target => p99Of(target, performance.now()) ?? []);
    return worst.length === 0 ? undefined : Math.max(...worst);
  }

  forget(): void {
    for (const target of this.#targets) target.samples.length = 0;
  }

  /** The shortest ping to the connection of that index; 0 while none has come back. */
  roundTripMilliseconds(index: number): number {
    const shortest = this.#targets[index]?.shortest ?? Infinity;
    return shortest === Infinity ? 0 : shortest;
  }

  close(): void {
    this.#isClosed = true;
    for (const { connection, timer } of this.#targets) {
      clearTimeout(timer);
      connection.close();
    }
  }

  async #pingOnAndOn(target: Pinged): Promise<void> {
    target.sentAt = performance.now();
    try {
      await target.connection.command(['PING'], { timeoutMilliseconds: TIMEOUT_MILLISECONDS });
      note(target, performance.now());
    } catch {
      // The move itself meets the same trouble and tells it.
    }
    target.sentAt = undefined;
    if (!this.#isClosed) target.timer = setTimeout(() => void this.#pingOnAndOn(target), INTERVAL_MILLISECONDS);
  }
}

interface Pinged {
  connection: NodeConnection;
  samples: { at: number; milliseconds: number }[];
  shortest: number;
  /** Of the ping that is on its way. */
  sentAt: number | undefined;
  timer?: NodeJS.Timeout;
}

function note(target: Pinged, now: number): void {
  const took = now - target.sentAt!;
  // The first one opened the connection.
  if (target.shortest === Infinity && took > 50) return;
  target.shortest = Math.min(target.shortest, took);
  for (let waited = took; waited > 0; waited -= INTERVAL_MILLISECONDS)
    target.samples.push({ at: now, milliseconds: waited - target.shortest });
  const kept = target.samples.findIndex(({ at }) => at > now - MEMORY_MILLISECONDS);
  if (kept > 0) target.samples.splice(0, kept);
}

function p99Of({ samples, sentAt, shortest }: Pinged, now: number): number | undefined {
  const values = samples.map(({ milliseconds }) => milliseconds);
  if (sentAt !== undefined && now - sentAt > shortest + INTERVAL_MILLISECONDS) values.push(now - sentAt - shortest);
  if (values.length < LEAST_SAMPLES) return undefined;
  values.sort((a, b) => a - b);
  return Math.max(0, values[Math.min(values.length - 1, Math.floor(values.length * 0.99))]!);
}
