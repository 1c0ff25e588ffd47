import type { PlanKind } from '../../plan/types';
import type { UndoContext, UndoResult } from './types';
import { undoCommand } from './undoCommand';
import { undoConfig } from './undoConfig';
import { undoCreate } from './undoCreate';
import { undoFailover } from './undoFailover';
import { undoFix } from './undoFix';
import { undoImport } from './undoImport';
import { undoMembership } from './undoMembership';
import { undoSlots } from './undoSlots';

const undoByKind: { readonly [Kind in PlanKind]: (context: UndoContext) => Promise<UndoResult> } = {
  create: undoCreate,
  failover: undoFailover,
  balanceRoles: undoFailover,
  replaceNode: undoMembership,
  addNode: undoMembership,
  removeNode: undoMembership,
  moveReplica: undoMembership,
  reshard: undoSlots,
  balanceSlots: undoSlots,
  fix: undoFix,
  import: undoImport,
  setConfig: undoConfig,
  runCommand: undoCommand,
};

/** Puts back what an operation changed, as far as that is safe. Never throws. */
export function undoPlan(context: UndoContext): Promise<UndoResult> {
  return undoByKind[context.plan.kind](context);
}
