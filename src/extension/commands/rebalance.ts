import * as vscode from 'vscode';
import type { OperationResult } from '../../core/index';
import type { Choice } from '../prompts';
import { balanceRoles } from './balanceRoles';
import { balanceSlots } from './balanceSlots';
import type { CommandDependencies } from './dependencies';
import { rolesThenSlots } from './rolesThenSlots';
import { resolveCluster } from './target';

type What = 'roles' | 'slots' | 'both';

/** Balances roles over hosts, slots over masters, or first the one and then the other. Argument: `{ clusterId, what? }`. */
export async function rebalance(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<OperationResult | undefined> {
  const title = vscode.l10n.t('Rebalance');
  const session = await resolveCluster(dependencies, argument, title, 'change');
  if (!session) return undefined;
  const { what: given } = (argument ?? {}) as { what?: unknown };
  const what = isWhat(given) ? given : await chooseWhat(dependencies, title);
  const target = { ...(argument as object | undefined), clusterId: session.definition.id };
  if (what === 'roles') return balanceRoles(dependencies, target);
  if (what === 'slots') return balanceSlots(dependencies, target);
  if (what === undefined) return undefined;
  return rolesThenSlots(
    () => balanceRoles(dependencies, target),
    () => balanceSlots(dependencies, target),
    message => dependencies.prompts.tell(message),
  );
}

function isWhat(value: unknown): value is What {
  return value === 'roles' || value === 'slots' || value === 'both';
}

function chooseWhat({ prompts }: CommandDependencies, title: string): Promise<What | undefined> {
  const choices: Choice<What>[] = [
    { label: vscode.l10n.t('Roles'), description: vscode.l10n.t('masters spread over the hosts'), value: 'roles' },
    { label: vscode.l10n.t('Slots'), description: vscode.l10n.t('slots spread over the masters'), value: 'slots' },
    { label: vscode.l10n.t('Both'), description: vscode.l10n.t('roles first, then slots'), value: 'both' },
  ];
  return prompts.pick(choices, title, vscode.l10n.t('What shall be balanced?'));
}
