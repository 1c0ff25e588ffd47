import * as vscode from 'vscode';
import type { ConnectionTest } from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import { cancellable } from './cancellable';
import type { CommandDependencies } from './dependencies';
import { describeConnectionTest, isUsable } from './describeConnectionTest';
import { resolveCluster } from './target';

/**
 * Tries every step to every node of a cluster, also one that never answered, and shows what was found as a readable report.
 * Changes nothing. Argument: `{ clusterId }`.
 */
export async function testConnection(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<ConnectionTest | undefined> {
  const session = await resolveCluster(dependencies, argument, vscode.l10n.t('Test Connection'));
  if (!session) return undefined;
  const test = await runTest(session);
  const { definition } = session;
  const failed = test.nodes.filter(node => !isUsable(node)).length;
  dependencies.log.info('connection', `${definition.name}: ${test.nodes.length} nodes tried, ${failed} failed.`);
  await dependencies.documents.show(
    `Connection test of ${definition.name}.md`,
    describeConnectionTest(test, definition),
  );
  return test;
}

/** The test itself, behind a notification with a Cancel button. */
export async function runTest(session: ClusterSession): Promise<ConnectionTest> {
  const client = await session.client();
  return cancellable(vscode.l10n.t('Testing the connection to {0}', session.definition.name), (signal, onProgress) =>
    client.testConnection({ signal, onProgress }),
  );
}
