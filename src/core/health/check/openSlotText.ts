import type { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, OpenSlot } from '../../topology/types';
import { count, listNames, nodeName, sentenceStart, slotsText } from '../../topology/wording';
import type { OpenSlotForm } from './types';

/** What one node says of an open slot. */
export type OpenEnd = OpenSlot & { node: ClusterNode };

/** Slots that stand open in the same way between the same nodes. */
export interface OpenCase {
  slots: SlotSet;
  form: OpenSlotForm;
  /** Absent when nobody owns them. */
  owner?: ClusterNode;
  migrating: readonly OpenEnd[];
  importing: readonly OpenEnd[];
  /** Of replicas whose masters do not say the same. */
  atReplicas: readonly OpenEnd[];
}

interface Sentences {
  text: string;
  remedy: string;
}

/** What is the matter with open slots, what finishing their move would do, and what rolling it back would do. */
export function openSlotText(
  open: OpenCase,
  nodes: ReadonlyMap<string, ClusterNode>,
  keysAt: (nodeId: string) => number | undefined,
): Sentences {
  const slots = slotsText(open.slots);
  const [from, to] = [open.migrating[0], open.importing[0]];
  const one = open.slots.count === 1;
  const [are, them, they] = one ? ['is', 'it', 'it'] : ['are', 'them', 'they'];
  switch (open.form) {
    case 'bothEnds': {
      const [source, target] = [from!.node, to!.node];
      return {
        text: `${slots} ${are} on the way from ${withKeys(source)} to ${withKeys(target)}.`,
        remedy: `If slots are being moved now, wait. Otherwise a move was interrupted. Finishing moves ${keysOf(source)} to ${nodeName(target)}, which owns ${them} then; rolling back moves ${keysOf(target)} to ${nodeName(source)}, which keeps ${them}.`,
      };
    }
    case 'onlyMigrating': {
      const source = from!.node;
      const target = nodes.get(from!.peerId)!;
      return {
        text: `${withKeys(source)} gives ${slots} to ${withKeys(target)}, which does not take ${them}: clients that want a key ${nodeName(source)} does not hold, or a new one, are sent to and fro.`,
        remedy: `If slots are being moved now, wait. Rolling back ${stayingKeys(target, source)}closes ${them} at ${nodeName(source)}, which keeps ${them}. Finishing opens ${them} at ${nodeName(target)} and moves ${keysOf(source)} there.`,
      };
    }
    case 'onlyImporting': {
      const target = to!.node;
      const source = nodes.get(to!.peerId)!;
      return {
        text: `${withKeys(target)} takes ${slots} from ${withKeys(source)}, which does not give ${them} away: ${nodeName(source)} serves ${them}${unreachableKeys(target)}.`,
        remedy: `If slots are being moved now, wait. Fix rolls this back: it ${stayingKeys(target, source)}closes ${them} at ${nodeName(target)}, and ${nodeName(source)} keeps ${them}.`,
      };
    }
    case 'mismatch':
      return {
        text: `${slots} ${are} open and the ends do not match: ${listEnds()}. ${ownerSentence()}`,
        remedy: open.owner
          ? `Rolling back moves the keys that other nodes hold to ${nodeName(open.owner)} and closes ${them} everywhere. Finishing needs a choice of the target first.`
          : `Assign ${them} to the node that holds the keys, then close ${them} everywhere.`,
      };
    case 'peerLost': {
      const [end] = [...open.migrating, ...open.importing].filter(({ peerId }) => lossOf(nodes.get(peerId)));
      return {
        text: `${slots} ${are} open: ${listEnds()}, but ${peerName(end!.peerId)} ${lossOf(nodes.get(end!.peerId))}. ${ownerSentence()}`,
        remedy:
          end!.direction === 'migrating'
            ? `If ${peerName(end!.peerId)} comes back, the move can be finished. Rolling back closes ${them} at ${nodeName(end!.node)}; keys that had been moved to ${peerName(end!.peerId)} stay there, nobody can say how many.`
            : `If ${peerName(end!.peerId)} comes back, the move can be finished. Closing ${them} at ${nodeName(end!.node)} leaves ${keysOf(end!.node)} there that nobody reaches: bring them to the owner first.`,
      };
    }
    case 'replicaOnly': {
      const replicas = listNames(open.atReplicas.map(({ node }) => nodeName(node)));
      return {
        text: `${replicas}, ${open.atReplicas.length === 1 ? 'a replica, still says' : 'replicas, still say'} that ${slots} ${are} open, and the master does not: a leftover of a move that is over.`,
        remedy: `Harmless for clients until the replica takes over, when ${they} would be open again. Closing ${them} at the master (CLUSTER SETSLOT STABLE) closes ${them} at its replicas.`,
      };
    }
  }

  function withKeys(node: ClusterNode): string {
    const keys = keysAt(node.id);
    return `${nodeName(node)}${keys === undefined ? '' : ` (${count(keys, 'key')})`}`;
  }

  function keysOf({ id }: ClusterNode): string {
    const keys = keysAt(id);
    return keys === undefined ? 'whatever keys are left' : keys === 0 ? 'no key' : count(keys, 'key');
  }

  function stayingKeys(holder: ClusterNode, owner: ClusterNode): string {
    return keysAt(holder.id) === 0 ? '' : `moves ${keysOf(holder)} of ${nodeName(holder)} to ${nodeName(owner)} and `;
  }

  function unreachableKeys(target: ClusterNode): string {
    const keys = keysAt(target.id) ?? 0;
    return keys === 0 ? '' : `, and what ${nodeName(target)} holds no client finds`;
  }

  function listEnds(): string {
    const ends = [
      ...open.migrating.map(({ node, peerId }) => `${withKeys(node)} gives ${them} to ${peerName(peerId)}`),
      ...open.importing.map(({ node, peerId }) => `${withKeys(node)} takes ${them} from ${peerName(peerId)}`),
    ];
    return listNames(ends, 4);
  }

  function peerName(id: string): string {
    const peer = nodes.get(id);
    return peer ? nodeName(peer) : `node ${id.slice(0, 8)}`;
  }

  function ownerSentence(): string {
    return open.owner
      ? `${nodeName(open.owner)} owns ${them}.`
      : sentenceStart(`${one ? 'it belongs' : 'they belong'} to no node.`);
  }
}

/** Why the node at the other end cannot take part; undefined when it can. */
function lossOf(node: ClusterNode | undefined): string | undefined {
  if (!node) return 'is not known any more';
  if (node.status === 'failed') return 'failed';
  if (!node.reachable) return 'does not answer';
  return node.role === 'replica' ? 'is a replica now' : undefined;
}
