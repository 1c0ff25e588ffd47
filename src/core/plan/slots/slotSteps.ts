import { groupBy } from '../../topology/groupBy';
import type { ClusterNode } from '../../topology/types';
import { answering, replicasOf } from '../members/memberCase';
import { count, joinSome } from '../phrases';
import { refer } from '../plannedNode';
import type { PlanStep } from '../types';
import { asSlotMove, engineNames, unionOf } from './listMoves';
import type { MoveCase } from './moveCase';

/** The look before, the moves, and the look after; a master that shall stay one without slots is held to it meanwhile. */
export function slotSteps(moveCase: MoveCase): PlanStep[] {
  const { emptied, keepEmptied } = moveCase;
  const held = keepEmptied && emptied.length > 0 ? nodesToHold(moveCase) : [];
  return [
    checkMoves(moveCase),
    ...(held.length > 0 ? [holdReplicas(held, moveCase)] : []),
    moveSlots(moveCase),
    awaitOwners(moveCase),
    ...(held.length > 0 ? [restoreSettings(held)] : []),
  ];
}

/** Mixed values let some move and others not: both ends with all their replicas. */
function nodesToHold({ subject, emptied, moves }: MoveCase): ClusterNode[] {
  const masters = emptied.flatMap(({ master }) => [
    master,
    ...moves.filter(({ source }) => source === master).map(({ target }) => target),
  ]);
  const nodes = [...new Set(masters)].flatMap(master => [master, ...replicasOf(subject, master)]);
  const able = new Set(answering(subject));
  return nodes.filter(node => able.has(node));
}

function checkMoves({ subject, moves }: MoveCase): PlanStep {
  const [sources, targets] = [
    [...new Set(moves.map(({ source }) => source.address))],
    [...new Set(moves.map(({ target }) => target.address))],
  ];
  return {
    kind: 'checkMoves',
    text: `Look once more: a majority of the masters answers; ${joinSome(sources)} still ${sources.length === 1 ? 'owns' : 'own'} these slots and none of them is being moved; ${joinSome(targets)} ${targets.length === 1 ? 'has' : 'have'} room and ${targets.length === 1 ? 'holds' : 'hold'} no keys of these slots; both ends can log in to each other.`,
    nodes: subject.members.filter(({ host, port }) => host !== '' && port !== 0).map(refer),
    moves: moves.map(asSlotMove),
  };
}

function holdReplicas(nodes: readonly ClusterNode[], { emptied }: MoveCase): PlanStep {
  const names = joinSome(emptied.map(({ master }) => master.address));
  return {
    kind: 'lowerSetting',
    text: `Set cluster-allow-replica-migration to no on ${joinSome(nodes.map(({ address }) => address))}: so that ${names} ${emptied.length === 1 ? 'stays a master' : 'stay masters'} with ${emptied.length === 1 ? 'its' : 'their'} replicas after the last slot went. The old value is put back, also after a failure or a cancel.`,
    nodes: nodes.map(refer),
    parameter: 'cluster-allow-replica-migration',
    value: 'no',
  };
}

function moveSlots({ subject, moves, latencyMilliseconds }: MoveCase): PlanStep {
  const parts = moves.map(({ source, target, slots }) => `${slots.count} from ${source.address} to ${target.address}`);
  const total = moves.reduce((sum, { slots }) => sum + slots.count, 0);
  const engines = [...new Set(moves.map(({ engine }) => engineNames[engine]))].join(' or ');
  const bound =
    latencyMilliseconds === 0
      ? 'as fast as it goes, whatever clients feel of it'
      : `so that clients feel at most ${latencyMilliseconds} ms of it at p99`;
  return {
    kind: 'moveSlots',
    text: `Move ${count(total, 'slot')} by ${engines}, ${bound}: ${joinSome(parts)}.`,
    nodes: subject.members.filter(({ host, port }) => host !== '' && port !== 0).map(refer),
    moves: moves.map(asSlotMove),
    latencyMilliseconds,
  };
}

function awaitOwners({ subject, moves }: MoveCase): PlanStep {
  const nodes = answering(subject);
  const owners = [...groupBy(moves, ({ target }) => target)].map(([target, theirs]) => ({
    node: refer(target),
    slots: unionOf(theirs).toString(),
  }));
  return {
    kind: 'awaitOwners',
    text: `Wait until all ${count(nodes.length, 'node')} that answer see the slots at ${joinSome(owners.map(({ node }) => node.address))}.`,
    nodes: nodes.map(refer),
    owners,
  };
}

function restoreSettings(nodes: readonly ClusterNode[]): PlanStep {
  return {
    kind: 'restoreSettings',
    text: 'Put cluster-allow-replica-migration back to the value it had.',
    nodes: nodes.map(refer),
  };
}
