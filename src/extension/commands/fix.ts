import * as vscode from 'vscode';
import {
  OperationError,
  planFix,
  PlanError,
  type ClusterClient,
  type OperationResult,
  type Plan,
  type SlotInspection,
} from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import { cancellable } from './cancellable';
import type { CommandDependencies } from './dependencies';
import { chooseWay, decide as decideAbout, wantsAssigned, type Decisions } from './fixChoices';
import { canGoEitherWay, foundStrayKeys, uncoveredIn } from './fixQuestions';
import { withoutMended } from './mendedFindings';
import { planAndRun } from './planAndRun';
import { planFresh } from './planFresh';
import { resolveCluster } from './target';

/**
 * Mends what is wrong with slots: open, without an owner, with two, with keys where they do not belong. Asks what only a
 * person can decide. Stray keys are looked for where that is asked, where the last check found some, and before it is said
 * that there is nothing to do. Argument: `{ clusterId, strayKeys?, slots?, openSlots?, uncovered?, unreachableOwners?,
 * collisions? }`.
 */
export async function fix(dependencies: CommandDependencies, argument: unknown): Promise<OperationResult | undefined> {
  const title = vscode.l10n.t('Fix Cluster');
  const session = await resolveCluster(dependencies, argument, title, 'change');
  if (!session) return undefined;
  const { strayKeys, ...decisions } = decisionsIn(argument);
  const course: Course = {
    title,
    session,
    maySearch: strayKeys === undefined,
    searches: strayKeys ?? foundStrayKeys(session.lastCheck?.findings),
    decisions,
    leavesUncovered: false,
    planned: [],
  };
  const result = await fixUntilDecided(dependencies, course);
  const { lastCheck } = session;
  const steps = course.planned.flatMap(plan => plan.steps);
  if (lastCheck && result?.outcome === 'completed') session.keepCheck(withoutMended(lastCheck, { steps }));
  return result;
}

/** What is known and decided by now. */
interface Course {
  title: string;
  session: ClusterSession;
  /** Nobody said whether stray keys are to be looked for. */
  maySearch: boolean;
  searches: boolean;
  decisions: Decisions;
  leavesUncovered: boolean;
  planned: Plan[];
}

/** Copies that only an open slot shows, and that differ, stop a fix after the rest: the choice is then asked at once. */
async function fixUntilDecided(
  dependencies: CommandDependencies,
  course: Course,
): Promise<OperationResult | undefined> {
  let differing: OperationError | undefined;
  for (;;)
    try {
      const result = await fixOnce(dependencies, course);
      if (result === undefined && differing !== undefined) throw differing;
      return result;
    } catch (error) {
      const isTurnedAway = error === differing || error instanceof vscode.CancellationError;
      // Slots are open now: somebody has to know of them.
      if (isTurnedAway && differing !== undefined) throw differing;
      if (!(error instanceof OperationError) || error.code !== 'keysDiffer') throw error;
      differing = error;
      const { collisions, ...others } = course.decisions;
      void collisions;
      course.decisions = others;
    }
}

async function fixOnce(dependencies: CommandDependencies, course: Course): Promise<OperationResult | undefined> {
  const { session } = course;
  let planned: Plan | undefined;
  const result = await planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Fix'),
    plan: async (_, client) => (planned = await planSearching(dependencies, course, client)),
  }).finally(() => planned && course.planned.push(planned));
  return result;
}

/** That there is nothing to do is said only after stray keys were looked for. */
async function planSearching(dependencies: CommandDependencies, course: Course, client: ClusterClient): Promise<Plan> {
  for (;;)
    try {
      return await planFresh(
        () => inspect(client, course.session, course.searches),
        inspection => planDecided(dependencies, course, client, inspection),
      );
    } catch (error) {
      const isDone = error instanceof PlanError && error.code === 'nothingToDo';
      if (!isDone || course.searches || !course.maySearch) throw error;
      course.searches = true;
    }
}

async function planDecided(
  dependencies: CommandDependencies,
  course: Course,
  client: ClusterClient,
  inspection: SlotInspection,
): Promise<Plan> {
  const decide = (decisions: Decisions): Decisions => (course.decisions = { ...course.decisions, ...decisions });
  const { uncovered, openSlots, slots } = course.decisions;
  const asked = new Set<string>();
  // First: while a slot has no owner the servers take no keys, and no move can go on.
  const nobodys = uncoveredIn(inspection);
  const isAlone = nobodys.length === inspection.slots.length;
  if (nobodys.length > 0 && !isAlone && !uncovered && slots === undefined && !course.leavesUncovered) {
    course.leavesUncovered = !(await wantsAssigned(dependencies, nobodys));
    if (!course.leavesUncovered) decide({ uncovered: 'assign' });
  }
  if (course.leavesUncovered) asked.add('uncoveredSlots');
  if (openSlots === undefined && canGoEitherWay(inspection))
    decide({ openSlots: await chooseWay(dependencies, course.title) });
  for (;;)
    try {
      return planFix(await client.observe(), { ...course.decisions, inspection });
    } catch (error) {
      if (!(error instanceof PlanError) || !deciders.has(error.code) || asked.has(error.code)) throw error;
      asked.add(error.code);
      decide(await decideAbout(dependencies, error, inspection, course.session));
    }
}

/** Codes of a PlanError that a decision can take out of the way. */
const deciders: ReadonlySet<string> = new Set(['uncoveredSlots', 'ownerUnreachable', 'collisionsUndecided']);

function inspect(client: ClusterClient, { definition }: ClusterSession, strayKeys: boolean): Promise<SlotInspection> {
  return cancellable(vscode.l10n.t('Looking at the slots of {0}', definition.name), signal =>
    client.inspectSlots({ strayKeys, signal }),
  );
}

function decisionsIn(argument: unknown): Decisions & { strayKeys?: boolean } {
  const given = (argument ?? {}) as Record<string, unknown>;
  return {
    ...(typeof given.strayKeys === 'boolean' && { strayKeys: given.strayKeys }),
    ...(typeof given.slots === 'string' && { slots: given.slots }),
    ...((given.openSlots === 'finish' || given.openSlots === 'finishSent' || given.openSlots === 'rollBack') && {
      openSlots: given.openSlots,
    }),
    ...(given.uncovered === 'assign' && { uncovered: given.uncovered }),
    ...(given.unreachableOwners === 'take' && { unreachableOwners: given.unreachableOwners }),
    ...((given.collisions === 'owner' || given.collisions === 'other') && { collisions: given.collisions }),
  };
}
