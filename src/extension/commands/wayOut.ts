import { commandIds } from '../../shared/commandIds';

/** What a button beside a refusal does: `again` runs the refused command once more, as what stood in the way passes. */
export type WayOut = (typeof mending)[keyof typeof mending] | 'again';

/** By the code of the refusal; undefined where no command helps, or there is nothing to do. */
export function wayOutOf(code: string): WayOut | undefined {
  return passing.has(code) ? 'again' : commands.get(code);
}

/** Beside what failed half-way: undefined where no command helps. Never the same again, for not all is as it was. */
export function wayOutOfFailure(code: string): WayOut | undefined {
  return failures.get(code);
}

/** Over in seconds without anybody doing anything, most of the time. */
const passing: ReadonlySet<string> = new Set([
  'stalePlan',
  'locked',
  'rolesUnsettled',
  'slotsDisputed',
  'epochCollision',
  'nodeReturning',
  'nodeInDoubt',
  'replicaFollows',
  'replicaLoading',
  'replicaSyncing',
  'replicaSuspect',
  'replicaLagging',
  'linkDown',
  'masterLoading',
  'masterSuspect',
  'masterUnfit',
]);

const mending = {
  noSpare: commandIds.addSpare,
  noCluster: commandIds.createCluster,
  hasSlots: commandIds.drain,
  replicaDead: commandIds.replaceNode,
  noMajority: commandIds.check,
  noMaster: commandIds.check,
  clusterNotHealthy: commandIds.check,
  slotsUncovered: commandIds.fix,
  uncoveredSlots: commandIds.fix,
  openSlots: commandIds.fix,
  strayKeys: commandIds.fix,
} as const;

const commands: ReadonlyMap<string, WayOut> = new Map(Object.entries(mending));

const failures: ReadonlyMap<string, WayOut> = new Map([
  ['slotsUncovered', commandIds.fix],
  ['slotsOpen', commandIds.fix],
  ['keysDiffer', commandIds.fix],
]);
