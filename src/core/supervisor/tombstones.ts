import { isBanned } from './bans';
import type { Memory, Moment } from './memory';
import type { Observation } from './sight';
import type { SupervisorEvent, Tombstone } from './types';

/** The ids of nodes that were replaced, or are being replaced now. */
export function replacedIds({ tombstones, running }: Memory): ReadonlySet<string> {
  const current = running?.act.kind === 'replace' ? [running.act.subject.id] : [];
  return new Set([...tombstones.map(({ id }) => id), ...current]);
}

/** Which replaced nodes answer again; each return is told once. */
export function followTombstones(
  memory: Memory,
  { topology, circumstances }: Observation,
  now: Moment,
): { memory: Memory; events: SupervisorEvent[] } {
  const answers = new Set(topology.nodes.filter(({ reachable }) => reachable).map(({ id }) => id));
  for (const id of circumstances.answeringTombstones) answers.add(id);
  const { running } = memory;
  const current = running?.act.kind === 'replace' ? [{ ...running.act.subject, replacedBy: running.act.spare }] : [];
  // Another node at its address, or a cluster that knows it well again: a person has seen to it. While the ban lasts the others
  // only seem to: it introduces itself, and is forgotten again (Valkey 8.1 and newer).
  const tombstones = memory.tombstones.filter(
    ({ id, address }) =>
      !topology.nodes.some(node => node.reachable && node.address === address && node.id !== id) &&
      (isBanned(memory, id, now) || !isMemberAgain(id, topology)),
  );
  const back = [
    ...tombstones.map(node => ({ key: node.id, node, text: textAfter(node) })),
    ...current.map(node => ({ key: `${node.id} meanwhile`, node, text: textMeanwhile(node) })),
  ].filter(({ node }) => answers.has(node.id));
  const news = back.filter(({ key }) => !memory.returned.includes(key));
  return {
    memory: { ...memory, tombstones, returned: back.map(({ key }) => key) },
    events: news.map(({ text }) => ({ atMilliseconds: now.wall, kind: 'returnedAfterReplacement', text })),
  };
}

function isMemberAgain(id: string, { nodes, shards }: Observation['topology']): boolean {
  const node = nodes.find(other => other.id === id);
  const voters = shards.filter(({ slots }) => !slots.isEmpty).map(({ masterId }) => masterId);
  const knowing = new Set(node?.seenBy);
  return node?.status === 'ok' && voters.filter(voter => knowing.has(voter ?? '')).length * 2 > voters.length;
}

function textAfter({ address, replacedBy }: Pick<Tombstone, 'address' | 'replacedBy'>): string {
  return `${address} answers again after it was replaced by ${replacedBy.address}. It is not let back in by itself: add it as a spare, which resets it, or leave it out.`;
}

function textMeanwhile({ address, replacedBy }: Pick<Tombstone, 'address' | 'replacedBy'>): string {
  return `${address} answers again while it is being replaced by ${replacedBy.address}. If that completes it is left out; if it fails, it is a member as before.`;
}
