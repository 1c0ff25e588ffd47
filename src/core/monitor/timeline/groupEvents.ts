import { listNames } from '../../topology/wording';
import type { TimelineEvent, TimelineKind } from './types';

/**
 * Events of the same kind that one look showed of several nodes, as one: a host that dies takes all its nodes along. Newest
 * first, as given; the event of a group stands for all of it and has theirs as its stages.
 */
export function groupEvents(events: readonly TimelineEvent[], nameOf: (nodeId: string) => string): TimelineEvent[] {
  const groups = new Map<string, TimelineEvent[]>();
  for (const event of events) {
    const key = headlines[event.kind] ? `${event.kind} ${event.atMilliseconds}` : event.id;
    const group = groups.get(key);
    if (group) group.push(event);
    else groups.set(key, [event]);
  }
  return [...groups.values()].flatMap(group => (group.length < FEWEST ? group : [merge(group, nameOf)]));
}

/** Two are easier to read one by one. */
const FEWEST = 3;

const headlines: Partial<Record<TimelineKind, (names: string, count: number) => string>> = {
  unreachable: (names, count) => `${count} nodes do not answer here: ${names}.`,
  suspect: (names, count) => `${count} nodes are suspect: ${names}.`,
  failed: (names, count) => `${count} nodes failed: ${names}.`,
  failingOver: (names, count) => `${count} masters failed, failing over: ${names}.`,
  stuck: (names, count) => `${count} masters failed and have no replica that can take over: ${names}.`,
  recovered: (names, count) => `${count} nodes are ok again: ${names}.`,
  cameBackEmpty: (names, count) => `${count} masters came back empty: ${names}.`,
  appeared: (names, count) => `${count} nodes appeared: ${names}.`,
  joined: (names, count) => `${count} nodes joined the cluster: ${names}.`,
  left: (names, count) => `${count} nodes left: ${names}.`,
  roleChanged: (names, count) => `${count} nodes changed their role: ${names}.`,
  masterChanged: (names, count) => `${count} replicas follow another master: ${names}.`,
  addressChanged: (names, count) => `${count} nodes changed their address: ${names}.`,
  linkDown: (names, count) => `The links of ${count} replicas to their masters are down: ${names}.`,
  linkUp: (names, count) => `The links of ${count} replicas to their masters are up again: ${names}.`,
};

function merge(group: readonly TimelineEvent[], nameOf: (nodeId: string) => string): TimelineEvent {
  // The one that is there longest, so that a group keeps its identity while it grows.
  const first = group.at(-1)!;
  const nodeIds = group.flatMap(event => event.nodeIds.slice(0, 1)).reverse();
  const names = listNames(nodeIds.map(nameOf));
  const { id, kind, atMilliseconds, afterPause } = first;
  return {
    id,
    kind,
    atMilliseconds,
    sinceMilliseconds: Math.min(...group.map(event => event.sinceMilliseconds)),
    text: headlines[kind]!(names, group.length),
    nodeIds,
    stages: group
      .map(event => ({ atMilliseconds: event.atMilliseconds, kind: event.kind, text: event.text }))
      .reverse()
      .slice(0, STAGES_SHOWN),
    ...(afterPause && { afterPause }),
  };
}

const STAGES_SHOWN = 24;
