import { joinSome } from '../../plan/phrases';
import type { MigrationEngine, NodeRef, Plan, SlotMove } from '../../plan/types';
import type { Member } from '../../migration/types';
import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, Topology } from '../../topology/types';

/** Slots still to be moved, between the masters that stand at both ends now. */
export interface SlotWork {
  source: Member;
  target: Member;
  slots: SlotSet;
  engine: MigrationEngine;
}

/** Why slots cannot be moved as the topology is now. `passes`: a failover or a restart may mend it by itself. */
export interface WorkObstacle {
  code: 'noMaster' | 'ownerChanged';
  /** Without a full stop. */
  text: string;
  passes: boolean;
}

export interface WorkLeft {
  work: SlotWork[];
  obstacles: WorkObstacle[];
  /** Slots of the moves that their target owns and that are open nowhere. */
  done: SlotSet;
}

/**
 * What is left of moves in a topology: slots the source (or a replica that took over from it) still owns, and slots the
 * target owns that are still open at one end. Open slots go the classic way, whatever was planned: the other engines refuse
 * them. Pure.
 */
export function slotWorkLeft(moves: readonly SlotMove[], plan: Plan, topology: Topology): WorkLeft {
  const left: WorkLeft = { work: [], obstacles: [], done: SlotSet.empty };
  for (const move of moves) {
    const slots = SlotSet.parse(move.slots);
    const [source, target] = [standInFor(move.source, plan, topology), standInFor(move.target, plan, topology)];
    const arrived = slots.intersection(ownedFor(move.target, plan, topology));
    const open = openBetween(slots, [source, target]);
    const closing = arrived.intersection(open);
    left.done = left.done.union(arrived.difference(closing));
    const rest = slots.difference(arrived);
    if (rest.isEmpty && closing.isEmpty) continue;
    const obstacles = obstaclesOf(move, source, target, rest, topology);
    left.obstacles.push(...obstacles);
    if (obstacles.length > 0 || !target) continue;
    // A source that lost its last slot may be a replica by now: only its id is needed to close what is open at the target.
    const ends = { source: endOf(move.source, source), target: endOf(move.target, target) };
    const half = rest.intersection(open).union(closing);
    push(left.work, { ...ends, slots: half, engine: 'classic' });
    push(left.work, { ...ends, slots: rest.difference(half), engine: move.engine });
  }
  return left;
}

/**
 * The master that stands where this one stood when the plan was made: itself, or the replica that took over from it.
 * Undefined while there is none that answers and is in no doubt.
 */
export function standInFor(planned: NodeRef, plan: Plan, topology: Topology): ClusterNode | undefined {
  const itself = topology.nodes.find(node => node.id === planned.id);
  if (itself && isAbleMaster(itself)) return itself;
  const isHeir = heirsOf(planned, plan);
  return topology.nodes.find(
    node =>
      isHeir(node) &&
      isAbleMaster(node) &&
      !node.slots.isEmpty &&
      (itself === undefined || itself.role === 'replica' || itself.slots.isEmpty),
  );
}

/**
 * Tells who can only have its slots by a failover: a replica that it had when the plan was made, or another one that has
 * slots now which it had and was to keep. Servers give masters without replicas one of another master's.
 */
function heirsOf({ id, address }: NodeRef, { before, steps }: Plan): (node: ClusterNode) => boolean {
  const replicas = new Map(before.nodes.filter(({ role }) => role === 'replica').map(node => [node.id, node]));
  const moving = steps.flatMap(step => (step.kind === 'moveSlots' ? step.moves.map(({ slots }) => slots) : []));
  const had = SlotSet.parse(before.nodes.find(node => node.id === id)?.slots ?? '');
  const kept = had.difference(SlotSet.parse(moving.join(',')));
  return node => {
    const replica = replicas.get(node.id);
    return replica !== undefined && (replica.master === address || !node.slots.intersection(kept).isEmpty);
  };
}

/**
 * What it and its heirs own together: a failover may be under way, and after one in the middle of a move an old master may
 * stay one, with the slots its replica did not know of yet (seen with 7.0.15).
 */
function ownedFor(planned: NodeRef, plan: Plan, { nodes }: Topology): SlotSet {
  const isHeir = heirsOf(planned, plan);
  const owners = nodes.filter(node => node.id === planned.id || isHeir(node));
  return SlotSet.fromRanges(owners.flatMap(({ slots }) => slots.ranges()));
}

function isAbleMaster({ role, reachable, status }: ClusterNode): boolean {
  return role === 'master' && reachable && (status === 'ok' || status === 'spare');
}

function openBetween(slots: SlotSet, ends: readonly (ClusterNode | undefined)[]): SlotSet {
  const open = ends.flatMap(node => node?.openSlots.map(({ slot }) => slot).filter(slot => slots.has(slot)) ?? []);
  return SlotSet.of(open);
}

function obstaclesOf(
  { source: planned, target: aim }: SlotMove,
  source: ClusterNode | undefined,
  target: ClusterNode | undefined,
  rest: SlotSet,
  topology: Topology,
): WorkObstacle[] {
  const found: WorkObstacle[] = [];
  if (!target) found.push(missing(aim));
  if (rest.isEmpty) return found;
  if (!source) return [...found, missing(planned)];
  const elsewhere = rest.difference(source.slots);
  if (elsewhere.isEmpty) return found;
  const owners = topology.nodes
    .filter(({ slots }) => !slots.intersection(elsewhere).isEmpty)
    .map(({ address, slots }) => `${address} (${slots.intersection(elsewhere).toString()})`);
  const whose = owners.length > 0 ? `belong to ${joinSome(owners)}` : `(${elsewhere.toString()}) belong to nobody`;
  const text = `${elsewhere.count} of the slots that ${source.address} had when the plan was made ${whose} now`;
  return [...found, { code: 'ownerChanged', text, passes: false }];
}

function missing({ address }: NodeRef): WorkObstacle {
  const text = `neither ${address} nor a replica that took over from it is a master that answers and is in no doubt`;
  return { code: 'noMaster', text, passes: true };
}

function push(work: SlotWork[], part: SlotWork): void {
  if (!part.slots.isEmpty) work.push(part);
}

/** With the id of whom it stands in for: open slots still name that one. */
function endOf(planned: NodeRef, now: NodeRef | undefined): Member {
  if (!now || now.id === planned.id) return { id: planned.id, address: planned.address };
  return { id: now.id, address: now.address, formerIds: [planned.id] };
}
