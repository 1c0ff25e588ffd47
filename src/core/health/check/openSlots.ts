import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, OpenSlot } from '../../topology/types';
import { sentenceStart } from '../../topology/wording';
import type { Found } from './lasting';
import { countedKeys, keysIn } from './ownWords';
import { openSlotText, type OpenCase, type OpenEnd } from './openSlotText';
import type { CheckEvidence, OpenSlotForm } from './types';

/** Every open slot with its diagnosis; slots that stand the same way between the same nodes are one finding. */
export function openSlotFindings({ latest: { topology }, keys }: Pick<CheckEvidence, 'latest' | 'keys'>): Found[] {
  const nodes = new Map(topology.nodes.map(node => [node.id, node]));
  return findCases(topology.nodes, nodes).map((open): Found => {
    const { text, remedy } = openSlotText(open, nodes, id => keysIn(open.slots, keys.get(id)));
    const ends = [...open.migrating, ...open.importing, ...open.atReplicas].map(({ node }) => node.id);
    const peers = [...open.migrating, ...open.importing].map(({ peerId }) => peerId).filter(id => nodes.has(id));
    const nodeIds = [...new Set([...ends, ...peers, ...(open.owner ? [open.owner.id] : [])])];
    return {
      code: 'openSlots',
      severity: misleadsClients(open) ? 'error' : 'warning',
      text: sentenceStart(text),
      nodeIds,
      remedy,
      slots: open.slots,
      fix: 'openSlots',
      form: open.form,
      keys: countedKeys(nodeIds, open.slots, keys),
    };
  });
}

// The owner answers ASK for every key it does not hold, and nobody answers it: new keys cannot be written.
function misleadsClients({ form, migrating }: OpenCase): boolean {
  return migrating.length > 0 && (form === 'onlyMigrating' || form === 'mismatch' || form === 'peerLost');
}

function findCases(all: readonly ClusterNode[], nodes: ReadonlyMap<string, ClusterNode>): OpenCase[] {
  const bySlot = new Map<number, OpenEnd[]>();
  for (const node of all)
    for (const open of node.openSlots) {
      if (node.role === 'replica' && repeatsItsMaster(open, nodes.get(node.masterId ?? ''))) continue;
      bySlot.set(open.slot, [...(bySlot.get(open.slot) ?? []), { node, ...open }]);
    }
  const cases = new Map<string, { open: Omit<OpenCase, 'slots'>; slots: number[] }>();
  for (const [slot, ends] of bySlot) {
    const owner = all.find(({ slots }) => slots.has(slot));
    const key = [...ends.map(end => `${end.node.id} ${end.direction} ${end.peerId}`).sort(), owner?.id].join();
    const known = cases.get(key);
    if (known) known.slots.push(slot);
    else cases.set(key, { open: caseOf(ends, owner, nodes), slots: [slot] });
  }
  return [...cases.values()].map(({ open, slots }) => ({ ...open, slots: SlotSet.of(slots) }));
}

function repeatsItsMaster(open: OpenSlot, master: ClusterNode | undefined): boolean {
  return (
    master?.openSlots.some(
      other => other.slot === open.slot && other.direction === open.direction && other.peerId === open.peerId,
    ) ?? false
  );
}

function caseOf(
  ends: readonly OpenEnd[],
  owner: ClusterNode | undefined,
  nodes: ReadonlyMap<string, ClusterNode>,
): Omit<OpenCase, 'slots'> {
  const ofMasters = ends.filter(({ node }) => node.role === 'master');
  const migrating = ofMasters.filter(({ direction }) => direction === 'migrating');
  const importing = ofMasters.filter(({ direction }) => direction === 'importing');
  const atReplicas = ends.filter(({ node }) => node.role === 'replica');
  return {
    form: formOf(migrating, importing, owner, nodes),
    migrating,
    importing,
    atReplicas,
    ...(owner && { owner }),
  };
}

function formOf(
  migrating: readonly OpenEnd[],
  importing: readonly OpenEnd[],
  owner: ClusterNode | undefined,
  nodes: ReadonlyMap<string, ClusterNode>,
): OpenSlotForm {
  const [from, ...otherSources] = migrating;
  const [to, ...otherTargets] = importing;
  if (!from && !to) return 'replicaOnly';
  if ([...migrating, ...importing].some(({ peerId }) => !isAbleMaster(nodes.get(peerId)))) return 'peerLost';
  if (otherSources.length > 0 || otherTargets.length > 0) return 'mismatch';
  if (!to) return 'onlyMigrating';
  if (!from) return to.peerId === owner?.id ? 'onlyImporting' : 'mismatch';
  return from.peerId === to.node.id && to.peerId === from.node.id ? 'bothEnds' : 'mismatch';
}

function isAbleMaster(node: ClusterNode | undefined): boolean {
  return node !== undefined && node.role === 'master' && node.reachable && node.status !== 'failed';
}
