import type { ClusterNode } from '../../topology/types';
import { listNames, nodeName, slotsText } from '../../topology/wording';
import { durationText } from './durationText';
import type { EventLog } from './eventLog';
import { isIdentified, markOf, nameIn, type Scene } from './scene';
import type { TimelineEvent, TimelineKind, TimelineStage } from './types';

type TroubleKind = 'unreachable' | 'suspect' | 'failed';

/** A node in trouble, from the first look that showed it to the one that shows it well again. */
export interface Trouble {
  event: TimelineEvent;
  sinceMilliseconds: number;
  worst: TroubleKind;
  /** The most nodes that flagged it so. */
  agreed: number;
  silent: boolean;
  /** When it began was not seen. */
  uncertain: boolean;
  /** Another node serves its slots: the event tells of that now. */
  failedOver: boolean;
  /** A flap: how often in a row, and how long the times before this one took together. */
  times: number;
  earlierMilliseconds: number;
  /** Since it is well again. */
  settledAtMilliseconds?: number;
}

/** What happens to single nodes: suspect, failed, failing over, well again. Each is told once, as a stage of one event. */
export class Troubles {
  readonly #all = new Map<string, Trouble>();

  /** `earlier`: what was going on then goes on, or has ended meanwhile. */
  constructor(
    private readonly log: EventLog,
    earlier: readonly TimelineEvent[],
  ) {
    for (const event of earlier) this.#recall(event);
  }

  /** The trouble a node is in. */
  of(nodeId: string): Trouble | undefined {
    const trouble = this.#all.get(nodeId);
    return trouble?.settledAtMilliseconds === undefined ? trouble : undefined;
  }

  /** Who is in trouble at this look, or in worse trouble than before. */
  begin(scene: Scene): void {
    for (const node of scene.topology.nodes) {
      const kind = troubleOf(node);
      if (kind) this.#follow(scene, node, kind);
    }
  }

  /** Who is well again, or gone. After what else the look shows: a failover ends the trouble of whom it replaces. */
  end(scene: Scene): void {
    for (const [id, trouble] of this.#all) {
      const node = scene.after.get(id);
      if (!node || isOver(trouble, scene)) this.#all.delete(id);
      else if (trouble.settledAtMilliseconds === undefined && !troubleOf(node)) this.#settle(scene, node, trouble);
    }
  }

  #recall(event: TimelineEvent): void {
    const { kind, nodeIds, cause, sinceMilliseconds, stages } = event;
    const [first = '', second = ''] = nodeIds;
    if (kind === 'recovered' || kind === 'left') this.#all.delete(first);
    const failedOver = kind === 'failover' && cause === 'automatic';
    if (!failedOver && !OPEN_KINDS.has(kind)) return;
    const kinds = [kind, ...stages.map(stage => stage.kind)];
    this.#all.set(failedOver ? second : first, {
      event,
      sinceMilliseconds,
      worst: (['failed', 'suspect', 'unreachable'] as const).find(worst => kinds.includes(worst)) ?? 'failed',
      agreed: 0,
      silent: kind !== 'answers',
      uncertain: true,
      failedOver,
      times: 1,
      earlierMilliseconds: 0,
    });
  }

  #follow(scene: Scene, node: ClusterNode, kind: TroubleKind): void {
    const known = this.#all.get(node.id);
    if (!known || isOver(known, scene)) return this.#open(scene, node, kind);
    if (known.settledAtMilliseconds !== undefined) return this.#reopen(scene, node, kind, known);
    if (known.failedOver) return;
    const agreed = agreedBy(node, kind);
    if (rank(kind) > rank(known.worst)) this.#tell(scene, node, kind, known);
    else if (kind === known.worst && agreed > known.agreed) {
      known.agreed = agreed;
      known.event = this.log.reword(known.event, kind, stageText(scene, node, kind));
    }
    if (kind === 'failed' && known.silent && node.reachable) {
      const text = `${nodeName(node)} answers again; the others still call it failed.`;
      known.event = this.log.goOn(known.event, { atMilliseconds: scene.atMilliseconds, kind: 'answers', text });
    }
    known.silent = !node.reachable;
  }

  #open(scene: Scene, node: ClusterNode, kind: TroubleKind): void {
    const { atMilliseconds } = scene;
    const text = stageText(scene, node, kind);
    const event = this.log.add({ atMilliseconds, kind, text, nodeIds: [node.id], ...markOf(scene) });
    const trouble: Trouble = {
      event,
      sinceMilliseconds: atMilliseconds,
      worst: kind,
      agreed: agreedBy(node, kind),
      silent: !node.reachable,
      uncertain: scene.uncertain,
      failedOver: false,
      times: 1,
      earlierMilliseconds: 0,
    };
    this.#all.set(node.id, trouble);
    this.#tellElection(scene, node, kind, trouble);
  }

  #reopen(scene: Scene, node: ClusterNode, kind: TroubleKind, trouble: Trouble): void {
    if (!trouble.uncertain) trouble.earlierMilliseconds += trouble.settledAtMilliseconds! - trouble.sinceMilliseconds;
    delete trouble.settledAtMilliseconds;
    trouble.sinceMilliseconds = scene.atMilliseconds;
    trouble.uncertain = scene.uncertain;
    trouble.silent = !node.reachable;
    trouble.times++;
    this.#tell(scene, node, kind, trouble);
  }

  #tell(scene: Scene, node: ClusterNode, kind: TroubleKind, trouble: Trouble): void {
    const text = stageText(scene, node, kind);
    trouble.worst = kind;
    trouble.agreed = agreedBy(node, kind);
    trouble.event = this.log.goOn(trouble.event, { atMilliseconds: scene.atMilliseconds, kind, text });
    this.#tellElection(scene, node, kind, trouble);
  }

  // The engine's own election begins as soon as a replica hears that its master failed (cluster_legacy.c,
  // clusterHandleSlaveFailover); nothing a client can ask for shows it before it is won.
  #tellElection(scene: Scene, node: ClusterNode, kind: TroubleKind, trouble: Trouble): void {
    if (kind !== 'failed' || node.role !== 'master' || node.slots.isEmpty) return;
    const stage = electionStage(scene, node);
    trouble.event = this.log.goOn(trouble.event, stage, {
      ...stage,
      text: `${nodeName(node)} failed. ${stage.text}`,
    });
  }

  #settle(scene: Scene, node: ClusterNode, trouble: Trouble): void {
    const { atMilliseconds } = scene;
    const downMilliseconds = atMilliseconds - trouble.sinceMilliseconds;
    const wasSeen = !trouble.uncertain && !scene.uncertain;
    const duration = wasSeen ? { durationMilliseconds: downMilliseconds + trouble.earlierMilliseconds } : {};
    if (trouble.failedOver) {
      const after = wasSeen ? `, after ${durationText(downMilliseconds)}` : '';
      const text = `${nodeName(node)} is back ${asWhat(scene, node)}${after}.`;
      this.log.add({ atMilliseconds, kind: 'recovered', text, nodeIds: [node.id], ...duration, ...markOf(scene) });
      this.#all.delete(node.id);
      return;
    }
    const stage: TimelineStage = { atMilliseconds, kind: 'recovered', text: `${nodeName(node)} is ok again.` };
    const text = wasSeen ? `${nodeName(node)} is ok again; ${lookBack(trouble, downMilliseconds)}.` : stage.text;
    trouble.event = this.log.goOn(trouble.event, stage, { ...stage, text, ...duration });
    trouble.settledAtMilliseconds = atMilliseconds;
  }
}

