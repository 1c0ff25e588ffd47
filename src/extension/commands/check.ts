import * as vscode from 'vscode';
import type { CheckReport, ClusterClient, Topology } from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import { cancellable } from './cancellable';
import type { CommandDependencies } from './dependencies';
import { describeCheck } from './describeCheck';
import { outdatedBy } from './outdatedCheck';
import { resolveCluster } from './target';

/** Slots a master is asked about in a second, on one core for all of them; measured with test/bench/check.ts. */
const SLOTS_PER_SECOND = 100_000;

/**
 * Asks every node for all that can be wrong, shows what it found as a readable report, and keeps it in the tree. Argument:
 * `{ clusterId, strayKeys? }`; without `strayKeys` it asks whether keys of foreign slots are to be looked for.
 */
export async function check(dependencies: CommandDependencies, argument: unknown): Promise<CheckReport | undefined> {
  const session = await resolveCluster(dependencies, argument, vscode.l10n.t('Check Cluster'));
  if (!session) return undefined;
  const strayKeys = strayKeysArgument(argument) ?? (await askForStrayKeys(dependencies, session));
  if (strayKeys === undefined) return undefined;
  const { name } = session.definition;
  const report = await checkWithProgress(await session.client(), name, strayKeys);
  session.keepCheck(report);
  // The tree and the report are to say the same.
  await session.lookNow();
  dependencies.log.info('check', `${name}: ${report.findings.length} findings.`);
  await showReport(dependencies, session, report);
  return report;
}

/** It stays what the check found, and says so when that is no longer true. */
function showReport(
  { documents, store }: CommandDependencies,
  session: ClusterSession,
  report: CheckReport,
): Promise<void> {
  const { health } = session;
  const { id, name } = session.definition;
  return documents.follow(
    `Check of ${name}.md`,
    () => {
      // Another one after the settings changed.
      const now = store.get(id) ?? session;
      const { definition, localServers } = now;
      return describeCheck(report, { definition, localServers, health, outdated: outdatedBy(report, now) });
    },
    // News of the other clusters change nothing of it; those of the list may.
    listener =>
      store.onDidChange(changed => {
        if (!changed || changed.definition.id === id) listener(changed);
      }),
  );
}

function checkWithProgress(client: ClusterClient, name: string, strayKeys: boolean): Promise<CheckReport> {
  return cancellable(vscode.l10n.t('Checking {0}', name), (signal, onProgress) =>
    client.check({ strayKeys, signal, onProgress }),
  );
}

function strayKeysArgument(argument: unknown): boolean | undefined {
  const { strayKeys } = (argument ?? {}) as { strayKeys?: unknown };
  return typeof strayKeys === 'boolean' ? strayKeys : undefined;
}

async function askForStrayKeys(
  { prompts }: CommandDependencies,
  session: ClusterSession,
): Promise<boolean | undefined> {
  if (!session.topology) await session.lookNow();
  const seconds = strayScanSeconds(session.topology);
  return prompts.pick(
    [
      {
        label: vscode.l10n.t('Check'),
        detail: vscode.l10n.t('Views, slots, links, replicas, settings.'),
        value: false,
      },
      {
        label: vscode.l10n.t('Check, with stray keys'),
        description: vscode.l10n.t('slower: about {0} s', seconds),
        detail: vscode.l10n.t('Also counts keys in slots that belong to another master.'),
        value: true,
      },
    ],
    vscode.l10n.t('Check {0}', session.definition.name),
    vscode.l10n.t('What is to be checked?'),
  );
}

/** At the worst, when something is written all the while. */
function strayScanSeconds(topology: Topology | undefined): number {
  const masters = topology?.nodes.filter(({ role, inCluster }) => role === 'master' && inCluster) ?? [];
  const foreign = masters.reduce((sum, { slots }) => sum + 16384 - slots.count, 0);
  return Math.max(1, Math.ceil(foreign / SLOTS_PER_SECOND));
}
