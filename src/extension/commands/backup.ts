import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  OperationError,
  type BackupManifest,
  type BackupOptions,
  type BackupPrediction,
  type BackupReport,
  type ClusterClient,
} from '../../core/index';
import { formatBytes } from '../tree/nodeText';
import { commandIds } from '../../shared/commandIds';
import type { ClusterSession } from '../sessions/types';
import { cancellable } from './cancellable';
import type { CommandDependencies } from './dependencies';
import { describeBackup } from './describeBackup';
import { refuseHeld } from './planAndRun';
import { resolveCluster } from './target';

/**
 * Writes the data of every shard to a folder of its own, below the one that is chosen, and shows what was written. Argument:
 * `{ clusterId, directory?, parallel?, fromMasters?, partial? }`; a `directory` that is given is taken as it is.
 */
export async function backup(dependencies: CommandDependencies, argument: unknown): Promise<BackupReport | undefined> {
  const title = vscode.l10n.t('Back Up');
  const session = await resolveCluster(dependencies, argument, title);
  if (!session) return undefined;
  const { name } = session.definition;
  const client = await session.client();
  await refuseHeld(dependencies, await client.observe(), { readsOnly: true });
  const directory = directoryIn(argument) ?? (await chooseDirectory(dependencies, name));
  if (directory === undefined) return undefined;
  const predicted = await predict(dependencies, client, { directory, ...optionsIn(argument) });
  if (!predicted || !(await isConfirmed(dependencies, name, predicted))) return undefined;
  const journal = await dependencies.journal();
  const report = await cancellable(vscode.l10n.t('Backing up {0}', name), (signal, onProgress) =>
    client.backup({ ...predicted.options, journal, signal, onProgress }),
  );
  const { manifest } = report;
  dependencies.log.info('backup', `${name}: ${manifest.shards.length} files in ${directory}.`);
  for (const warning of manifest.warnings) dependencies.log.info('backup', warning);
  if (manifest.movedSlots !== '') warnOfMoves(dependencies, session, manifest);
  await dependencies.documents.show(`Backup of ${name}.md`, describeBackup(name, report));
  return report;
}

/** Somebody else than this product moved slots: nobody else gets past the lock. */
function warnOfMoves(
  { prompts }: CommandDependencies,
  { definition: { id, name } }: ClusterSession,
  { warnings }: BackupManifest,
): void {
  prompts.warn(vscode.l10n.t('Backup of {0}: {1}', name, warnings[0]!), {
    label: vscode.l10n.t('Back Up Again…'),
    run: () => vscode.commands.executeCommand(commandIds.backup, { clusterId: id }),
  });
}

interface Predicted {
  options: BackupOptions;
  prediction: BackupPrediction;
}

/** What is missing of the cluster is told first: whoever wants can have the rest. */
async function predict(
  { prompts }: CommandDependencies,
  client: ClusterClient,
  options: BackupOptions,
): Promise<Predicted | undefined> {
  try {
    return { options, prediction: await client.predictBackup(options) };
  } catch (error) {
    const isMissing = error instanceof OperationError && ['slotsUncovered', 'shardUnreachable'].includes(error.code);
    if (!isMissing || options.partial) throw error;
    const partial = await prompts.offer(error.message, [
      { label: vscode.l10n.t('Back Up What Is There'), value: true },
    ]);
    return partial ? predict({ prompts } as CommandDependencies, client, { ...options, partial }) : undefined;
  }
}

function isConfirmed(
  { prompts }: CommandDependencies,
  name: string,
  { options, prediction: { shards, warnings } }: Predicted,
): Promise<boolean> {
  const sources = shards.map(({ slots, source, role, usedMemoryBytes }) =>
    vscode.l10n.t('{0} ({1}): slots {2}, {3} in memory', source.address, role, slots, formatBytes(usedMemoryBytes)),
  );
  return prompts.confirm({
    question: vscode.l10n.t('Back up {0}?', name),
    detail: [
      vscode.l10n.t('To {0}, from:', options.directory),
      ...sources.slice(0, 12),
      ...(sources.length > 12 ? [vscode.l10n.t('and {0} more', sources.length - 12)] : []),
      '',
      ...warnings.map(({ text }) => `⚠ ${text}`),
    ].join('\n'),
    verb: vscode.l10n.t('Back Up'),
    // The first one always stands there.
    harmless: warnings.length === 1,
  });
}

async function chooseDirectory({ prompts }: CommandDependencies, name: string): Promise<string | undefined> {
  const folder = await prompts.pickFolder(
    vscode.l10n.t('Where shall the backup of {0} go? It gets a folder of its own there.', name),
    vscode.l10n.t('Back Up Here'),
  );
  if (folder === undefined) return undefined;
  const moment = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return join(folder, `${name.replace(/[^\w.-]+/g, '-')}-${moment}`);
}

function directoryIn(argument: unknown): string | undefined {
  const { directory } = (argument ?? {}) as { directory?: unknown };
  return typeof directory === 'string' && directory !== '' ? directory : undefined;
}

function optionsIn(argument: unknown): Omit<BackupOptions, 'directory'> {
  const { parallel, fromMasters, partial } = (argument ?? {}) as Record<string, unknown>;
  return {
    ...(typeof parallel === 'number' && parallel >= 1 && { parallel: Math.floor(parallel) }),
    ...(fromMasters === true && { fromMasters }),
    ...(partial === true && { partial }),
  };
}
