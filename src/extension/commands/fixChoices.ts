import * as vscode from 'vscode';
import {
  SlotSet,
  slotsText,
  type FixRequest,
  type KeyCollision,
  type PlanError,
  type SlotInspection,
} from '../../core/index';
import type { Choice } from '../prompts';
import type { ClusterSession } from '../sessions/types';
import type { CommandDependencies } from './dependencies';

/** What a person decided about a fix. */
export type Decisions = Omit<FixRequest, 'inspection'>;

/** Whether slots without an owner are to be assigned first. Rejects with a CancellationError when the person turned away. */
export async function wantsAssigned({ prompts }: CommandDependencies, uncovered: readonly number[]): Promise<boolean> {
  const slots = slotsText(SlotSet.of(uncovered));
  const assigns = await prompts.offer(
    uncovered.length === 1
      ? vscode.l10n.t(
          'Nobody owns {0}. Shall it be assigned, to who holds its keys or else to one of the masters? A cluster that wants all slots served moves no keys before.',
          slots,
        )
      : vscode.l10n.t(
          'Nobody owns {0}. Shall they be assigned, those with keys to who holds them, the others to all masters? A cluster that wants all slots served moves no keys before.',
          slots,
        ),
    [
      { label: uncovered.length === 1 ? vscode.l10n.t('Assign It') : vscode.l10n.t('Assign Them'), value: true },
      { label: vscode.l10n.t('Leave'), value: false },
    ],
  );
  if (assigns === undefined) throw new vscode.CancellationError();
  return assigns;
}

/** Rejects with a CancellationError when the person turned away. */
export async function chooseWay({ prompts }: CommandDependencies, title: string): Promise<'finishSent' | 'rollBack'> {
  const way = await prompts.pick<'finishSent' | 'rollBack'>(
    [
      {
        label: vscode.l10n.t('Finish the Move'),
        detail: vscode.l10n.t('The slot and its keys go where they were sent.'),
        value: 'finishSent',
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

/** What takes a PlanError out of the way. Rejects with a CancellationError when the person turned away. */
export async function decide(
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
