import * as vscode from 'vscode';
import { restartRisk, type ClusterNode, type LocalServer, type LocalServers } from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import { localServerOf } from '../tree/contextWords';
import type { CommandDependencies } from './dependencies';
import { refuseReadOnly, resolveNode, targetOf } from './target';

export type LocalNodeAction = 'start' | 'stop' | 'kill' | 'pause' | 'resume';

/**
 * Starts, stops (SIGTERM), kills (SIGKILL), pauses (SIGSTOP) or resumes a server of a local cluster. These are the
 * user's own demo servers, so that no question is asked (pulling the plug is what they are for), but where a start would
 * take away what a replica still holds.
 */
export async function changeLocalNode(
  dependencies: CommandDependencies,
  argument: unknown,
  action: LocalNodeAction,
): Promise<void> {
  const target = await resolveNode(
    dependencies,
    argument,
    titleOf(action),
    (node, session) => fits(localServerOf(node, session), action),
    session => session.definition.local !== undefined,
  );
  if (!target) return;
  const { session, node } = target;
  refuseReadOnly(session);
  const servers = await localServersOf(session);
  const server = localServerOf(node, session);
  if (action === 'start' && !(await agreesToStart(dependencies, session, [node]))) return;
  if (!servers || !server) throw new Error(noServerText(node));
  dependencies.log.info(
    'local',
    `${action} ${server.address} (asked for by ${targetOf(argument).nodeId ? 'menu' : 'command'})`,
  );
  await servers[action](server.port);
  await session.lookNow();
}

/** Asks first where replicas would copy less than they hold from what comes back. */
export async function agreesToStart(
  { prompts }: CommandDependencies,
  session: ClusterSession,
  nodes: readonly ClusterNode[],
): Promise<boolean> {
  // What just died may still be shown as it was.
  await session.lookNow();
  const { topology } = session;
  const risks = topology ? nodes.flatMap(node => restartRisk(node, topology)?.text ?? []) : [];
  return (
    risks.length === 0 ||
    prompts.confirm({
      question: vscode.l10n.t(
        'Start {0}, though keys can be lost by it?',
        nodes.map(({ address }) => address).join(', '),
      ),
      detail: risks.join('\n\n'),
      verb: vscode.l10n.t('Start Anyway'),
    })
  );
}

/** The servers of a local cluster, found again first where that has not happened yet. */
export async function localServersOf(session: ClusterSession): Promise<LocalServers | undefined> {
  if (session.definition.local && !session.localServers) await session.lookNow();
  return session.localServers;
}

function noServerText({ id, port, address }: ClusterNode): string {
  return port === 0
    ? vscode.l10n.t(
        'The cluster lost the address of node {0}, and no server that was started from here has its id: the server lost its data or became another node.',
        id.slice(0, 8),
      )
    : vscode.l10n.t('{0} is not a server that was started from here; it was left alone.', address);
}

function fits(server: LocalServer | undefined, action: LocalNodeAction): boolean {
  if (!server) return false;
  const wanted: Record<LocalNodeAction, readonly string[]> = {
    start: ['stopped'],
    resume: ['paused'],
    stop: ['running', 'paused'],
    kill: ['running', 'paused'],
    pause: ['running'],
  };
  return wanted[action].includes(server.state);
}

function titleOf(action: LocalNodeAction): string {
  const titles: Record<LocalNodeAction, string> = {
    start: vscode.l10n.t('Start Node'),
    stop: vscode.l10n.t('Stop Node'),
    kill: vscode.l10n.t('Kill Node'),
    pause: vscode.l10n.t('Pause Node'),
    resume: vscode.l10n.t('Resume Node'),
  };
  return titles[action];
}
