import { diffTopologies, type TopologyEvent } from '../../topology/diffTopologies';
import type { MonitorChange } from '../picture';
import { brokenLinks, clusterDown, differingViews, silence } from './clusterSpells';
import { EventLog } from './eventLog';
import { Failovers } from './failovers';
import { groupEvents } from './groupEvents';
import { memberChanges } from './memberChanges';
import { epochChange, nodeChange } from './nodeChanges';
import { markOf, nameIn, sceneOf, type Scene } from './scene';
import { SlotMoves } from './slotMoves';
import { Spells } from './spells';
import { StateStrips } from './stateStrips';
import { Troubles } from './troubles';
import type { StateRun, TimelineEvent, TimelineNote, TimelineOperation } from './types';

export interface TimelineOptions {
  /** How many events are kept, the oldest go first; default 500. */
  eventsKept?: number;
  /** How many changes of state are kept of each node; default 60. */
  runsKept?: number;
  /** What an earlier timeline of the cluster gave out with `remember()`: this one goes on with it. */
  earlier?: readonly TimelineEvent[];
}

/** What happened to one cluster, told the way a person would: what belongs together once, with its stages. Bounded. */
export class Timeline {
  readonly #log: EventLog;
  readonly #strips: StateStrips;
  readonly #troubles: Troubles;
  readonly #failovers: Failovers;
  readonly #slotMoves: SlotMoves;
  readonly #spells: Spells;
  readonly #stories = new Map<string, TimelineEvent>();
  #scene: Scene | undefined;
  /** The cluster's state at the last look at which somebody answered. */
  #state: Scene['topology']['clusterState'] | undefined;

  constructor({ eventsKept = 500, runsKept = 60, earlier = [] }: TimelineOptions = {}) {
    this.#log = new EventLog(eventsKept, earlier);
    this.#strips = new StateStrips(runsKept);
    this.#troubles = new Troubles(this.#log, earlier);
    this.#failovers = new Failovers(this.#log, this.#troubles);
    this.#slotMoves = new SlotMoves(this.#log);
    this.#spells = new Spells(this.#log);
  }

