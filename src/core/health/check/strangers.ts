import type { ClusterNode } from '../../topology/types';
import { listNames, nodeName } from '../../topology/wording';
import { lasting, type Found } from './lasting';
import type { CheckEvidence, CheckLook } from './types';

/** Nodes that are listed and not there, and handshakes that come to nothing: each by itself, with who knows of it. */
export function strangerFindings(evidence: CheckEvidence): Found[] {
  const nodes = new Map(evidence.latest.topology.nodes.map(node => [node.id, node]));
  const names = (ids: readonly string[]): string => listNames(ids.map(id => nameOf(id, nodes)).sort());
  const ghosts = lasting(evidence, ghostsOf, ({ id }) => id).map(({ id, seenBy }): Found => ({
    code: 'ghostNode',
    severity: 'warning',
    text: `${nameOf(id, nodes)} (id ${id.slice(0, 8)}) is not there any more, and ${names(seenBy)} still ${seenBy.length === 1 ? 'lists' : 'list'} it.`,
    nodeIds: [id, ...seenBy],
    remedy: `Harmless for clients. If it stays, each of these must be told CLUSTER FORGET ${id}, all within one minute, or they tell each other of it again.`,
  }));
  const handshakes = lasting(evidence, handshakesOf, ({ id }) => id).map(
    ({ id, seenBy, address, unreachableReason }): Found => ({
      code: 'handshakeStuck',
      severity: 'warning',
      text: `${names(seenBy)} ${seenBy.length === 1 ? 'tries' : 'try'} to meet ${address} and ${seenBy.length === 1 ? 'gets' : 'get'} no answer on the cluster bus.${unreachableReason === undefined ? '' : ` ${unreachableReason}`}`,
      nodeIds: [id, ...seenBy],
      remedy: `If a node joins there, check its bus port (the port plus 10000 unless it was set). If nothing is there any more, a node still speaks of it: forget it on all nodes.`,
    }),
  );
  return [...ghosts, ...handshakes];
}

/** Whether a node is told here; what tells of joining nodes leaves it out then. */
export function isHandshake({ status, id }: ClusterNode): boolean {
  return status === 'joining' && id.startsWith('?');
}

function ghostsOf({ topology }: CheckLook): ClusterNode[] {
  return topology.nodes.filter(({ id }) => topology.ghosts.includes(id));
}

function handshakesOf({ topology }: CheckLook): ClusterNode[] {
  return topology.nodes.filter(isHandshake);
}

function nameOf(id: string, nodes: ReadonlyMap<string, ClusterNode>): string {
  const node = nodes.get(id);
  return node ? nodeName(node) : `node ${id.slice(0, 8)}`;
}
