import { health as judge } from '../health/health';
import type { Health } from '../health/types';
import { diffTopologies, type TopologyEvent } from '../topology/diffTopologies';
import type { Topology } from '../topology/types';
import { ProblemAges } from './problemAges';

/** One look and what it changed. */
export interface MonitorChange {
  topology: Topology;
  /** What the look before saw. */
  previous: Topology | undefined;
  /** Empty when nothing changed, and at the first look. */
  events: readonly TopologyEvent[];
  health: Health;
  /**
   * The look before is too old to compare with: the machine slept, or nobody watched. The events say what is different
   * now, not that it happened now; they are no reason for an alarm.
   */
  afterPause: boolean;
  /**
   * Every node was asked for this look. Otherwise some may be shown as they were before: those that had not answered, and
   * most nodes of a large cluster.
   */
  askedAll: boolean;
}

export interface PastEvent {
  /** Milliseconds since 1970, of the look that showed it. */
  atMilliseconds: number;
  event: TopologyEvent;
  afterPause: boolean;
}

/** What was seen last, and what happened before. */
export class Picture {
  topology: Topology | undefined;
  health: Health | undefined;
  readonly history: PastEvent[] = [];
  readonly #ages = new ProblemAges();

  constructor(private readonly historyLength: number) {}

  accept(topology: Topology, afterPause: boolean, askedAll: boolean): MonitorChange {
    const previous = this.topology;
    const events = diffTopologies(previous, topology);
    const health = this.#ages.apply(judge(topology));
    const atMilliseconds = topology.observedAtMilliseconds;
    this.history.push(...events.map(event => ({ atMilliseconds, event, afterPause })));
    this.history.splice(0, this.history.length - this.historyLength);
    this.topology = topology;
    this.health = health;
    return { topology, previous, events, health, afterPause, askedAll };
  }
}
