import type { MigrationEngine } from '../plan/types';
import { count, slotsText } from '../topology/wording';
import { agreedEnds } from './atomic/ends';
import { moveSlotsBy } from './engines';
import { MigrationError } from './migrationError';
import type { MoveSlots, Transfer, TransferContext } from './types';

/** A transfer and how it shall be done. */
export interface EngineTransfer extends Transfer {
  engine: MigrationEngine;
}

/**
 * Carries transfers out, those that do not hinder each other side by side. What an atomic engine does not begin or does not
 * bring to an end goes the classic way, with a note that says why. The first error keeps what has not begun from beginning,
 * is thrown when the rest has come to its end, and further errors are noted. Throws like a MoveSlots.
 */
export async function moveTransfers(
  transfers: readonly EngineTransfer[],
  context: TransferContext,
  engines: Readonly<Record<MigrationEngine, MoveSlots>> = moveSlotsBy,
): Promise<void> {
  const waiting = new Set(transfers.filter(({ slots }) => !slots.isEmpty));
  const running = new Map<EngineTransfer, Promise<void>>();
  const errors: unknown[] = [];

  const start = (transfer: EngineTransfer): void => {
    waiting.delete(transfer);
    const work = moveOne(transfer, context, engines)
      .then(rest => void (rest && waiting.add(rest)))
      .catch((error: unknown) => void errors.push(error))
      .finally(() => running.delete(transfer));
    running.set(transfer, work);
  };
  for (;;) {
    if (errors.length === 0)
      for (const transfer of longestFirst(waiting))
        if (![...running.keys()].some(each => clash(each, transfer))) start(transfer);
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  const [first, ...others] = errors;
  if (first === undefined) return;
  for (const error of others) if (error !== context.signal.reason) context.note((error as Error).message);
  throw first as Error;
}

/** Gives what is left for the classic engine. */
async function moveOne(
  transfer: EngineTransfer,
  context: TransferContext,
  engines: Readonly<Record<MigrationEngine, MoveSlots>>,
): Promise<EngineTransfer | undefined> {
  try {
    await engines[transfer.engine](transfer, context);
    return undefined;
  } catch (error) {
    if (transfer.engine === 'classic' || !isOfEngine(error)) throw error;
    context.signal.throwIfAborted();
    const { waiting } = await agreedEnds(transfer, context.nodes, context.signal);
    if (waiting.isEmpty) return undefined;
    const { source, target } = transfer;
    context.note(
      `${error.message} So ${slotsText(waiting)} (${count(waiting.count, 'slot')}) now go from ${source.address} to ${target.address} the classic way, key by key.`,
    );
    return { ...transfer, slots: waiting, engine: 'classic' };
  }
}

function isOfEngine(error: unknown): error is MigrationError {
  return error instanceof MigrationError && (error.code === 'engineRefused' || error.code === 'engineFailed');
}

/**
 * Whether two transfers cannot run at the same time. An import takes part of both its nodes; every atomic engine refuses a
 * node with open slots, which the classic one has while it works; a source gives to one target at a time.
 */
function clash(a: EngineTransfer, b: EngineTransfer): boolean {
  const isShared = [a.source.id, a.target.id].some(id => id === b.source.id || id === b.target.id);
  if (!isShared) return false;
  if (a.engine !== b.engine || a.engine === 'migrationImport') return true;
  if (a.source.id === b.source.id) return true;
  // The write pause of an export would stop what comes in at the same node.
  return a.engine === 'migrateSlots' && a.target.id !== b.target.id;
}

/** Those at the busiest nodes first, for they decide when all is done. */
function longestFirst(waiting: ReadonlySet<EngineTransfer>): EngineTransfer[] {
  const load = new Map<string, number>();
  for (const { source, target, slots } of waiting)
    for (const { id } of [source, target]) load.set(id, (load.get(id) ?? 0) + slots.count);
  const busiest = ({ source, target }: EngineTransfer): number => Math.max(load.get(source.id)!, load.get(target.id)!);
  return [...waiting].sort((a, b) => busiest(b) - busiest(a));
}
