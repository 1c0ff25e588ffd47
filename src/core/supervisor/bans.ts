import type { ClusterNode } from '../topology/types';
import { count } from '../topology/wording';
import { hasCome, later, type Memory, type Moment } from './memory';
import type { Observation, Sight } from './sight';
import type { Subject, SupervisorEvent } from './types';

/** The servers count their bans in whole seconds. */
const MARGIN_MILLISECONDS = 1500;

/** After all were told to forget a node: from when on they could have taken it up again. */
export function withBan(memory: Memory, id: string, banMilliseconds: number, now: Moment): Memory {
  return { ...memory, bans: { ...memory.bans, [id]: later(now, banMilliseconds + MARGIN_MILLISECONDS) } };
}

/** It is not looked at any more whether this node stays forgotten. */
export function withoutBan(memory: Memory, id: string): Memory {
  return { ...memory, bans: Object.fromEntries(Object.entries(memory.bans).filter(([other]) => other !== id)) };
}

/** The servers do not take it up again yet. */
export function isBanned({ bans }: Memory, id: string, now: Moment): boolean {
  const ban = bans[id];
  return ban !== undefined && !hasCome(ban, now);
}

/**
 * Which replaced nodes stayed forgotten though the ban is over; told once each. Only for a look that a majority stands behind.
 * While a member does not answer, it may be the one that still lists it: that is waited for, and holds nothing up.
 */
export function followBans(
  before: Memory,
  sight: Sight,
  seen: Observation,
  now: Moment,
): { memory: Memory; events: SupervisorEvent[] } {
  const { members } = sight;
  let memory = withoutStrayBans(before);
  const events: SupervisorEvent[] = [];
  if (before.running || !members.every(({ reachable }) => reachable)) return { memory, events };
  for (const { id, address } of memory.tombstones) {
    if (!isBanOver(memory, id, now) || listersOf(id, sight, seen).length > 0) continue;
    memory = withoutBan(memory, id);
    const text = `${address} stays forgotten: looked at after the ban, none of the ${count(members.length, 'node')} lists it.`;
    events.push({ atMilliseconds: now.wall, kind: 'stayedForgotten', text });
  }
  return { memory, events };
}

/** A replaced node that is dead and listed again after the ban: nobody else will make the nodes forget it. */
export function takenUpAgain(memory: Memory, sight: Sight, seen: Observation, now: Moment): Subject | undefined {
  const found = memory.tombstones.find(
    ({ id }) => isBanOver(memory, id, now) && isDead(id, seen) && listersOf(id, sight, seen).length > 0,
  );
  return found && { id: found.id, address: found.address, slots: '' };
}

/** Members that list a replaced node. */
function listersOf(id: string, { members }: Sight, { topology }: Observation): ClusterNode[] {
  const seenBy = new Set(topology.nodes.find(node => node.id === id)?.seenBy);
  return members.filter(member => seenBy.has(member.id));
}

function isDead(id: string, { topology }: Observation): boolean {
  return topology.nodes.find(node => node.id === id)?.reachable === false;
}

function isBanOver(memory: Memory, id: string, now: Moment): boolean {
  return memory.bans[id] !== undefined && !isBanned(memory, id, now);
}

function withoutStrayBans(memory: Memory): Memory {
  const known = new Set(memory.tombstones.map(({ id }) => id));
  const stray = Object.keys(memory.bans).filter(id => !known.has(id));
  return stray.reduce(withoutBan, memory);
}
