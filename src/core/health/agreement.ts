import { groupBy } from '../topology/groupBy';
import { SlotSet } from '../topology/slotSet';
import type { ClusterNode, Disagreement, DisagreementKind, OpenSlot } from '../topology/types';
import { count, listNames, nodeName, slotsText } from '../topology/wording';
import type { ClusterPicture, Finding } from './clusterPicture';

/** As many disagreements of one kind are told one by one; more become one line. */
const TOLD_ONE_BY_ONE = 3;

const CODES: Readonly<Record<DisagreementKind, string>> = {
  slotOwner: 'slotOwnerDisputed',
  role: 'roleDisputed',
  membership: 'membershipDisputed',
  epochCollision: 'epochCollision',
};

const REMEDIES: Readonly<Record<DisagreementKind, string>> = {
  slotOwner:
    'Wait some seconds: the newest config epoch wins. If it stays, move or assign nothing before it is settled.',
  role: 'Wait some seconds: after a failover the news takes a while. If it stays, check the cluster bus between these nodes.',
  membership:
    'Wait some seconds if nodes were just added or removed. If it stays, check that these nodes reach each other on the cluster bus port.',
  epochCollision: 'Wait: masters with the same epoch sort it out by themselves when they hear each other.',
};

/** Where the views differ, what was left half done, and who is still listed without being there. */
export function agreementFindings(picture: ClusterPicture): Finding[] {
  const { topology } = picture;
  const forgotten = topology.nodes.filter(({ id }) => topology.forgotten.includes(id));
  const ghosts = new Set([...topology.ghosts, ...topology.forgotten]);
  // That somebody does not know a ghost is what makes it one.
  const disagreements = topology.disagreements.filter(
    ({ kind, nodeIds }) => kind !== 'membership' || !nodeIds.every(id => ghosts.has(id)),
  );
  const byKind = groupBy(disagreements, disagreement => disagreement.kind);
  return [
    ...openSlotFinding(picture),
    ...[...byKind].flatMap(([kind, disagreements]) => disagreementFindings(kind, disagreements)),
    ...ghostFinding(picture),
    ...forgotten.map(forgottenFinding),
    ...sameAddressFindings(picture),
  ];
}

function disagreementFindings(kind: DisagreementKind, disagreements: readonly Disagreement[]): Finding[] {
  const finding = (text: string, nodeIds: readonly string[]): Finding => ({
    code: CODES[kind],
    severity: 'warning',
    text,
    nodeIds,
    remedy: REMEDIES[kind],
  });
  if (disagreements.length <= TOLD_ONE_BY_ONE) return disagreements.map(({ text, nodeIds }) => finding(text, nodeIds));
  const nodeIds = [...new Set(disagreements.flatMap(disagreement => disagreement.nodeIds))];
  return [
    finding(
      `The nodes differ in ${disagreements.length} things of this kind, about ${count(nodeIds.length, 'node')}. For example: ${disagreements[0]!.text}`,
      nodeIds,
    ),
  ];
}

function forgottenFinding(node: ClusterNode): Finding {
  return {
    code: 'nodeForgotten',
    severity: 'warning',
    text: `${nodeName(node)} answers, but its cluster has forgotten it: it was replaced or removed. It serves nobody, and is not let back in by itself.`,
    nodeIds: [node.id],
    remedy: `Add ${nodeName(node)} as a spare, which empties it, or stop it.`,
  };
}

function openSlotFinding({ topology, nodes }: ClusterPicture): Finding[] {
  const ends = topology.nodes
    // Replicas repeat what their master says (Valkey 8 and newer), sometimes long after it is over.
    .filter(node => node.role === 'master')
    .flatMap(node => node.openSlots.map(open => ({ id: node.id, open })));
  if (ends.length === 0) return [];
  const moves = [...groupBy(ends, ({ id, open }) => moveKey(id, open))].map(([key, slots]) => {
    const [from = '', to = ''] = key.split(' ');
    return `${slotsText(SlotSet.of(slots.map(({ open }) => open.slot)))} from ${nameOf(from)} to ${nameOf(to)}`;
  });
  const slots = SlotSet.of(ends.map(({ open }) => open.slot));
  return [
    {
      code: 'openSlots',
      severity: 'warning',
      text: `${count(slots.count, 'slot')} ${slots.count === 1 ? 'is' : 'are'} open, moved only half: ${listNames(moves)}.`,
      nodeIds: [...new Set(ends.map(({ id }) => id))],
      remedy:
        'If slots are being moved now, wait. Otherwise a move was interrupted: its keys may be on both nodes, so finish it or roll it back before anything else is moved: resume or roll back the operation if the view "Operations" lists one as interrupted, else use "Fix".',
    },
  ];

  function nameOf(id: string): string {
    const node = nodes.get(id);
    return node ? nodeName(node) : `node ${id.slice(0, 8)}`;
  }
}

function moveKey(id: string, { direction, peerId }: OpenSlot): string {
  return direction === 'migrating' ? `${id} ${peerId}` : `${peerId} ${id}`;
}

function ghostFinding({ topology, nodes }: ClusterPicture): Finding[] {
  const { ghosts } = topology;
  if (ghosts.length === 0) return [];
  const names = ghosts.map(id => {
    const node = nodes.get(id);
    return node ? nodeName(node) : `node ${id.slice(0, 8)}`;
  });
  return [
    {
      code: 'ghostNodes',
      severity: 'warning',
      text: `${listNames(names)} ${ghosts.length === 1 ? 'is' : 'are'} still listed by some nodes and not there any more.`,
      nodeIds: ghosts,
      remedy:
        'Harmless for clients. If it stays, every node must be told CLUSTER FORGET with this id within one minute.',
    },
  ];
}

/** Two ids at one address: a server that came back without its cluster file, or a new one where an old one was. */
function sameAddressFindings({ members }: ClusterPicture): Finding[] {
  const located = members.filter(node => node.host !== '' && node.port !== 0);
  return [...groupBy(located, node => node.address)]
    .filter(([, nodes]) => nodes.length > 1)
    .map(([address, nodes]) => ({
      code: 'sameAddress',
      severity: 'warning',
      text: `${count(nodes.length, 'node')} are listed at ${address}: ${listNames(nodes.map(node => node.id.slice(0, 8)))}. A server there lost its identity, or took the place of another.`,
      nodeIds: nodes.map(node => node.id),
      remedy: 'The id that does not answer belongs to a node that is gone: it must be forgotten by the others.',
    }));
}
