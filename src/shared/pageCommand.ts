import type { Drop } from './dropRules';
import { readRanges, SLOT_COUNT } from './slotRanges';

/** What the page may ask to be begun. */
export type PageCommand =
  /** Something was let fall on something. */
  | Drop
  /** `slots`: `0-100,5461`; without `to` the person is asked for the master. */
  | { command: 'reshard'; slots: string; to?: string }
  | { command: 'balanceRoles' }
  /** Lets a spare join. */
  | { command: 'addNode'; as: 'replica' | 'master'; master?: string }
  /** Of servers on this machine; there is no plan, as they are the reader's own to stop and start. */
  | { command: 'startNode' | 'resumeNode'; nodeId: string };

/** Anything else is refused. */
export function parsePageCommand(value: unknown): PageCommand | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { command, slots, to, nodeId, as, master, node, spare } = value as Record<string, unknown>;
  switch (command) {
    case 'reshard': {
      if (typeof slots !== 'string' || slots.length > longestSlots) return undefined;
      const read = readRanges(slots);
      if (!('ranges' in read) || read.ranges.length === 0) return undefined;
      if (to === undefined) return { command, slots };
      return isNodeId(to) ? { command, slots, to } : undefined;
    }
    case 'balanceRoles':
      return { command };
    case 'addNode':
      if (as !== 'replica' && as !== 'master') return undefined;
      if (node !== undefined && as === 'replica')
        return isNodeId(node) && isNodeId(master) ? { command, node, as, master } : undefined;
      if (master === undefined) return { command, as };
      return isNodeId(master) ? { command, as, master } : undefined;
    case 'moveReplica':
      return isNodeId(node) && isNodeId(master) ? { command, node, master } : undefined;
    case 'replaceNode':
      return isNodeId(node) && isNodeId(spare) ? { command, node, spare } : undefined;
    case 'startNode':
    case 'resumeNode':
      return isNodeId(nodeId) ? { command, nodeId } : undefined;
    default:
      return undefined;
  }
}

function isNodeId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{40}$/.test(value);
}

/** Every other slot by itself, `0,2,4`, is about as long as it gets. */
const longestSlots = (SLOT_COUNT / 2) * 6;
