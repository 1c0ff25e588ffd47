import type { TopologyEvent } from '../topology/topologyEvent';
import { hasCome, later, type Memory, type Moment } from './memory';
import type { Observation } from './sight';
import type { SupervisorSettings } from './types';

/** Stands back for a cool-down when a change was neither the engine's answer to a failure nor an act of its own. */
export function noteOthers(
  memory: Memory,
  { events, afterPause, circumstances }: Observation,
  settings: Pick<SupervisorSettings, 'coolDownSeconds'>,
  now: Moment,
): Memory {
  const changes = afterPause || isEcho(memory, now) ? [] : actsOfOthers(events, memory);
  const acts = [...circumstances.operations, ...changes];
  if (acts.length === 0) return memory;
  const coolDownMilliseconds = settings.coolDownSeconds * 1000;
  // An operation verifies what it did: when it is over, nothing of it is still to come.
  const quiet =
    changes.length > 0 ? coolDownMilliseconds : Math.min(coolDownMilliseconds, AFTER_OPERATION_MILLISECONDS);
  const until = later(now, quiet);
  const isLonger = memory.standBack && memory.standBack.until.monotonic > until.monotonic;
  return { ...memory, standBack: { until: isLonger ? memory.standBack!.until : until, text: acts.join(' ') } };
}

const AFTER_OPERATION_MILLISECONDS = 5000;

/** The last views of an act of its own may come after the others. */
const ECHO_MILLISECONDS = 10_000;

/** Until when changes of roles are the echo of an act that ends now. */
export function echoFrom(now: Moment): Moment {
  return later(now, ECHO_MILLISECONDS);
}

/** What changes now comes from an act of its own. */
export function isEcho({ running, verifying, echoUntil }: Memory, now: Moment): boolean {
  return running !== undefined || verifying !== undefined || (echoUntil !== undefined && !hasCome(echoUntil, now));
}

function actsOfOthers(events: readonly TopologyEvent[], { doubts, troubles }: Memory): string[] {
  const isDoubted = (id: string | undefined): boolean =>
    id !== undefined && (doubts[id] !== undefined || troubles[id] !== undefined);
  const failovers = events.filter(event => event.kind === 'failoverHappened');
  const elected = failovers.filter(({ fromNodeId }) => isDoubted(fromNodeId));
  // What an election brings with it: its two nodes change roles and slots, their replicas follow.
  const explained = new Set(elected.flatMap(({ fromNodeId, toNodeId }) => [fromNodeId, toNodeId]));
  const isExplained = (id: string | undefined): boolean => id !== undefined && (explained.has(id) || isDoubted(id));
  return events.flatMap(event => {
    switch (event.kind) {
      case 'failoverHappened':
        return elected.includes(event) ? [] : [event.text];
      case 'masterChanged':
        return isExplained(event.nodeId) || isExplained(event.fromMasterId) || isExplained(event.toMasterId)
          ? []
          : [event.text];
      case 'slotsChanged':
        // Who gains them is told by who loses them; and a failover is told as such.
        return event.lost.isEmpty || isExplained(event.nodeId) || failovers.some(f => f.fromNodeId === event.nodeId)
          ? []
          : [event.text];
      default:
        return [];
    }
  });
}
