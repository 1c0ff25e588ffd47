import type { TopologyEvent } from '../../topology/topologyEvent';
import type { ClusterNode } from '../../topology/types';
import { slotsText } from '../../topology/wording';
import { durationText } from './durationText';
import type { EventLog } from './eventLog';
import { markOf, nameIn, type Scene } from './scene';
import type { Trouble, Troubles } from './troubles';
import type { FailoverCause, TimelineEvent, TimelineOperation, TimelineStage } from './types';

type FailoverHappened = Extract<TopologyEvent, { kind: 'failoverHappened' }>;

interface RecentFailover {
  event: TimelineEvent;
  fromNodeId: string;
  atMilliseconds: number;
}

/** Failovers, each one event: what led to it, who took over, why, and who followed. */
export class Failovers {
  /** By the id of the new master. */
  readonly #recent = new Map<string, RecentFailover>();

  constructor(
    private readonly log: EventLog,
    private readonly troubles: Troubles,
  ) {}

  begin(scene: Scene, happened: FailoverHappened, operation: TimelineOperation | undefined): void {
    const { atMilliseconds } = scene;
    const { fromNodeId, toNodeId } = happened;
    const trouble = this.troubles.of(fromNodeId);
    const open = trouble?.failedOver ? undefined : trouble;
    const isOurs = operation?.promotes.includes(toNodeId) ?? false;
    const cause: FailoverCause = !isOurs && isForced(scene, fromNodeId, open) ? 'automatic' : 'byHand';
    const isTimed = open !== undefined && !open.uncertain && !scene.uncertain;
    const facts = {
      cause,
      ...(isOurs && { operationTitle: operation!.title }),
      ...(isTimed && { durationMilliseconds: atMilliseconds - open.sinceMilliseconds }),
    };
    const stage = newMasterStage(scene, toNodeId);
    const headline = {
      atMilliseconds,
      kind: 'failover' as const,
      text: headlineOf(scene, happened, facts),
      nodeIds: [toNodeId, fromNodeId],
      ...facts,
    };
    const event = open
      ? this.log.goOn(open.event, stage, headline)
      : this.log.add({ ...headline, stages: [stage], ...markOf(scene) });
    if (open) Object.assign(open, { event, failedOver: true });
    this.#recent.set(toNodeId, { event, fromNodeId, atMilliseconds });
  }

  /** Forgets what is over, so that who follows a master later on is told as something of its own. */
  end({ atMilliseconds }: Scene): void {
    for (const [id, recent] of this.#recent)
      if (atMilliseconds - recent.atMilliseconds > FOLLOW_MILLISECONDS) this.#recent.delete(id);
  }

  /** Belongs to the failover that made the other node master; false when there was none of late. */
  follow({ atMilliseconds }: Scene, newMasterId: string | undefined, text: string): boolean {
    const recent = newMasterId === undefined ? undefined : this.#recent.get(newMasterId);
    if (!recent) return false;
    const { kind, text: headline } = recent.event;
    const stage: TimelineStage = { atMilliseconds, kind: 'follows', text };
    recent.event = this.log.goOn(recent.event, stage, { kind, text: headline });
    return true;
  }

  /** The node gave or took slots in a failover of late. */
  concerns(nodeId: string): boolean {
    return this.#recent.has(nodeId) || [...this.#recent.values()].some(({ fromNodeId }) => fromNodeId === nodeId);
  }
}

/** Enough for the replicas of the old master to hear of the new one and for what they say to be seen. */
const FOLLOW_MILLISECONDS = 30_000;

/** The old master was in trouble, or has been started anew since the look before: nobody had to ask for the failover. */
function isForced({ before, after }: Scene, fromNodeId: string, trouble: Trouble | undefined): boolean {
  const [was, is]: (ClusterNode | undefined)[] = [before.get(fromNodeId), after.get(fromNodeId)];
  if (!is?.reachable || is.suspectedBy.length > 0) return true;
  if (trouble && trouble.worst !== 'unreachable') return true;
  return was?.info !== undefined && is.info !== undefined && was.info.processId !== is.info.processId;
}

function newMasterStage(scene: Scene, toNodeId: string): TimelineStage {
  const node = scene.after.get(toNodeId);
  const what = node ? ` of ${slotsText(node.slots)}, config epoch ${node.configEpoch}` : '';
  const text = `${nameIn(scene, toNodeId)} is the new master${what}.`;
  return { atMilliseconds: scene.atMilliseconds, kind: 'newMaster', text };
}

function headlineOf(
  scene: Scene,
  { fromNodeId, toNodeId }: FailoverHappened,
  facts: Pick<TimelineEvent, 'cause' | 'operationTitle' | 'durationMilliseconds'>,
): string {
  const { cause, operationTitle, durationMilliseconds } = facts;
  const slots = scene.after.get(toNodeId)?.slots;
  const what = slots ? slotsText(slots) : 'its slots';
  const after = durationMilliseconds === undefined ? '' : ` after ${durationText(durationMilliseconds)}`;
  const why =
    operationTitle !== undefined
      ? `by the operation "${operationTitle}"`
      : cause === 'automatic'
        ? 'automatically'
        : 'by hand';
  return `${nameIn(scene, toNodeId)} took over ${what} from ${nameIn(scene, fromNodeId)}${after}, ${why}.`;
}
