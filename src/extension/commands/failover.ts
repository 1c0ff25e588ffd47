import * as vscode from 'vscode';
import {
  PlanError,
  planFailover,
  rankReplicas,
  type ClusterClient,
  type ClusterNode,
  type FailoverMode,
  type OperationResult,
  type Plan,
  type Topology,
} from '../../core/index';
import type { Choice } from '../prompts';
import type { CommandDependencies } from './dependencies';
import { planAndRun } from './planAndRun';
import { resolveNode } from './target';

/**
 * Makes a replica the master of its shard; of a master the replica is chosen, best first. Graceful where that can work;
 * where the master is gone, by force or without a vote, as far as the servers allow it, is offered by name.
 */
export async function failover(
  dependencies: CommandDependencies,
  argument: unknown,
): Promise<OperationResult | undefined> {
  const target = await resolveNode(
    dependencies,
    argument,
    vscode.l10n.t('Fail Over'),
    node => node.role === 'replica' || !node.slots.isEmpty,
    'change',
  );
  if (!target) return undefined;
  const { session, node } = target;
  const replica = await chooseReplica(dependencies, session.topology!, node);
  if (!replica) return undefined;
  const journal = await dependencies.journal();
  let mode = modeOf(argument);
  const attempt = (topology: Topology, client: ClusterClient, tried: FailoverMode): Promise<Plan> =>
    client.measureFailover({ journal }).then(measured => planFailover(topology, { replica, mode: tried, ...measured }));
  return planAndRun(dependencies, session, {
    verb: vscode.l10n.t('Fail Over'),
    plan: async (topology, client) => {
      for (let latest = topology; ; latest = await client.observe())
        try {
          return await attempt(latest, client, mode ?? 'graceful');
        } catch (error) {
          if (!(error instanceof PlanError) || mode !== undefined) throw error;
          const seen = latest;
          const choice = await chooseHarsher(dependencies, error, tried => attempt(seen, client, tried));
          if (choice !== 'again') mode = choice;
        }
    },
  });
}

function modeOf(argument: unknown): FailoverMode | undefined {
  const { mode } = (argument ?? {}) as { mode?: unknown };
  return mode === 'graceful' || mode === 'force' || mode === 'takeover' ? mode : undefined;
}

async function chooseReplica(
  { prompts }: CommandDependencies,
  topology: Topology,
  node: ClusterNode,
): Promise<string | undefined> {
  if (node.role === 'replica') return node.id;
  const ranked = rankReplicas(topology, node.id);
  // Without one the planner says what is the matter.
  if (ranked.length <= 1) return ranked[0]?.node.id ?? node.id;
  const choices: Choice<string>[] = ranked.map(({ node: { id, address }, isFit, reasons }, index) => ({
    label: `${isFit ? (index === 0 ? '$(star-full)' : '$(circle-outline)') : '$(circle-slash)'} ${address}`,
    description: reasons.join(' · '),
    value: id,
  }));
  return prompts.pick(
    choices,
    vscode.l10n.t('Fail over from {0}', node.address),
    vscode.l10n.t('Which replica shall take over? Best first.'),
  );
}

/**
 * Offers what a dead master leaves: first to look again, for the cluster may have elected meanwhile, then the modes that can be
 * planned. Throws the first refusal where there is none.
 */
async function chooseHarsher(
  { prompts }: CommandDependencies,
  refusal: PlanError,
  attempt: (mode: FailoverMode) => Promise<Plan>,
): Promise<FailoverMode | 'again'> {
  const offers: { label: string; value: FailoverMode }[] = [
    { label: vscode.l10n.t('Force Failover…'), value: 'force' },
    { label: vscode.l10n.t('Take Over Without a Vote…'), value: 'takeover' },
  ];
  const possible = [];
  for (const offer of offers) if (await attempt(offer.value).then(isPlan, isRefused)) possible.push(offer);
  if (possible.length === 0) throw refusal;
  // The first button is the one that Enter presses.
  const choices = [{ label: vscode.l10n.t('Try Again'), value: 'again' as const }, ...possible];
  const { reasons, message, node } = refusal;
  const choice = await (reasons.length > 0
    ? prompts.offer(vscode.l10n.t('{0} cannot take over gracefully. Nothing was changed.', node ?? ''), choices, {
        detail: reasons.join('\n'),
      })
    : prompts.offer(message, choices));
  if (choice === undefined) throw new vscode.CancellationError();
  return choice;
}

const isPlan = (): boolean => true;

function isRefused(error: unknown): boolean {
  if (error instanceof PlanError) return false;
  throw error;
}
