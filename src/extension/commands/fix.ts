import * as vscode from 'vscode';
import {
  planFix,
  PlanError,
  type ClusterClient,
  type FixRequest,
  type KeyCollision,
  type OperationResult,
  type Plan,
  type SlotInspection,
} from '../../core/index';
import type { Choice } from '../prompts';
import type { ClusterSession } from '../sessions/types';
import { cancellable } from './cancellable';
import type { CommandDependencies } from './dependencies';
import { planAndRun } from './planAndRun';
import { resolveCluster } from './target';

type Decisions = Omit<FixRequest, 'inspection'>;

/** Between the two looks a plan stands on, a cluster that moves can change; so often it is looked at again. */
const mostLooks = 5;

/**
 * Mends what is wrong with slots: open, without an owner, with two, with keys where they do not belong. Asks what only a
 * person can decide. Argument: `{ clusterId, strayKeys?, slots?, openSlots?, uncovered?, unreachableOwners?, collisions? }`.
 */
export async function fix(dependencies: CommandDependencies, argument: unknown): Promise<OperationResult | undefined> {
  const title = vscode.l10n.t('Fix Cluster');
  const session = await resolveCluster(dependencies, argument, title, ({ definition }) => !definition.readOnly);
  if (!session) return undefined;
  const { strayKeys, ...given } = decisionsIn(argument);
  let decisions: Decisions = given;
  let way = given.openSlots;
  try {
    return await planAndRun(dependencies, session, {
      verb: vscode.l10n.t('Fix'),
      plan: async (_, client) => {
        for (;;) {
          const inspection = await inspect(client, session, strayKeys);
          if (way === undefined && inspection.slots.some(isOnItsWay)) {
            way = await chooseWay(dependencies, title);
            if (way === undefined) throw new vscode.CancellationError();
            // Without a word a plan finishes these, and none that only one end knows of.
            if (way === 'rollBack') decisions = { ...decisions, openSlots: way };
          }
          const outcome = await tryPlan(client, inspection, decisions, { session, strayKeys });
          if (!(outcome instanceof PlanError)) return outcome;
          const decided = await decide(dependencies, outcome, inspection, session);
          if (!decided) throw new vscode.CancellationError();
          decisions = { ...decisions, ...decided };
        }
      },
    });
  } catch (error) {
    if (error instanceof vscode.CancellationError) return undefined;
    throw error;
  }
}

/** Both ends know of the move, so that it can go either way. */
function isOnItsWay({ open }: SlotInspection['slots'][number]): boolean {
  return open.some(
    ({ node, direction, peer }) =>
      direction === 'migrating' &&
      open.some(other => other.direction === 'importing' && other.node === peer && other.peer === node),
  );
}

function chooseWay({ prompts }: CommandDependencies, title: string): Promise<'finish' | 'rollBack' | undefined> {
  return prompts.pick(
    [
      {
        label: vscode.l10n.t('Finish the Move'),
        detail: vscode.l10n.t('The slot and its keys go where they were sent.'),
        value: 'finish',
      },
      {
        label: vscode.l10n.t('Roll It Back'),
        detail: vscode.l10n.t('The slot stays with its owner, and keys that are at the other end come back.'),
        value: 'rollBack',
      },
    ],
    title,
    vscode.l10n.t('Slots are on their way to another master. What shall become of them?'),
  );
}

function inspect(client: ClusterClient, { definition }: ClusterSession, strayKeys: boolean): Promise<SlotInspection> {
  return cancellable(vscode.l10n.t('Looking at the slots of {0}', definition.name), signal =>
    client.inspectSlots({ strayKeys, signal }),
  );
}

/** A plan, or the PlanError that a decision can take out of the way. */
async function tryPlan(
  client: ClusterClient,
  first: SlotInspection,
  decisions: Decisions,
  { session, strayKeys }: { session: ClusterSession; strayKeys: boolean },
): Promise<Plan | PlanError> {
  let inspection = first;
  for (let looks = 1; ; looks++) {
    try {
      return planFix(await client.observe(), { ...decisions, inspection });
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      if (error.code !== 'staleInspection' || looks === mostLooks) {
        if (deciders.has(error.code)) return error;
        throw error;
      }
      inspection = await inspect(client, session, strayKeys);
    }
  }
}

const deciders: ReadonlySet<string> = new Set(['uncoveredSlots', 'ownerUnreachable', 'collisionsUndecided']);

async function decide(
  dependencies: CommandDependencies,
  error: PlanError,
  inspection: SlotInspection,
  session: ClusterSession,
): Promise<Decisions | undefined> {
  const { prompts } = dependencies;
  switch (error.code) {
    case 'uncoveredSlots':
      return prompts.offer<Decisions>(error.message, [
        { label: vscode.l10n.t('Assign Them'), value: { uncovered: 'assign' } },
      ]);
    case 'ownerUnreachable':
      return prompts.offer<Decisions>(error.message, [
        { label: vscode.l10n.t('Give Its Data Up…'), value: { unreachableOwners: 'take' } },
      ]);
    default:
      return chooseCopies(dependencies, error, inspection, session);
  }
}

type Rule = 'owner' | 'other' | 'each';

async function chooseCopies(
  { prompts }: CommandDependencies,
  error: PlanError,
  { slots }: SlotInspection,
  { topology }: ClusterSession,
): Promise<Decisions | undefined> {
  const rule = await prompts.offer<Rule>(error.message, [
    { label: vscode.l10n.t("Keep the Owner's Copies"), value: 'owner' },
    { label: vscode.l10n.t('Keep the Other Copies'), value: 'other' },
    { label: vscode.l10n.t('Choose per Key…'), value: 'each' },
  ]);
  if (rule !== 'each') return rule && { collisions: rule };
  const differing = slots.flatMap(({ collisions }) => collisions).filter(({ compared }) => compared !== 'equal');
  const collisions: Record<string, string> = {};
  for (const [index, collision] of differing.entries()) {
    const title = vscode.l10n.t('Key {0} of {1}', index + 1, differing.length);
    const kept = await prompts.pick(copyChoices(collision), title, vscode.l10n.t('Keep which "{0}"?', collision.name));
    if (kept === undefined) return undefined;
    collisions[collision.key] = kept;
  }
  return { collisions };

  function copyChoices({ copies }: KeyCollision): Choice<string>[] {
    return copies.map(({ node, type, bytes, preview }) => ({
      label: topology?.nodes.find(({ id }) => id === node)?.address ?? node,
      description: [type, bytes === undefined ? '' : vscode.l10n.t('{0} bytes', bytes)].filter(Boolean).join(' · '),
      ...(preview !== undefined && { detail: preview }),
      value: node,
    }));
  }
}

function decisionsIn(argument: unknown): Decisions & { strayKeys: boolean } {
  const given = (argument ?? {}) as Record<string, unknown>;
  return {
    strayKeys: given.strayKeys === true,
    ...(typeof given.slots === 'string' && { slots: given.slots }),
    ...((given.openSlots === 'finish' || given.openSlots === 'rollBack') && { openSlots: given.openSlots }),
    ...(given.uncovered === 'assign' && { uncovered: given.uncovered }),
    ...(given.unreachableOwners === 'take' && { unreachableOwners: given.unreachableOwners }),
    ...((given.collisions === 'owner' || given.collisions === 'other') && { collisions: given.collisions }),
  };
}
