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
import { planFresh } from './planFresh';
import { resolveCluster } from './target';

type Decisions = Omit<FixRequest, 'inspection'>;

/**
 * Mends what is wrong with slots: open, without an owner, with two, with keys where they do not belong. Asks what only a
 * person can decide. Argument: `{ clusterId, strayKeys?, slots?, openSlots?, uncovered?, unreachableOwners?, collisions? }`.
 */
export async function fix(dependencies: CommandDependencies, argument: unknown): Promise<OperationResult | undefined> {
  const title = vscode.l10n.t('Fix Cluster');
  const session = await resolveCluster(dependencies, argument, title, 'change');
  if (!session) return undefined;
  const { strayKeys, ...given } = decisionsIn(argument);
  let decisions: Decisions = given;
  let way = given.openSlots;
  const plan = async (inspection: SlotInspection, client: ClusterClient): Promise<Plan> => {
    if (way === undefined && inspection.slots.some(isOnItsWay)) {
      way = await chooseWay(dependencies, title);
      // Without a word a plan finishes these, and none that only one end knows of.
      if (way === 'rollBack') decisions = { ...decisions, openSlots: way };
    }
    for (;;)
      try {
        return planFix(await client.observe(), { ...decisions, inspection });
      } catch (error) {
        if (!(error instanceof PlanError) || !deciders.has(error.code)) throw error;
        decisions = { ...decisions, ...(await decide(dependencies, error, inspection, session)) };
      }
  };
  return planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Fix'),
    plan: (_, client) =>
      planFresh(
        () => inspect(client, session, strayKeys),
        inspection => plan(inspection, client),
      ),
  });
}

/** Both ends know of the move, so that it can go either way. */
function isOnItsWay({ open }: SlotInspection['slots'][number]): boolean {
  return open.some(
    ({ node, direction, peer }) =>
      direction === 'migrating' &&
      open.some(other => other.direction === 'importing' && other.node === peer && other.peer === node),
  );
}

async function chooseWay({ prompts }: CommandDependencies, title: string): Promise<'finish' | 'rollBack'> {
  const way = await prompts.pick<'finish' | 'rollBack'>(
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
  if (!way) throw new vscode.CancellationError();
  return way;
}

function inspect(client: ClusterClient, { definition }: ClusterSession, strayKeys: boolean): Promise<SlotInspection> {
  return cancellable(vscode.l10n.t('Looking at the slots of {0}', definition.name), signal =>
    client.inspectSlots({ strayKeys, signal }),
  );
}

/** Of a PlanError that a decision can take out of the way. */
const deciders: ReadonlySet<string> = new Set(['uncoveredSlots', 'ownerUnreachable', 'collisionsUndecided']);

/** Rejects with a CancellationError when the person turned away. */
async function decide(
  dependencies: CommandDependencies,
  error: PlanError,
  inspection: SlotInspection,
  session: ClusterSession,
): Promise<Decisions> {
  const { prompts } = dependencies;
  const ask = (label: string, value: Decisions): Promise<Decisions | undefined> =>
    prompts.offer(error.message, [{ label, value }]);
  const decided = await (error.code === 'uncoveredSlots'
    ? ask(vscode.l10n.t('Assign Them'), { uncovered: 'assign' })
    : error.code === 'ownerUnreachable'
      ? ask(vscode.l10n.t('Give Its Data Up…'), { unreachableOwners: 'take' })
      : chooseCopies(dependencies, error, inspection, session));
  if (!decided) throw new vscode.CancellationError();
  return decided;
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
