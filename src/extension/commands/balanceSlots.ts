import * as vscode from 'vscode';
import { planBalanceSlots, planDrain, type OperationResult, type SlotMeasure } from '../../core/index';
import type { Choice } from '../prompts';
import { roleOf } from '../tree/contextWords';
import type { CommandDependencies } from './dependencies';
import { mastersOf } from './masterChoices';
import { planAndRun } from './planAndRun';
import { latencyOf } from './reshard';
import { measureSlots } from './slotMeasurements';
import { resolveCluster, resolveNode } from './target';

/**
 * Gives every master its share of the slots. Argument: `{ clusterId, by?, weights?, includeEmpty? }`; `weights`: id or
 * address -> number, 0 drains.
 */
export async function balanceSlots(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<OperationResult | undefined> {
  const title = vscode.l10n.t('Balance Slots');
  const session = await resolveCluster(dependencies, argument, title, 'change');
  if (!session) return undefined;
  if (!session.topology) await session.lookNow();
  const given = (argument ?? {}) as Record<string, unknown>;
  const by = isMeasure(given.by) ? given.by : await chooseMeasure(dependencies, title);
  if (by === undefined) return undefined;
  const empty = mastersOf(session.topology).filter(({ slots }) => slots.isEmpty);
  const includeEmpty =
    typeof given.includeEmpty === 'boolean' || empty.length === 0
      ? given.includeEmpty === true
      : await askForEmpty(dependencies, empty.length, title);
  if (includeEmpty === undefined) return undefined;
  return planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Balance'),
    plan: async (topology, client) =>
      planBalanceSlots(topology, {
        by,
        includeEmpty,
        ...(isWeights(given.weights) && { weights: given.weights }),
        measurements: await measureSlots(client, session.definition.name, by),
        latencyMilliseconds: latencyOf(dependencies),
      }),
  });
}

/** Moves every slot of a master to the others; it stays a master. Argument: `{ clusterId, node, to? }`. */
export async function drain(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<OperationResult | undefined> {
  const title = vscode.l10n.t('Drain');
  const target = await resolveNode(
    dependencies,
    argument,
    title,
    node => roleOf(node) === 'master' && !node.slots.isEmpty,
    'change',
  );
  if (!target) return undefined;
  const { session, node } = target;
  const { to } = (argument ?? {}) as { to?: string | string[] };
  return planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Drain'),
    plan: async (topology, client) =>
      planDrain(topology, {
        master: node.id,
        to,
        measurements: await measureSlots(client, session.definition.name),
        latencyMilliseconds: latencyOf(dependencies),
      }),
  });
}

const measures: readonly SlotMeasure[] = ['slots', 'keys', 'memory', 'load'];

function isMeasure(value: unknown): value is SlotMeasure {
  return measures.includes(value as SlotMeasure);
}

function isWeights(value: unknown): value is Record<string, number> {
  return typeof value === 'object' && value !== null && Object.values(value).every(one => typeof one === 'number');
}

function chooseMeasure({ prompts }: CommandDependencies, title: string): Promise<SlotMeasure | undefined> {
  const choices: Choice<SlotMeasure>[] = [
    {
      label: vscode.l10n.t('Slots'),
      description: vscode.l10n.t('the same number of slots for every master'),
      value: 'slots',
    },
    { label: vscode.l10n.t('Keys'), description: vscode.l10n.t('as many keys, counted per slot'), value: 'keys' },
    {
      label: vscode.l10n.t('Memory'),
      description: vscode.l10n.t('as many bytes, measured or sampled per slot'),
      value: 'memory',
    },
    {
      label: vscode.l10n.t('Load'),
      description: vscode.l10n.t('as much work, as the servers count it per slot'),
      value: 'load',
    },
  ];
  return prompts.pick(choices, title, vscode.l10n.t('What shall every master have the same of?'));
}

function askForEmpty({ prompts }: CommandDependencies, empty: number, title: string): Promise<boolean | undefined> {
  const choices = [
    {
      label:
        empty === 1
          ? vscode.l10n.t('Give the empty master its share too')
          : vscode.l10n.t('Give the {0} empty masters their share too', empty),
      value: true,
    },
    { label: vscode.l10n.t('Leave empty masters empty'), value: false },
  ];
  return prompts.pick(choices, title, vscode.l10n.t('There are masters without slots.'));
}
