import type { MigrationEngine } from '../plan/types';
import { moveClassically } from './classic/moveClassically';
import { moveByMigrateSlots } from './migrateSlots/moveByMigrateSlots';
import { moveByImport } from './migrationImport/moveByImport';
import type { MoveSlots } from './types';

/** How each engine moves slots. In all but the classic one the servers do the work themselves, and no slot is ever open. */
export const moveSlotsBy: Readonly<Record<MigrationEngine, MoveSlots>> = {
  classic: moveClassically,
  migrateSlots: moveByMigrateSlots,
  migrationImport: moveByImport,
};
