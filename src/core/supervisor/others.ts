import type { TopologyEvent } from '../topology/topologyEvent';
import { count } from '../topology/wording';
import { hasCome, later, type Memory, type Moment } from './memory';
import type { Observation } from './sight';
import type { SupervisorSettings } from './types';

/**
 * Stands back for a cool-down when a change was neither the engine's answer to a failure, nor an act of its own, nor of an
 * operation known here; and a moment after each operation.
 */
export function noteOthers(
  memory: Memory,
  { events, afterPause, circumstances }: Observation,
  settings: Pick<SupervisorSettings, 'coolDownSeconds'>,
  now: Moment,
): Memory {
  const isExplained = afterPause || circumstances.isChanging || isEcho(memory, now);
  const changes = isExplained ? [] : actsOfOthers(events, memory);
  const coolDownMilliseconds = settings.coolDownSeconds * 1000;
  if (changes.length > 0)
    return standBack(memory, later(now, coolDownMilliseconds), `Somebody else is at work. ${changes.join(' ')}`);
  const [operation, ...more] = circumstances.operations;
  if (!operation) return memory;
  const verb = more.length > 0 ? `and ${count(more.length, 'more operation')} were` : 'was';
  // An operation verifies what it did: when it is over, nothing of it is still to come.
  const quiet = Math.min(coolDownMilliseconds, AFTER_OPERATION_MILLISECONDS);
  return standBack(memory, later(now, quiet), `"${operation.title}" ${verb} at work on these nodes a moment ago.`);
}

/** What holds it back for longer stays, with its reason. */
function standBack(memory: Memory, until: Moment, text: string): Memory {
  const isLonger = memory.standBack && memory.standBack.until.monotonic > until.monotonic;
  return isLonger ? memory : { ...memory, standBack: { until, text } };
}

const AFTER_OPERATION_MILLISECONDS = 5000;

/** The last views of what an act or an operation did may come after it. */
export const ECHO_MILLISECONDS = 10_000;

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
