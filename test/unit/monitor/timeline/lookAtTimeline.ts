import { Picture, type MonitorChange } from '../../../../src/core/monitor/picture';
import { Timeline } from '../../../../src/core/monitor/timeline/timeline';
import type { TimelineEvent, TimelineOperation } from '../../../../src/core/monitor/timeline/types';
import { mergeLooks } from '../../../../src/core/topology/mergeLooks';
import type { Look, Topology } from '../../../../src/core/topology/types';
import { looksAt, type ModelNode, type Viewpoint } from '../../topology/modelCluster';

export interface LookOptions {
  silent?: readonly string[];
  viewpoints?: Readonly<Record<string, Viewpoint>>;
  /** Since the look before; default 500. */
  afterMilliseconds?: number;
  afterPause?: boolean;
  operation?: TimelineOperation;
}

/** A timeline that is fed by looks at an imagined cluster, merged and compared as the monitor does it. */
export class WatchedTimeline {
  readonly timeline: Timeline;
  #picture = new Picture(500);
  #now = Date.UTC(2030, 0, 1);
  #previous: Topology | undefined;

  constructor(timeline = new Timeline()) {
    this.timeline = timeline;
  }

  get now(): number {
    return this.#now;
  }

  /** As after a new connection: a monitor that has seen nothing yet feeds the same timeline. */
  startAnew(): void {
    this.#picture = new Picture(500);
    this.#previous = undefined;
  }

  look(nodes: readonly ModelNode[], options: LookOptions = {}): MonitorChange {
    const { silent = [], viewpoints = {} } = options;
    return this.lookAt(looksAt(nodes, { silent, viewpoints }), options);
  }

  lookAt(
    looks: readonly Look[],
    { afterMilliseconds = 500, afterPause = false, operation }: LookOptions = {},
  ): MonitorChange {
    this.#now += afterMilliseconds;
    const previous = this.#previous;
    const topology = mergeLooks(looks, { nowMilliseconds: this.#now, ...(previous && { previous }) });
    this.#previous = topology;
    const change = this.#picture.accept(topology, afterPause, true);
    this.timeline.accept(change, operation);
    return change;
  }

  /** Newest first, as `kind: text`. */
  texts(): string[] {
    return this.timeline.latest().map(({ kind, text }) => `${kind}: ${text}`);
  }

  /** Of one event, each with its time after the first one. */
  stages({ stages }: TimelineEvent): string[] {
    const start = stages[0]?.atMilliseconds ?? 0;
    return stages.map(({ atMilliseconds, kind, text }) => `${atMilliseconds - start} ${kind}: ${text}`);
  }
}
