import * as vscode from 'vscode';
import {
  planSetConfig,
  type ClusterClient,
  type ConfigReading,
  type NodeChoice,
  type OperationResult,
  type Plan,
  type Topology,
} from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import { askForNodes } from './askForNodes';
import { askForSetting, type WantedSetting } from './askForSetting';
import type { CommandDependencies } from './dependencies';
import { describeSettings } from './describeOutcomes';
import { planAndRun } from './planAndRun';
import { resolveCluster } from './target';

/**
 * Sets a setting on nodes and shows what each has then. Argument: `{ clusterId, node?, nodes?, settings?, rewrite? }`; `settings`
 * is name -> value, `nodes` is `all`, `masters`, `replicas` or ids and addresses, `rewrite` writes the configuration files too.
 */
export async function setConfig(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<OperationResult | undefined> {
  const title = vscode.l10n.t('Set Configuration');
  const session = await resolveCluster(dependencies, argument, title, 'change');
  if (!session) return undefined;
  const wanted = await askForAll(dependencies, session, argument, title);
  if (!wanted) return undefined;
  const names = Object.keys(wanted.settings);
  let made: Plan | undefined;
  const result = await planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Set'),
    plan: async (topology, client) => {
      const reading = await client.readConfig({ names: [...names, 'maxmemory-policy'], nodes: wanted.nodes });
      return (made = planSetConfig(topology, { ...wanted, reading }));
    },
  });
  if (result && made) await showResult(dependencies, session, made, result);
  return result;
}

interface Wanted extends WantedSetting {
  nodes: NodeChoice;
  rewrite: boolean;
}

async function askForAll(
  { prompts }: CommandDependencies,
  session: ClusterSession,
  argument: unknown,
  title: string,
): Promise<Wanted | undefined> {
  const client = await session.client();
  const topology = await client.observe();
  const given = givenSettings(argument);
  const wanted = given ?? (await askForSetting(prompts, topology, () => readAll(client, session), title));
  if (!wanted) return undefined;
  const nodes = await askForNodes(prompts, topology, argument, title);
  if (!nodes) return undefined;
  const rewrite = givenRewrite(argument) ?? (given ? false : await askForFiles(prompts, title));
  return rewrite === undefined ? undefined : { ...wanted, nodes, rewrite };
}

async function readAll(client: ClusterClient, { definition }: ClusterSession): Promise<ConfigReading> {
  const reading = await client.readConfig();
  if (Object.keys(reading.values).length > 0) return reading;
  const [why = ''] = Object.values(reading.failures);
  throw new Error(vscode.l10n.t('No node of {0} tells its configuration. {1}', definition.name, why));
}

function givenSettings(argument: unknown): WantedSetting | undefined {
  const { settings } = (argument ?? {}) as { settings?: unknown };
  if (typeof settings !== 'object' || settings === null) return undefined;
  return { settings: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])) };
}

function givenRewrite(argument: unknown): boolean | undefined {
  const { rewrite } = (argument ?? {}) as { rewrite?: unknown };
  return typeof rewrite === 'boolean' ? rewrite : undefined;
}

function askForFiles(prompts: CommandDependencies['prompts'], title: string): Promise<boolean | undefined> {
  const choices = [
    { label: vscode.l10n.t('Until a node restarts'), value: false },
    {
      label: vscode.l10n.t('Also in the configuration files'),
      detail: vscode.l10n.t('CONFIG REWRITE on each node: a restart keeps it.'),
      value: true,
    },
  ];
  return prompts.pick(choices, title, vscode.l10n.t('For how long?'));
}

/** What is true now is asked once more: the plan and the outcomes say what was meant and done. */
async function showResult(
  { documents }: CommandDependencies,
  session: ClusterSession,
  plan: Plan,
  { nodeOutcomes = [], notes, topology }: OperationResult,
): Promise<void> {
  const changes = plan.settings ?? [];
  const client = await session.client();
  const ids = [...new Set(changes.map(({ node }) => node.id))].filter(id => isKnown(id, topology));
  const names = [...new Set(changes.map(({ name }) => name))];
  const now = await client.readConfig({ names, nodes: ids });
  const rows = changes.flatMap(({ node: { id }, name, before }) => {
    const node = topology.nodes.find(each => each.id === id);
    const after = now.values[id]?.[name];
    const outcome = nodeOutcomes.find(each => each.node.id === id);
    const result = outcome?.state === 'done' ? resultText(outcome.text) : (outcome?.text ?? '');
    return node
      ? [{ node, name, result, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }]
      : [];
  });
  await documents.show(`Configuration of ${session.definition.name}.md`, describeSettings(plan.title, rows, notes));
}

function isKnown(id: string, { nodes }: Topology): boolean {
  return nodes.some(node => node.id === id);
}

/** The values stand beside it. */
function resultText(text: string): string {
  return /(Not written to a file|Written to its).*$/s.exec(text)?.[0] ?? vscode.l10n.t('done');
}
