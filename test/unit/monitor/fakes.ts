import type { ObserveOptions, Observer } from '../../../src/core/connection/types';
import type { MonitorClock } from '../../../src/core/monitor/clock';
import { SlotSet } from '../../../src/core/topology/slotSet';
import type { ClusterNode, NodeStatus, Topology } from '../../../src/core/topology/types';

/** Time that passes only when a test says so. */
export class FakeClock implements MonitorClock {
  #monotonic = 0;
  #wall = Date.UTC(2030, 0, 1);
  readonly #timers = new Set<{ due: number; callback: () => void }>();

  monotonic = (): number => this.#monotonic;
  wall = (): number => this.#wall;

  after = (milliseconds: number, callback: () => void): (() => void) => {
    const timer = { due: this.#monotonic + milliseconds, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  get timers(): number {
    return this.#timers.size;
  }

  /** Lets time pass; what is due happens on time. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#monotonic + milliseconds;
    await settle();
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.due - b.due)[0];
      if (!next || next.due > end) break;
      this.#advance(Math.max(0, next.due - this.#monotonic));
      this.#timers.delete(next);
      next.callback();
      await settle();
    }
    this.#advance(Math.max(0, end - this.#monotonic));
  }

  /** The process stands still: what was due meanwhile happens late. */
  async standStill(milliseconds: number): Promise<void> {
    this.#advance(milliseconds);
    await this.pass(0);
  }

  /** The machine sleeps as Linux does: timers and the monotonic clock do not see it. */
  sleep(milliseconds: number): void {
    this.#wall += milliseconds;
  }

  #advance(milliseconds: number): void {
    this.#monotonic += milliseconds;
    this.#wall += milliseconds;
  }
}

/** An observer whose looks a test answers, at once with `next` or by hand while `byHand`. */
export class FakeObserver implements Observer {
  next: Topology | Error;
  /** What a look at all nodes sees, where the others do not see the same. */
  whole: Topology | undefined;
  byHand = false;
  readonly looks: { atMilliseconds: number; options: ObserveOptions }[] = [];
  readonly inFlight: { resolve: (topology: Topology) => void; reject: (error: Error) => void }[] = [];
  readonly #listeners = new Set<(address: string) => void>();

  constructor(
    private readonly clock: MonitorClock,
    first: Topology,
  ) {
    this.next = first;
  }

  observe(options: ObserveOptions = {}): Promise<Topology> {
    this.looks.push({ atMilliseconds: this.clock.monotonic(), options });
    if (this.byHand) return new Promise((resolve, reject) => this.inFlight.push({ resolve, reject }));
    const seen = (options.backOff ? undefined : this.whole) ?? this.next;
    return seen instanceof Error ? Promise.reject(seen) : Promise.resolve(seen);
  }

  onConnectionClosed(listener: (address: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  closeConnection(): void {
    for (const listener of this.#listeners) listener('127.0.0.1:7000');
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  get times(): number[] {
    return this.looks.map(({ atMilliseconds }) => atMilliseconds);
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

/** Masters 127.0.0.1:7000, 7001, ... of equal shares, with these statuses. */
export function topologyOf(statuses: readonly NodeStatus[], more: Partial<Topology> = {}): Topology {
  const share = Math.ceil(16_384 / statuses.length);
  const nodes = statuses.map((status, index): ClusterNode => {
    const port = 7000 + index;
    const ok = status === 'ok';
    return {
      id: String(port).padStart(40, '0'),
      host: '127.0.0.1',
      port,
      busPort: port + 10_000,
      address: `127.0.0.1:${port}`,
      hostLabel: '127.0.0.1',
      role: 'master',
      slots: SlotSet.parse(`${index * share}-${Math.min((index + 1) * share, 16_384) - 1}`),
      openSlots: [],
      configEpoch: index + 1,
      status,
      inCluster: true,
      seenBy: [],
      suspectedBy: [],
      failedBy: [],
      reachable: ok,
    };
  });
  const answered = statuses.filter(status => status === 'ok').length;
  return {
    nodes,
    shards: nodes.map(({ id, slots }, index) => ({ id: `slot-${index * share}`, masterId: id, replicaIds: [], slots })),
    disagreements: [],
    ghosts: [],
    forgotten: [],
    coveredSlots: SlotSet.parse('0-16383'),
    clusterState: 'ok',
    stateId: statuses.join(' '),
    observedAtMilliseconds: Date.UTC(2030, 0, 1),
    asked: statuses.length,
    answered,
    ...more,
  };
}