const OPEN_KINDS: ReadonlySet<TimelineKind> = new Set([
  'unreachable',
  'suspect',
  'failed',
  'answers',
  'failingOver',
  'stuck',
]);

/** Trouble that comes back sooner is the same trouble: a flap. */
const FLAP_MILLISECONDS = 60_000;

function isOver({ settledAtMilliseconds }: Trouble, { atMilliseconds }: Scene): boolean {
  return settledAtMilliseconds !== undefined && atMilliseconds - settledAtMilliseconds > FLAP_MILLISECONDS;
}

function troubleOf(node: ClusterNode): TroubleKind | undefined {
  if (!isIdentified(node)) return undefined;
  const { status } = node;
  return status === 'failed' || status === 'suspect' || status === 'unreachable' ? status : undefined;
}

function rank(kind: TroubleKind): number {
  return ['unreachable', 'suspect', 'failed'].indexOf(kind);
}

function agreedBy({ suspectedBy, failedBy }: ClusterNode, kind: TroubleKind): number {
  return kind === 'failed' ? failedBy.length : suspectedBy.length;
}

function stageText({ viewers }: Scene, node: ClusterNode, kind: TroubleKind): string {
  const name = nodeName(node);
  // Nobody is asked about itself.
  const asked = node.reachable && node.inCluster ? viewers - 1 : viewers;
  switch (kind) {
    case 'unreachable':
      return node.inCluster
        ? `${name} does not answer here; no node of the cluster misses it yet.`
        : `${name} does not answer here.`;
    case 'suspect':
      return `${name} is suspect: ${node.suspectedBy.length} of ${asked} nodes miss it.`;
    case 'failed':
      return `${name} failed: ${node.failedBy.length} of ${asked} nodes agree.`;
  }
}

function electionStage({ topology, atMilliseconds }: Scene, master: ClusterNode): TimelineStage {
  const heirs = topology.nodes.filter(node => node.masterId === master.id && node.reachable && node.status === 'ok');
  const slots = slotsText(master.slots);
  return heirs.length === 0
    ? { atMilliseconds, kind: 'stuck', text: `No replica can take over: nobody serves ${slots}.` }
    : {
        atMilliseconds,
        kind: 'failingOver',
        text: `Failing over: ${listNames(heirs.map(nodeName))} can take over ${slots}.`,
      };
}

function asWhat(scene: Scene, node: ClusterNode): string {
  if (node.masterId !== undefined) return `as a replica of ${nameIn(scene, node.masterId)}`;
  return node.slots.isEmpty ? 'without slots' : `as a master with ${slotsText(node.slots)}`;
}

function lookBack({ worst, times, earlierMilliseconds }: Trouble, downMilliseconds: number): string {
  const was = { failed: 'was down', suspect: 'was suspect', unreachable: 'did not answer' }[worst];
  const total = durationText(downMilliseconds + earlierMilliseconds);
  return times === 1 ? `it ${was} for ${total}` : `it ${was} ${times} times, ${total} in all`;
}
