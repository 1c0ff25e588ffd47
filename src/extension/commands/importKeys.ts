import * as vscode from 'vscode';
import {
  durationText,
  plainMarkdown,
  planImport,
  PlanError,
  type ImportRequest,
  type OperationResult,
  type Plan,
  type Topology,
} from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import { askAddress } from './askConnection';
import { cancellable } from './cancellable';
import type { CommandDependencies } from './dependencies';
import { planAndRun } from './planAndRun';
import { planFresh } from './planFresh';
import { latencyOf } from './reshard';
import { askSourceLogin, loginOf, rememberLogin } from './sourceLogin';
import { resolveCluster } from './target';

type Wishes = Pick<ImportRequest, 'conflict' | 'pattern' | 'databases' | 'verify'>;

/**
 * Copies the keys of a server outside into a cluster, and shows what came of it. Argument: `{ clusterId, source?, username?,
 * password?, tls?, conflict?, pattern?, databases?, verify? }`; `source` is `host:port`. What is not given is asked.
 */
export async function importKeys(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<OperationResult | undefined> {
  const title = vscode.l10n.t('Import Keys');
  const session = await resolveCluster(dependencies, argument, title, 'change');
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
  rememberLogin(address, login);
  const result = await planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Import'),
    note: `\n${vscode.l10n.t('The keys go to {0}.', session.definition.name)}`,
    sourceLogin: login,
    plan: (_, client) =>
      planFresh(
        () =>
          cancellable(vscode.l10n.t('Looking at {0}', address), signal =>
            client.inspectImportSource({ address, ...login, signal }),
          ),
        async facts => {
          const latencyMilliseconds = latencyOf(dependencies);
          const request = { ...wishes, facts, latencyMilliseconds };
          const { plan, databases } = await planOrChoose(dependencies, await client.observe(), request);
          // What was chosen holds when it is planned again.
          wishes = { ...wishes, ...(databases && { databases }) };
          return plan;
        },
      ),
  });
  // What is left of one that was cancelled is told as of any operation.
  if (result?.outcome === 'completed') await showResult(dependencies, session, address, result);
  return result;
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

/** Where the cluster lacks some of the databases, the first can be taken alone; `databases`: what was chosen so. */
async function planOrChoose(
  { prompts }: CommandDependencies,
  topology: Topology,
  request: ImportRequest,
): Promise<{ plan: Plan } & Pick<ImportRequest, 'databases'>> {
  try {
    return { plan: planImport(topology, request) };
  } catch (error) {
    const hasFirst = request.facts.source.databases.some(({ database }) => database === 0);
    const isLacking = error instanceof PlanError && error.code === 'databasesMissing';
    if (!isLacking || request.databases || !hasFirst) throw error;
    const first = [{ source: 0, target: 0 }];
    const databases = await prompts.offer(error.message, [{ label: vscode.l10n.t('Database 0 Only'), value: first }]);
    if (!databases) throw new vscode.CancellationError();
    return { plan: planImport(topology, { ...request, databases }), databases };
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

function showResult(
  { documents }: CommandDependencies,
  { definition: { name } }: ClusterSession,
  address: string,
  { notes, durationMilliseconds }: OperationResult,
): Promise<void> {
  const took = durationText(durationMilliseconds);
  const lines = [
    `# ${vscode.l10n.t('Import from {0} into {1}', address, plainMarkdown(name))}`,
    '',
    vscode.l10n.t('**Completed** in {0}.', took),
    '',
    ...notes.map(note => `- ${plainMarkdown(note)}`),
    '',
  ];
  return documents.show(`Import into ${name}.md`, lines.join('\n'));
}
