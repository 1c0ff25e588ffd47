import * as vscode from 'vscode';
import { parseAddress } from '../../core/index';
import type { CommandDependencies } from './dependencies';
import { resolveCluster } from './target';
import { runTest, testConnection } from './testConnection';

/**
 * Writes where nodes answer that cannot be reached at their announced addresses into the settings of the cluster, after a
 * preview, and tests again. Argument: `{ clusterId, addressMap? }`; without `addressMap` the connection is tested first.
 */
export async function mapAddresses(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const { store, prompts } = dependencies;
  const session = await resolveCluster(dependencies, argument, vscode.l10n.t('Map Addresses'));
  if (!session) return;
  const { name } = session.definition;
  const found = addressMapOf(argument) ?? (await runTest(session)).addressMap;
  const before = session.definition.addressMap ?? {};
  const changes = Object.entries(found).filter(([announced, dialled]) => before[announced] !== dialled);
  if (changes.length === 0) {
    prompts.tell(vscode.l10n.t('No address of {0} was found that is to be mapped. Nothing was changed.', name));
    return;
  }
  const isAgreed = await prompts.confirm({
    question: vscode.l10n.t('Dial {0} at other addresses than the cluster announces?', name),
    detail: [
      ...changes.map(([announced, dialled]) => {
        const was = before[announced];
        return was === undefined
          ? `${announced} → ${dialled}`
          : `${announced} → ${dialled} (${vscode.l10n.t('was {0}', was)})`;
      }),
      '',
      vscode.l10n.t('This is written to the settings of this cluster here. The cluster itself is not changed.'),
    ].join('\n'),
    verb: vscode.l10n.t('Use These Addresses'),
    harmless: true,
  });
  if (!isAgreed) return;
  // The settings may have changed while the question stood there.
  const now = store.get(session.definition.id)?.definition ?? session.definition;
  const addressMap = { ...now.addressMap, ...Object.fromEntries(changes) };
  const updated = await store.update({ ...now, addressMap });
  await updated.lookNow();
  await testConnection(dependencies, { clusterId: updated.definition.id });
}

/** Throws a ClusterError `badAddress`. */
function addressMapOf(argument: unknown): Record<string, string> | undefined {
  const { addressMap } = (argument ?? {}) as { addressMap?: unknown };
  if (typeof addressMap !== 'object' || addressMap === null) return undefined;
  const entries = Object.entries(addressMap).map(([announced, dialled]) => [announced, String(dialled)] as const);
  for (const address of entries.flat()) parseAddress(address);
  return Object.fromEntries(entries);
}
