import * as vscode from 'vscode';
import {
  chooseNodes,
  choiceText,
  parseCommandLine,
  planRunCommand,
  PlanError,
  refuseCommand,
  shortCommandLine,
  type ClusterClient,
  type CommandDoc,
  type GivenWord,
  type NodeChoice,
  type NodeOutcome,
} from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import { askForNodes } from './askForNodes';
import { cancellable } from './cancellable';
import { commandSuggestions } from './commandSuggestions';
import type { CommandDependencies } from './dependencies';
import { describeReplies } from './describeOutcomes';
import { planAndRun } from './planAndRun';
import { resolveCluster } from './target';

/**
 * Runs one command on nodes and shows what each replied. What changes something runs by a plan that is shown first. Argument:
 * `{ clusterId, node?, nodes?, command? }`; `command` is a line as for redis-cli, `nodes` is `all`, `masters`, `replicas` or ids and
 * addresses.
 */
export async function runCommand(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<readonly NodeOutcome[] | undefined> {
  const { prompts, documents, log } = dependencies;
  const title = vscode.l10n.t('Run a Command');
  const session = await resolveCluster(dependencies, argument, title);
  if (!session) return undefined;
  const client = await session.client();
  const topology = await client.observe();
  const line = givenLine(argument) ?? (await askForLine(dependencies, client, title));
  if (line === undefined) return undefined;
  const words = parseCommandLine(line);
  const refusal = refuseCommand(words);
  if (refusal) throw new PlanError(refusal.code, refusal.reason, { remedy: refusal.remedy });
  const nodes = await askForNodes(prompts, topology, argument, title);
  if (!nodes) return undefined;

  const where = choiceText(nodes, chooseNodes(topology, nodes));
  const name = `${shortCommandLine(words)} on ${where} of ${session.definition.name}`;
  const ran = await runOn(dependencies, session, { words, nodes, name });
  if (!ran) return undefined;
  remember(line);
  log.info(
    'command',
    `${name}: ${ran.outcomes.filter(({ state }) => state === 'done').length} of ${ran.outcomes.length}`,
  );
  const text = describeReplies(name, ran.outcomes, topology, ran.notes);
  await documents.show(`${shortCommandLine(words, 30)} on ${session.definition.name}.md`, text);
  return ran.outcomes;
}

/** Lines of this window, newest first. None with a secret: those are refused before. */
const recent: string[] = [];

function remember(line: string): void {
  const known = recent.indexOf(line);
  if (known >= 0) recent.splice(known, 1);
  recent.unshift(line);
  recent.splice(20);
}

function givenLine(argument: unknown): string | undefined {
  const { command } = (argument ?? {}) as { command?: unknown };
  return typeof command === 'string' ? command : undefined;
}

async function askForLine(
  { prompts, log }: CommandDependencies,
  client: ClusterClient,
  title: string,
): Promise<string | undefined> {
  const commands = await client.listCommands().catch((error: unknown): CommandDoc[] => {
    log.warn('command', `The commands of the servers cannot be listed: ${String(error)}`);
    return [];
  });
  return prompts.compose({
    title,
    placeholder: vscode.l10n.t('A command as for redis-cli: CONFIG GET save'),
    verb: vscode.l10n.t('Run'),
    suggest: text => commandSuggestions(text, commands, recent),
    validate: refuseLine,
  });
}

function refuseLine(line: string): string | undefined {
  try {
    return refuseCommand(parseCommandLine(line))?.reason;
  } catch (error) {
    if (error instanceof PlanError) return error.what;
    throw error;
  }
}

interface Run {
  words: readonly GivenWord[];
  nodes: NodeChoice;
  name: string;
}

async function runOn(
  dependencies: CommandDependencies,
  session: ClusterSession,
  { words, nodes, name }: Run,
): Promise<{ outcomes: readonly NodeOutcome[]; notes?: readonly string[] } | undefined> {
  const client = await session.client();
  const nature = await client.inspectCommand(words, { nodes });
  if (nature.kind === 'reads' || nature.kind === 'asks') {
    const confirmed = nature.kind === 'reads' || (await confirmSlow(dependencies, name, nature.reason));
    if (!confirmed) return undefined;
    return { outcomes: await cancellable(name, signal => client.runCommand(words, { nodes, confirmed, signal })) };
  }
  const result = await planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Run'),
    plan: async topology =>
      planRunCommand(topology, { words, nodes, nature: await client.inspectCommand(words, { nodes }) }),
  });
  return result && { outcomes: result.nodeOutcomes ?? [], notes: result.notes };
}

function confirmSlow({ prompts }: CommandDependencies, name: string, reason: string): Promise<boolean> {
  return prompts.confirm({
    question: vscode.l10n.t('Run {0}?', name),
    detail: reason,
    verb: vscode.l10n.t('Run'),
  });
}
