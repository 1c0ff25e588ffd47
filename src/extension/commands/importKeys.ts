import * as vscode from 'vscode';
import {
  planImport,
  PlanError,
  type ClusterClient,
  type ImportFacts,
  type ImportRequest,
  type OperationResult,
  type Plan,
} from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import { askAddress } from './askConnection';
import { cancellable } from './cancellable';
import type { CommandDependencies } from './dependencies';
import { askSourceLogin, loginOf, rememberLogin } from './sourceLogin';
import { planAndRun } from './planAndRun';
import { latencyOf } from './reshard';
import { resolveCluster } from './target';

type Wishes = Pick<ImportRequest, 'conflict' | 'pattern' | 'databases' | 'verify'>;

/** Between the looks at the source and the cluster, a cluster that moves can change; so often it is looked at again. */
const mostLooks = 5;

/**
 * Copies the keys of a server outside into a cluster, and shows what came of it. Argument: `{ clusterId, source?, username?,
 * password?, tls?, conflict?, pattern?, databases?, verify? }`; `source` is `host:port`. What is not given is asked.
 */
export async function importKeys(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<OperationResult | undefined> {
  const title = vscode.l10n.t('Import Keys');
  const session = await resolveCluster(dependencies, argument, title, ({ definition }) => !definition.readOnly);
  if (!session) return undefined;
  const address = await sourceOf(dependencies, argument, title);
  if (address === undefined) return undefined;
  const login = isGiven(argument)
    ? await loginOf(argument)
    : await askSourceLogin(dependencies.prompts, title, address);
  if (!login) return undefined;
  dependencies.log.addSecret(login.password ?? '');
  let wishes = isGiven(argument) ? wishesIn(argument) : await askWishes(dependencies, title, address);
  if (!wishes) return undefined;
  try {
    rememberLogin(address, login);
    const result = await planAndRun(dependencies, session, {
      verb: vscode.l10n.t('Import'),
      note: `\n${vscode.l10n.t('The keys go to {0}.', session.definition.name)}`,
      sourceLogin: login,
      plan: async (_, client) => {
        for (;;) {
          const facts = await cancellable(vscode.l10n.t('Looking at {0}', address), signal =>
            client.inspectImportSource({ address, ...login, signal }),
          );
          const outcome = await tryPlan(client, facts, () => client.inspectImportSource({ address, ...login }), {
            ...wishes,
            latencyMilliseconds: latencyOf(dependencies),
          });
          if (!(outcome instanceof PlanError)) return outcome;
          const first = await dependencies.prompts.offer(outcome.message, [
            { label: vscode.l10n.t('Database 0 Only'), value: [{ source: 0, target: 0 }] },
          ]);
          if (!first) throw new vscode.CancellationError();
          wishes = { ...wishes, databases: first };
        }
      },
    });
    if (result) await showResult(dependencies, session, address, result);
    return result;
  } catch (error) {
    if (error instanceof vscode.CancellationError) return undefined;
    throw error;
  }
}

function isGiven(argument: unknown): argument is Record<string, unknown> {
  return typeof (argument as { source?: unknown } | undefined)?.source === 'string';
}

async function sourceOf(
  { prompts }: CommandDependencies,
  argument: unknown,
  title: string,
): Promise<string | undefined> {
  if (isGiven(argument)) return String(argument.source);
  const prompt = vscode.l10n.t('The address of the server outside that the keys come from. It keeps them.');
  return askAddress(prompts, title, prompt);
}

/** A plan, or the PlanError that a choice of databases takes out of the way. */
async function tryPlan(
  client: ClusterClient,
  first: ImportFacts,
  lookAgain: () => Promise<ImportFacts>,
  request: Omit<ImportRequest, 'facts'>,
): Promise<Plan | PlanError> {
  let facts = first;
  for (let looks = 1; ; looks++) {
    try {
      return planImport(await client.observe(), { ...request, facts });
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      const hasFirst = facts.source.databases.some(({ database }) => database === 0);
      if (error.code === 'databasesMissing' && !request.databases && hasFirst) return error;
      if (error.code !== 'staleInspection' || looks === mostLooks) throw error;
      facts = await lookAgain();
    }
  }
}

async function askWishes(
  { prompts }: CommandDependencies,
  title: string,
  address: string,
): Promise<Wishes | undefined> {
  const conflict = await prompts.pick<NonNullable<Wishes['conflict']>>(
    [
      {
        label: vscode.l10n.t('Stop'),
        description: vscode.l10n.t('nothing of the cluster is overwritten'),
        value: 'stop',
      },
      { label: vscode.l10n.t("Keep the Cluster's Value"), value: 'skip' },
      {
        label: vscode.l10n.t('Overwrite It'),
        description: vscode.l10n.t("the cluster's value is gone"),
        value: 'replace',
      },
    ],
    title,
    vscode.l10n.t('What if the cluster has a key with another value already?'),
  );
  if (!conflict) return undefined;
  const pattern = await prompts.input({
    title,
    prompt: vscode.l10n.t('Which keys of {0}? A pattern as user:*, or nothing for all.', address),
    placeholder: '*',
  });
  if (pattern === undefined) return undefined;
  return { conflict, ...(pattern.trim() !== '' && { pattern: pattern.trim() }) };
}

function wishesIn({ conflict, pattern, databases, verify }: Record<string, unknown>): Wishes {
  return {
    ...((conflict === 'skip' || conflict === 'replace' || conflict === 'stop') && { conflict }),
    ...(typeof pattern === 'string' && pattern !== '' && { pattern }),
    ...(Array.isArray(databases) && { databases: databases.filter(isPair) }),
    ...((verify === 'all' || verify === 'sample') && { verify }),
  };
}

function isPair(value: unknown): value is { source: number; target: number } {
  const { source, target } = (value ?? {}) as Record<string, unknown>;
  return Number.isInteger(source) && Number.isInteger(target);
}

async function showResult(
  { documents }: CommandDependencies,
  { definition: { name } }: ClusterSession,
  address: string,
  { outcome, notes, durationMilliseconds }: OperationResult,
): Promise<void> {
  const lines = [
    `# ${vscode.l10n.t('Import from {0} into {1}', address, name)}`,
    '',
    vscode.l10n.t('{0} after {1} s.', outcome, Math.round(durationMilliseconds / 1000)),
    '',
    ...notes.map(note => `- ${note}`),
    '',
  ];
  await documents.show(`Import into ${name}.md`, lines.join('\n'));
}
