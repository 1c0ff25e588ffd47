import type { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, Topology } from '../../topology/types';
import type { SlotInspection } from './inspection';
import { membersOf } from './members';

export interface FixRequest {
  inspection: SlotInspection;
  /**
   * What becomes of moves that were begun. `finish`: on to the target; `finishSent`: only what the owner sends, and what only
   * a target takes is rolled back; `rollBack`: back to the owner. Without it a move both ends know of is finished, and what
   * only one end has is rolled back.
   */
  openSlots?: 'finish' | 'finishSent' | 'rollBack';
  /** `0-100,5461`: only these. */
  slots?: string;
  /** Slots that belong to nobody are spread over the masters; those with keys go to who has them. */
  uncovered?: 'assign';
  /** Slots of masters that are silent, and that the cluster calls failed, are taken from them: their keys are lost. */
  unreachableOwners?: 'take';
  /**
   * Which copy counts of a key that two nodes hold with other contents: the owner's, the other's, or per key (its bytes in
   * base64) the node by its id. Equal copies need no choice.
   */
  collisions?: 'owner' | 'other' | Readonly<Record<string, string>>;
}

/** What the planner of fixes knows of the nodes. */
export interface FixScene {
  topology: Topology;
  request: FixRequest;
  /** Only these slots; undefined: all. */
  only: SlotSet | undefined;
  nodes: readonly ClusterNode[];
  byId: ReadonlyMap<string, ClusterNode>;
  /** A master that answers and that most do not call failed. */
  canServe: (node: ClusterNode | undefined) => boolean;
  /** It did not answer one of the two looks, or most call it failed. */
  isSilent: (node: ClusterNode) => boolean;
  /** Its slots may be taken: that was asked for, and everybody who answers doubts it. */
  takes: (node: ClusterNode) => boolean;
}

export function fixScene(topology: Topology, request: FixRequest, only: SlotSet | undefined): FixScene {
  const nodes = membersOf(topology);
  const inspected = new Map(request.inspection.nodes.map(node => [node.id, node]));
  const witnesses = nodes.filter(({ reachable }) => reachable).length;
  return {
    topology,
    request,
    only,
    nodes,
    byId: new Map(nodes.map(node => [node.id, node])),
    canServe: node => node !== undefined && isAble(node) && inspected.get(node.id)?.role === 'master',
    isSilent: node => !node.reachable || node.status === 'failed' || !inspected.has(node.id),
    takes: node =>
      request.unreachableOwners === 'take' &&
      !node.reachable &&
      (node.status === 'failed' || node.suspectedBy.length >= witnesses) &&
      witnesses > 0,
  };
}

function isAble({ role, reachable, status }: ClusterNode): boolean {
  return role === 'master' && reachable && status !== 'failed' && status !== 'joining';
}
