import * as vscode from 'vscode';
import { planBalanceRoles, type OperationResult } from '../../core/index';
import type { CommandDependencies } from './dependencies';
import { planAndRun } from './planAndRun';
import { resolveCluster } from './target';

/** Gives every host its share of masters. Argument: `{ clusterId }`. */
export async function balanceRoles(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<OperationResult | undefined> {
  const session = await resolveCluster(dependencies, argument, vscode.l10n.t('Balance Roles'), 'change');
  if (!session) return undefined;
  const journal = await dependencies.journal();
  return planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Balance'),
    plan: async (topology, client) => planBalanceRoles(topology, await client.measureFailover({ journal })),
  });
}
