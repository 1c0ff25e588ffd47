import * as vscode from 'vscode';
import { health, type Health } from '../../core/index';
import type { CommandDependencies } from './dependencies';
import { describeCheck } from './describeCheck';
import { resolveCluster } from './target';

/** Asks every node afresh and shows what it found as a readable report. */
export async function check(dependencies: CommandDependencies, argument: unknown): Promise<Health | undefined> {
  const session = await resolveCluster(dependencies, argument, vscode.l10n.t('Check Cluster'));
  if (!session) return undefined;
  const client = await session.client();
  const topology = await client.observe();
  const found = health(topology);
  const { name } = session.definition;
  await dependencies.documents.show(`Check of ${name}.txt`, describeCheck(name, topology, found));
  return found;
}
