import * as vscode from 'vscode';
import { planBalanceSlots, planDrain, type OperationResult, type SlotMeasure, type Topology } from '../../core/index';
import { faultOf } from '../faultOf';
import type { Choice } from '../prompts';
import { roleOf } from '../tree/contextWords';
import { parseWeights } from './addressList';
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
  const aim = isMeasure(given.by) ? { by: given.by } : await chooseAim(dependencies, session.topology, title);
  if (aim === undefined) return undefined;
  const { by, weights = isWeights(given.weights) ? given.weights : undefined } = aim;
  const empty = mastersOf(session.topology).filter(
    ({ id, address, slots }) => slots.isEmpty && weights?.[address] === undefined && weights?.[id] === undefined,
  );
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
        ...(weights && { weights }),
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

interface Aim {
  by: SlotMeasure;
  weights?: Record<string, number>;
}

async function chooseAim(
  dependencies: CommandDependencies,
  topology: Topology | undefined,
  title: string,
): Promise<Aim | undefined> {
  const masters = mastersOf(topology);
  const addresses = masters.map(({ address }) => address);
  const owners = masters.filter(({ slots }) => !slots.isEmpty).map(({ address }) => address);
  let typed: string | undefined;
  for (;;) {
    const chosen = await chooseMeasure(dependencies, typed, title);
    if (chosen === undefined) return undefined;
    if (chosen !== 'weights') return { by: chosen, ...(typed && { weights: parseWeights(typed, addresses) }) };
    typed = (await askWeights(dependencies, addresses, typed ?? withOne(owners), title)) ?? typed;
  }
}

function chooseMeasure(
  { prompts }: CommandDependencies,
  weights: string | undefined,
  title: string,
): Promise<SlotMeasure | 'weights' | undefined> {
  const choices: Choice<SlotMeasure | 'weights'>[] = [
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
    {
      label: vscode.l10n.t('Weights…'),
      description: weights ?? vscode.l10n.t('more or less for some masters, or nothing at all'),
      value: 'weights',
    },
  ];
  const question = weights
    ? vscode.l10n.t('What shall the masters have by these weights?')
    : vscode.l10n.t('What shall every master have the same of?');
  return prompts.pick(choices, title, question);
}

function askWeights(
  { prompts }: CommandDependencies,
  addresses: readonly string[],
  value: string,
  title: string,
): Promise<string | undefined> {
  return prompts.input({
    title,
    prompt: vscode.l10n.t(
      'A weight for each master: 0 empties it, 1 is as much as the others, 2 twice as much. One with slots that is not named has 1.',
    ),
    value,
    placeholder: vscode.l10n.t('{0}=2', addresses[0] ?? '10.0.0.1:6379'),
    validate: text => faultOf(() => parseWeights(text, addresses)),
  });
}

function withOne(addresses: readonly string[]): string {
  return addresses.map(address => `${address}=1`).join(', ');
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
