import * as vscode from 'vscode';
import { ClusterError, formatAddress, parseAddress, planAddNode } from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import type { CommandDependencies } from './dependencies';
import { resolveCluster } from './target';

/**
 * Makes an empty server known as a spare of a cluster: it is looked at from then on, and may take the place of a failed node.
 * One that could not join is refused with the reason, and nothing is written. Argument: `{ clusterId, address? }`.
 */
export async function addSpare(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const title = vscode.l10n.t('Add Spare');
  const session = await resolveCluster(dependencies, argument, title, 'change');
  if (!session) return;
  const { definition } = session;
  const address = addressArgument(argument) ?? (await askAddress(dependencies, definition.name));
  if (address === undefined) return;
  const { spares = [], nodes } = definition;
  const isBack = dependencies.supervision.enlist(definition, address);
  if ([...spares, ...nodes].includes(address)) {
    if (isBack) return;
    throw new Error(vscode.l10n.t('{0} is known to {1} already.', address, definition.name));
  }
  const extended = await dependencies.store.update({ ...definition, spares: [...spares, address] });
  try {
    await refuseUnfit(extended, address);
  } catch (error) {
    await dependencies.store.update(definition);
    throw error;
  }
  dependencies.log.info('store', `${address} stands by for ${definition.name}.`);
  await extended.lookNow();
}

/** Throws the reason why it could not join. */
async function refuseUnfit(session: ClusterSession, address: string): Promise<void> {
  const topology = await (await session.client()).observe();
  // With no cluster there yet, there is nothing it has to fit to.
  if (topology.clusterState !== 'none') planAddNode(topology, { node: address, as: 'replica' });
}

function addressArgument(argument: unknown): string | undefined {
  const { address } = (argument ?? {}) as { address?: unknown };
  return typeof address === 'string' ? formatAddress(parseAddress(address)) : undefined;
}

async function askAddress({ prompts }: CommandDependencies, name: string): Promise<string | undefined> {
  const text = await prompts.input({
    title: vscode.l10n.t('Add a spare to {0}', name),
    prompt: vscode.l10n.t('The address of an empty server in cluster mode that may take the place of a failed node.'),
    placeholder: '10.0.0.7:6379',
    validate: problemOf,
  });
  return text === undefined ? undefined : formatAddress(parseAddress(text.trim()));
}

function problemOf(text: string): string | undefined {
  try {
    parseAddress(text.trim());
    return undefined;
  } catch (error) {
    return error instanceof ClusterError ? error.message : String(error);
  }
}
