import { MigrationError } from '../../migration/migrationError';
import { moveTransfers } from '../../migration/moveTransfers';
import type { TransferContext } from '../../migration/types';
import { count, joinWords, numberText } from '../../plan/phrases';
import { SlotSet } from '../../topology/slotSet';
import { wasRestarted } from '../../topology/wasRestarted';
import { ConnectionError } from '../../connection/connectionError';
import { OperationError } from '../operationError';
import { whatOf } from '../whatOf';
import { lookAtMembers, type MembersSight } from './lookAtMembers';
import { poll } from '../../connection/poll';
import { runningMigrations } from './runningMigrations';
import { slotWorkLeft, type SlotWork, type WorkObstacle } from './slotWork';
import type { RunStep, StepContext, StepOf } from './types';

/** A failover takes up to two node timeouts and an election, 40 s by default; a restart reads its data in first. */
const masterPatienceMilliseconds = 120_000;
/** Looks that find less work each time are not counted. */
const fruitlessAttempts = 3;

/**
 * Moves the slots of the step, and goes on by what the nodes say then when a node fails over, restarts or loses its link in
 * the middle. Resolves when the targets own all of them and none is open. A cancel leaves no slot open. Throws a
 * MigrationError, or an OperationError `ownerChanged` or `noMaster`.
 */
export const moveSlots: RunStep<'moveSlots'> = async (step, context) => {
  const all = SlotSet.parse(step.moves.map(({ slots }) => slots).join(','));
  const tally = new Tally(all.count, context);
  const emptied = new Set<string>();
  let fruitless = 0;
  let last: unknown;
  for (;;) {
    const { work, done, sight } = await lookForWork(step, context);
    noteEmptied(sight, emptied, context);
    const [first] = work;
    if (!first) return;
    fruitless = done.count > tally.settled ? 0 : fruitless + 1;
    if (fruitless > fruitlessAttempts) throw last instanceof Error ? last : stuck(first);
    tally.settle(done.count);
    try {
      await moveTransfers(work, transferContext(step, sight, tally, context));
    } catch (error) {
      context.signal.throwIfAborted();
      if (!canPass(error)) throw error;
      last = error;
      context.report(`Looking at the nodes again. ${whatOf(error)}`);
    }
  }
};

/** A server that keeps nothing on disk comes back empty, and nobody else would say so. `told`: ids of those it was said of. */
function noteEmptied({ topology }: MembersSight, told: Set<string>, context: StepContext): void {
  for (const node of topology.nodes) {
    const was = context.topology.nodes.find(({ id }) => id === node.id);
    const [held, holds] = [was?.info?.keys ?? 0, node.info?.keys ?? 0];
    if (was?.persistence !== 'nothing' || told.has(node.id) || node.role !== 'master') continue;
    // What is handed to it fills it again.
    if (holds >= held || !wasRestarted(was, node)) continue;
    told.add(node.id);
    context.note(
      `${node.address} was started again in the middle and came back without the ${count(held, 'key')} that it had held. What it had and no replica has is lost, also what had been handed to it.`,
    );
  }
}

function stuck({ source, target, slots }: SlotWork): OperationError {
  const what = `${count(slots.count, 'slot')} of ${source.address} (${slots.toString()}) were moved, and the nodes do not say that ${target.address} owns them.`;
  return new OperationError('ownersNotSettled', what, {
    node: target.address,
    remedy: 'Check the cluster, and plan anew.',
  });
}

interface Found {
  work: SlotWork[];
  done: SlotSet;
  sight: MembersSight;
}

/** Waits until every slot has a master to come from and one to go to, and no server moves slots on its own account. */
async function lookForWork(step: StepOf<'moveSlots'>, context: StepContext): Promise<Found> {
  let obstacles: WorkObstacle[] = [];
  const found = await poll(
    async (): Promise<Found | undefined> => {
      const sight = await lookAtMembers(step.nodes, context);
      const left = slotWorkLeft(step.moves, context.plan, sight.topology);
      ({ obstacles } = left);
      if (obstacles.some(({ passes }) => !passes)) return { ...left, sight };
      if (obstacles.length > 0) {
        context.report(`Waiting for a master: ${joinWords(obstacles.map(({ text }) => text))}.`);
        return undefined;
      }
      const busy = context.mode === 'resume' ? await busyEnds(left.work, sight, context) : [];
      if (busy.length === 0) return { ...left, sight };
      context.report(`Waiting for what the servers began before: ${joinWords(busy)}.`);
      return undefined;
    },
    { signal: context.signal, timeoutMilliseconds: masterPatienceMilliseconds, intervalMilliseconds: 100 },
  );
  if (found && obstacles.length === 0) return found;
  throw new OperationError(
    obstacles[0]?.code ?? 'migrationRunning',
    obstacles.length > 0
      ? `Slots cannot be moved on: ${joinWords(obstacles.map(({ text }) => text))}.`
      : 'A server still moves slots that an earlier attempt began.',
    { remedy: 'Bring the nodes back, and resume; or plan anew from what the nodes say now.' },
  );
}

/** An atomic migration goes on without whoever asked for it. */
async function busyEnds(work: readonly SlotWork[], { views }: MembersSight, context: StepContext): Promise<string[]> {
  const ends = new Map(work.flatMap(({ source, target }) => [source, target].map(node => [node.id, node] as const)));
  const busy = await Promise.all(
    [...ends.values()].map(node => runningMigrations(node, views.get(node.id), context.nodes)),
  );
  return busy.flat().map(({ text }) => text);
}

function transferContext(
  step: StepOf<'moveSlots'>,
  { topology }: MembersSight,
  tally: Tally,
  context: StepContext,
): TransferContext {
  const { nodes, signal, note } = context;
  const known = new Set(step.nodes.map(({ id }) => id));
  return {
    nodes,
    masters: topology.nodes
      .filter(({ id, role, reachable }) => known.has(id) && role === 'master' && reachable)
      .map(({ id, address }) => ({ id, address })),
    latencyMilliseconds: step.latencyMilliseconds,
    signal,
    safePoint: context.safePoint,
    inFlight: context.inFlight,
    moved: (slots, keys) => tally.add(slots.count, keys),
    report: message => tally.tell(message),
    note,
  };
}

/** A link that broke or a master that changed: the nodes have to be looked at again before that can be called a failure. */
function canPass(error: unknown): boolean {
  if (error instanceof MigrationError)
    return ['ownerChanged', 'loading', 'targetUnreachable', 'engineFailed', 'engineRefused'].includes(error.code);
  return error instanceof ConnectionError && error.code !== 'closed';
}

/** How many slots and keys have moved, for those who watch. */
class Tally {
  /** Slots that were at their target when the nodes were last looked at. */
  settled = 0;
  #slots = 0;
  #keys = 0;

  constructor(
    readonly total: number,
    readonly context: StepContext,
  ) {}

  settle(slots: number): void {
    this.settled = slots;
    this.#slots = slots;
    this.tell();
  }

  add(slots: number, keys: number): void {
    this.#slots += slots;
    this.#keys += keys;
    this.tell();
  }

  tell(message = ''): void {
    const keys = this.#keys > 0 ? ` with ${count(this.#keys, 'key')}` : '';
    const text = `${numberText(this.#slots)} of ${count(this.total, 'slot')}${keys} ${this.total === 1 ? 'has' : 'have'} moved.`;
    this.context.report(message === '' ? text : `${text} ${message}`, this.#slots / this.total);
  }
}