  /** One look. `operation`: ours that runs, or ended just before this look. */
  accept(change: MonitorChange, operation?: TimelineOperation): void {
    const { topology, previous, events, afterPause } = this.#joinOn(change);
    const scene = sceneOf(topology, previous, afterPause);
    this.#scene = scene;
    this.#strips.accept(topology, afterPause);
    this.#spells.accept(scene, 'silence', silence(scene));
    if (topology.answered === 0) return;

    this.#troubles.begin(scene);
    if (scene.previous) this.#tellChanges(scene, events, operation);
    this.#troubles.end(scene);
    this.#failovers.end(scene);
    this.#spells.accept(scene, 'cluster', clusterDown(scene, this.#state !== 'none'));
    const isExplained = (id: string): boolean => this.#troubles.of(id) !== undefined || this.#failovers.concerns(id);
    this.#spells.accept(scene, 'link', brokenLinks(scene, isExplained));
    this.#spells.accept(scene, 'views', differingViews(scene));
    if (topology.clusterState !== 'fail' || this.#state !== 'none') this.#state = topology.clusterState;
  }

  /** Something that no look shows: an operation, what the supervisor does. The same note twice in a row counts once. */
  note({ nodeId, story, ...stage }: TimelineNote): void {
    const key = story ?? '';
    const known = this.#stories.get(key);
    if (known?.text === stage.text && known.kind === stage.kind) return;
    const nodeIds = nodeId === undefined ? [] : [nodeId];
    const event = known && story !== undefined ? this.#log.goOn(known, stage) : this.#log.add({ ...stage, nodeIds });
    this.#stories.delete(key);
    this.#stories.set(key, event);
    for (const oldest of this.#stories.keys()) {
      if (this.#stories.size <= STORIES_KEPT) break;
      this.#stories.delete(oldest);
    }
  }

  /** Newest first; the same event of several nodes in one look is one. */
  latest(count = Infinity): TimelineEvent[] {
    const newestFirst = [...this.#log.events].reverse().sort((one, other) => other.atMilliseconds - one.atMilliseconds);
    const nameOf = (id: string): string => (this.#scene ? nameIn(this.#scene, id) : `node ${id.slice(0, 8)}`);
    return groupEvents(newestFirst, nameOf).slice(0, count);
  }

  /** What has to outlive this timeline, in the order in which it last went on. Plain data; an event that changed is another object. */
  remember(): readonly TimelineEvent[] {
    return this.#log.events;
  }

  /** The node's last states, oldest first, one entry per change; empty for a node that is not known. */
  strip(nodeId: string): readonly StateRun[] {
    return this.#strips.of(nodeId);
  }

  /** A monitor that was made anew knows no look before its first; the timeline does. */
  #joinOn(change: MonitorChange): MonitorChange {
    const previous = this.#scene?.topology;
    if (change.previous || !previous) return change;
    return { ...change, previous, events: diffTopologies(previous, change.topology), afterPause: true };
  }

  #tellChanges(scene: Scene, events: readonly TopologyEvent[], operation: TimelineOperation | undefined): void {
    // What a failover explains is told with it, wherever in the list it stands.
    for (const event of events) if (event.kind === 'failoverHappened') this.#failovers.begin(scene, event, operation);
    const members = memberChanges(scene);
    const isNew = new Set(members.flatMap(({ nodeIds }) => nodeIds));
    for (const draft of members) this.#log.add(draft);

    const takers = new Set<string>();
    const moves = [];
    for (const event of events)
      switch (event.kind) {
        case 'clusterStateChanged':
          this.#tellState(scene, event);
          break;
        case 'roleChanged':
        case 'masterChanged':
          if (!isNew.has(event.nodeId)) this.#tellRole(scene, event);
          break;
        case 'addressChanged':
        case 'cameBackEmpty':
          this.#log.add(nodeChange(scene, event));
          break;
        case 'slotsChanged':
          if (!event.gained.isEmpty) takers.add(event.nodeId);
          if (!this.#failovers.concerns(event.nodeId)) moves.push(event);
          break;
        // Told by what they are part of: failovers, members, troubles, spells.
        case 'failoverHappened':
        case 'nodeAppeared':
        case 'nodeGone':
        case 'statusChanged':
        case 'linkChanged':
        case 'disagreementAppeared':
        case 'disagreementResolved':
          break;
      }
    this.#slotMoves.accept(scene, moves);
    const hasReason = (id: string): boolean => takers.has(id) || this.#failovers.concerns(id);
    for (const draft of epochChange(scene, hasReason)) this.#log.add(draft);
  }

  #tellState(scene: Scene, { from, to }: Extract<TopologyEvent, { kind: 'clusterStateChanged' }>): void {
    if (from !== 'none' && to !== 'none') return;
    const { atMilliseconds } = scene;
    const [kind, text] =
      to === 'none'
        ? (['clusterDown', 'The cluster is gone: no node is in one any more.'] as const)
        : (['clusterUp', 'There is a cluster now.'] as const);
    this.#log.add({ atMilliseconds, kind, text, nodeIds: [], ...markOf(scene) });
  }

  #tellRole(scene: Scene, event: Extract<TopologyEvent, { kind: 'roleChanged' | 'masterChanged' }>): void {
    const node = scene.after.get(event.nodeId);
    const isWinner = node?.role === 'master' && this.#failovers.concerns(event.nodeId) && !node.slots.isEmpty;
    // The return of one that was replaced says what it is now.
    if (isWinner || !node || this.#troubles.of(event.nodeId)) return;
    if (!this.#failovers.follow(scene, node.masterId, event.text)) this.#log.add(nodeChange(scene, event));
  }
}

const STORIES_KEPT = 50;
