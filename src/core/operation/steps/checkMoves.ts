import { countKeysBySlot } from '../../migration/countKeys';
import { count, joinSome, joinWords } from '../../plan/phrases';
import { openSlotsAmong, openSlotsTrouble } from '../../plan/slots/openSlotsAmong';
import type { NodeRef, SlotMove } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import type { ClusterNode, Topology } from '../../topology/types';
import { OperationError } from '../operationError';
import { eachNode } from './eachNode';
import { lookAtMembers, type MembersSight } from './lookAtMembers';
import { majorityObstacle } from './memberObstacles';
import { poll } from '../../connection/poll';
import { runningMigrations } from './runningMigrations';
import { slotWorkLeft } from './slotWork';
import type { Obstacle, RunStep, StepContext, StepOf } from './types';

type CheckMoves = StepOf<'checkMoves'>;
type PassingObstacle = Omit<Obstacle, 'node'> & { passes: boolean };

/** After a failover or a move some views lag for seconds. */
const settleTimeoutMilliseconds = 10_000;

/**
 * Looks, before a slot is opened, whether slots may move: a majority answers, every source owns what it shall give, nothing
 * else moves slots, the targets have room and hold no stray keys. What passes by itself is waited for. When it was begun
 * before, slots that operation opened are no obstacle. Throws an OperationError.
 */
export const checkMoves: RunStep<'checkMoves'> = async (step, context) => {
  context.report(`Looking at ${count(step.nodes.length, 'node')}.`);
  let obstacles: PassingObstacle[] = [];
  const sight = await poll(
    async () => {
      const look = await lookAtMembers(step.nodes, context);
      obstacles = await obstaclesIn(look, step, context);
      if (obstacles.length === 0) return look;
      if (obstacles.some(({ passes }) => !passes)) throw refuse(obstacles);
      context.report(`Waiting for this to pass: ${joinWords(obstacles.map(({ text }) => text))}.`);
      return undefined;
    },
    { signal: context.signal, timeoutMilliseconds: settleTimeoutMilliseconds, intervalMilliseconds: 100 },
  );
  if (!sight) throw refuse(obstacles);
  await refuseStrayKeys(step.moves, sight, context);
};

async function obstaclesIn(sight: MembersSight, step: CheckMoves, context: StepContext): Promise<PassingObstacle[]> {
  const { topology } = sight;
  const left = slotWorkLeft(step.moves, context.plan, topology);
  const ends = new Map(left.work.flatMap(({ source, target }) => [source, target].map(node => [node.id, node])));
  const running =
    context.mode === 'resume'
      ? []
      : await eachNode([...ends.values()], node => runningMigrations(node, sight.views.get(node.id), context.nodes));
  const noMajority = majorityObstacle(sight, step.nodes);
  return [
    ...(noMajority ? [noMajority] : []),
    ...left.obstacles.map(obstacle => ({ ...obstacle, remedy: 'Plan anew from what the nodes say now.' })),
    ...strangeOpenSlots(step, topology, context),
    ...disputes(step, topology),
    ...running.flat(),
    ...step.moves.flatMap(move => roomObstacle(move, topology)),
  ];
}

/** Open slots that this operation did not open: the plan refuses them too. */
function strangeOpenSlots({ nodes, moves }: CheckMoves, topology: Topology, { mode }: StepContext): PassingObstacle[] {
  const known = new Set(nodes.map(({ id }) => id));
  const own = mode === 'resume' ? SlotSet.parse(moves.map(({ slots }) => slots).join(',')) : SlotSet.empty;
  const open = openSlotsAmong(topology.nodes.filter(({ id }) => known.has(id))).difference(own);
  return open.isEmpty ? [] : [{ code: 'openSlots', ...openSlotsTrouble(open), passes: false }];
}

function disputes({ moves }: CheckMoves, { disagreements }: Topology): PassingObstacle[] {
  const touched = new Set(moves.flatMap(({ source, target }) => [source.id, target.id]));
  return disagreements
    .filter(({ kind, nodeIds }) => kind === 'slotOwner' && nodeIds.some(id => touched.has(id)))
    .map(({ text }) => ({
      code: 'slotsDisputed',
      text: `the nodes do not agree about slots (${text.replace(/\.$/, '')})`,
      remedy: 'Wait some seconds; if it stays so, fix the cluster first.',
      passes: true,
    }));
}

function roomObstacle({ target, bytes }: SlotMove, { nodes }: Topology): PassingObstacle[] {
  const info = nodes.find(({ id }) => id === target.id)?.info;
  if (!info || bytes === undefined || info.maxMemoryBytes === 0) return [];
  const free = info.maxMemoryBytes - info.usedMemoryBytes;
  if (bytes <= free) return [];
  return [
    {
      code: 'targetFull',
      text: `${target.address} has ${megabytes(free)} MB left below its maxmemory, and about ${megabytes(bytes)} MB shall go there`,
      remedy: 'Raise maxmemory there, move fewer slots, or choose another target.',
      passes: false,
    },
  ];
}

function megabytes(bytes: number): string {
  return (Math.max(0, bytes) / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0);
}

/** Keys of slots a target does not own: they would collide with those that come, and nobody could tell which count. */
async function refuseStrayKeys(
  moves: readonly SlotMove[],
  { topology }: MembersSight,
  context: StepContext,
): Promise<void> {
  const { work } = slotWorkLeft(moves, context.plan, topology);
  // What is open at either end has brought its keys by this move; a target that was started again may not know that any more.
  const closed = work.map(({ source, target, slots }) => ({
    target,
    slots: slots.difference(openAt(source, topology)).difference(openAt(target, topology)),
  }));
  const found = (await eachNode(closed, ({ target, slots }) => strayKeys(target, slots, context))).flat();
  const [first] = found;
  if (!first) return;
  const texts = found.map(({ node, slot, keys }) => `${count(keys, 'key')} of slot ${slot} on ${node.address}`);
  throw new OperationError(
    'strayKeys',
    `The slots cannot move: there are keys where their slot is not owned yet: ${joinSome(texts)}.`,
    {
      node: first.node.address,
      remedy:
        'They are from an earlier move, and clients do not see them. "Check" finds them, "Fix" compares them with those of the owner.',
    },
  );
}

function openAt({ id }: NodeRef, { nodes }: Topology): SlotSet {
  return SlotSet.of(nodes.find((node: ClusterNode) => node.id === id)?.openSlots.map(({ slot }) => slot) ?? []);
}

async function strayKeys(
  node: NodeRef,
  slots: SlotSet,
  { nodes, signal }: StepContext,
): Promise<{ node: NodeRef; slot: number; keys: number }[]> {
  const counts = await countKeysBySlot(node.address, slots, nodes, { signal });
  return [...counts].filter(([, keys]) => keys > 0).map(([slot, keys]) => ({ node, slot, keys }));
}

function refuse(obstacles: readonly PassingObstacle[]): OperationError {
  const what = joinWords(obstacles.map(({ text }) => text));
  return new OperationError(obstacles[0]!.code, `Slots cannot move now: ${what}.`, {
    remedy: [...new Set(obstacles.map(({ remedy }) => remedy))].join(' '),
  });
}
