import * as vscode from 'vscode';
import {
  planReshard,
  SLOT_COUNT,
  SlotSet,
  slotsRefusal,
  type ClusterNode,
  type OperationResult,
} from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import type { CommandDependencies } from './dependencies';
import { masterChoices, mastersOf } from './masterChoices';
import { planAndRun } from './planAndRun';
import { measureSlots } from './slotMeasurements';
import { resolveCluster, targetOf } from './target';

/**
 * Moves slots from masters to another one. Argument: `{ clusterId, node?, slots?, from?, to? }`; `slots` is a number of them or
 * `'0-100,5461'`, `from` and `to` are ids or addresses, `node` the master it was asked for, whichever end it is.
 */
export async function reshard(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<OperationResult | undefined> {
  const title = vscode.l10n.t('Move Slots');
  const session = await resolveCluster(dependencies, argument, title, 'change');
  if (!session) return undefined;
  if (!session.topology) await session.lookNow();
  const masters = mastersOf(session.topology);
  if (masters.length < 2)
    throw new Error(
      vscode.l10n.t(
        '{0} has {1}: slots need a second master to go to. Add a node as a master first.',
        session.definition.name,
        masters.length === 1 ? vscode.l10n.t('only one master that answers') : vscode.l10n.t('no master that answers'),
      ),
    );
  const ends = await chooseEnds(dependencies, argument, session, title);
  if (!ends) return undefined;
  const { from, to, slots } = ends;
  return planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Move'),
    plan: async (topology, client) =>
      planReshard(topology, {
        slots,
        ...(from && { from }),
        to,
        measurements: await measureSlots(client, session.definition.name),
        latencyMilliseconds: latencyOf(dependencies),
      }),
  });
}

/** What clients may feel of slots that move, in milliseconds, as set. */
export function latencyOf({ settings }: CommandDependencies): number {
  return settings.migration.latencyMilliseconds;
}

interface Ends {
  slots: number | string;
  /** Absent: those that own the slots, or all others. */
  from?: string[];
  to: string;
}

async function chooseEnds(
  { prompts }: CommandDependencies,
  argument: unknown,
  session: ClusterSession,
  title: string,
): Promise<Ends | undefined> {
  const masters = mastersOf(session.topology);
  const given = givenEnds(argument);
  const asked = masters.find(({ id, address }) => [id, address].includes(askedNode(argument) ?? ''));
  let { from, to, slots } = given;
  if (asked && !from && to === undefined) {
    const isSource = asked.slots.isEmpty ? false : await chooseDirection(asked);
    if (isSource === undefined) return undefined;
    if (isSource) from = [asked.id];
    else to = asked.id;
  }
  if (to === undefined) {
    const others = masters.filter(({ id, address }) => !from?.some(name => name === id || name === address));
    const chosen = await prompts.pick(masterChoices(others), title, vscode.l10n.t('Which master shall get the slots?'));
    if (!chosen) return undefined;
    to = chosen.id;
  }
  slots ??= await askForSlots({ to, ...(from && { from }) });
  if (slots === undefined) return undefined;
  if (typeof slots === 'number' && !from) {
    const sources = masters.filter(({ id, address, slots: owned }) => id !== to && address !== to && !owned.isEmpty);
    const choices = masterChoices(sources).map(choice => ({ ...choice, picked: true }));
    const chosen =
      sources.length < 2 ? sources : await prompts.pickMany(choices, title, vscode.l10n.t('From which masters?'));
    if (!chosen || chosen.length === 0) return undefined;
    from = chosen.map(({ id }) => id);
  }
  return { slots, to, ...(from && { from }) };

  function chooseDirection({ address }: ClusterNode): Promise<boolean | undefined> {
    const choices = [
      { label: vscode.l10n.t('Move slots away from {0}', address), value: true },
      { label: vscode.l10n.t('Move slots to {0}', address), value: false },
    ];
    return prompts.pick(choices, title, address);
  }

  async function askForSlots(between: Omit<Ends, 'slots'>): Promise<number | string | undefined> {
    const text = await prompts.input({
      title,
      prompt: vscode.l10n.t('A number moves so many slots: 100. Ranges move these slots: 0-99 or 5461-5461,7000-7009.'),
      placeholder: '100',
      validate: value =>
        refuseSlots(value) ??
        (session.topology && slotsRefusal(session.topology, { ...between, slots: readSlots(value) })),
    });
    return text === undefined ? undefined : readSlots(text);
  }
}

/** A plain number is how many; anything else names them. */
export function readSlots(text: string): number | string {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : text.trim();
}

/** Why the text names no slots; undefined when it does. */
export function refuseSlots(text: string): string | undefined {
  const slots = readSlots(text);
  if (typeof slots === 'number')
    return slots >= 1 && slots <= SLOT_COUNT
      ? undefined
      : vscode.l10n.t('Between 1 and {0} slots can be moved.', SLOT_COUNT);
  try {
    return SlotSet.parse(slots).isEmpty ? vscode.l10n.t('Type how many slots, or which.') : undefined;
  } catch (error) {
    return (error as RangeError).message;
  }
}

function askedNode(argument: unknown): string | undefined {
  const { nodeId, node } = targetOf(argument);
  return nodeId ?? node;
}

function givenEnds(argument: unknown): Partial<Ends> {
  const { slots, from, to } = (argument ?? {}) as Record<string, unknown>;
  const sources = typeof from === 'string' ? [from] : Array.isArray(from) ? from.filter(isText) : [];
  return {
    ...((typeof slots === 'number' || isText(slots)) && { slots }),
    ...(sources.length > 0 && { from: sources }),
    ...(isText(to) && { to }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
