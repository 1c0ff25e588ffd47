import * as vscode from 'vscode';
import type { SupervisorMode } from '../../core/index';
import type { Choice } from '../prompts';
import { shownHealth } from '../sessions/shownHealth';
import type { ClusterSession } from '../sessions/types';
import { explainSupervisor } from '../supervision/explainSupervisor';
import { wayOn } from '../supervision/wayOn';
import type { CommandDependencies } from './dependencies';
import { resolveCluster } from './target';
import { agreesInProduction } from './typeName';

/** Says how far the supervisor of a cluster may go. Argument: `{ clusterId, mode? }`. */
export async function superviseCluster(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const title = vscode.l10n.t('Supervise Cluster');
  const session = await resolveSupervisable(dependencies, argument, title);
  if (!session) return;
  const mode = modeArgument(argument) ?? (await chooseMode(dependencies, session));
  if (mode === undefined) return;
  const unattended = vscode.l10n.t('This cluster is in production, and would be changed unattended.');
  if (mode === 'act' && !(await agreesInProduction(dependencies, session, title, unattended))) return;
  await dependencies.supervision.setMode(session.definition, mode);
  dependencies.log.info('supervisor', `${session.definition.name}: set to ${mode}.`);
}

/** Shows what the supervisor does and every guard with its reason, kept up to date while it is open. */
export async function explainSupervisorOf(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const session = await resolveCluster(dependencies, argument, vscode.l10n.t('Explain Supervisor'));
  if (!session) return;
  const { name, readOnly } = session.definition;
  const off = readOnly
    ? vscode.l10n.t('It is off: the cluster is marked as read-only in the settings.')
    : vscode.l10n.t('It is off. Use "Supervise Cluster" to arm it.');
  await dependencies.documents.follow(
    `Supervisor of ${name}.md`,
    () => explainSupervisor(name, session.supervisor, off, shownHealth(session).problems.length),
    session.onDidChange,
  );
}

/** Lets the proposed act be done. Argument: `{ clusterId, proposal? }`; `proposal`: the title of the plan that was agreed to. */
export async function approveAct(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const session = await resolveAsking(dependencies, argument, vscode.l10n.t('Approve'));
  const { proposal } = (argument ?? {}) as { proposal?: unknown };
  const state = session?.supervisor?.state;
  if (typeof proposal === 'string' && state?.kind === 'asking' && state.plan.title !== proposal)
    throw new Error(
      vscode.l10n.t(
        'Meanwhile something else is proposed: "{0}". Nothing was done; approve that instead.',
        state.plan.title,
      ),
    );
  if (!session?.supervisor) return;
  const { supervisor } = session;
  const asked = state?.kind === 'asking' ? state.plan.title : undefined;
  if (asked !== undefined && !(await agreesInProduction(dependencies, session, asked))) return;
  // While the name was typed something else may have been proposed.
  const now = supervisor.state;
  if ((now.kind === 'asking' ? now.plan.title : undefined) !== asked || !supervisor.approve())
    throw nothingProposed(session);
}

/** Turns the proposed act down; it is not proposed again for this failure. Argument: `{ clusterId }`. */
export async function declineAct(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const session = await resolveAsking(dependencies, argument, vscode.l10n.t('Decline'));
  if (session?.supervisor && !session.supervisor.decline()) throw nothingProposed(session);
}

/** A person has seen why the supervisor stopped: it tries again what failed, and its limits count anew. Argument: `{ clusterId }`. */
export async function acknowledgeSupervisor(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const title = vscode.l10n.t('Let the Supervisor Go On');
  const session = await resolveCluster(dependencies, argument, title, canHelpBy('goOn'));
  session?.supervisor?.acknowledge();
}

/** What was declined may be proposed again. Argument: `{ clusterId }`. */
export async function askSupervisorAgain(dependencies: CommandDependencies, argument: unknown): Promise<void> {
  const title = vscode.l10n.t('Let the Supervisor Ask Again');
  const session = await resolveCluster(dependencies, argument, title, canHelpBy('askAgain'));
  session?.supervisor?.askAgain();
}

export type ModeChoice = SupervisorMode | 'off';

function resolveSupervisable(
  dependencies: CommandDependencies,
  argument: unknown,
  title: string,
): Promise<ClusterSession | undefined> {
  return resolveCluster(dependencies, argument, title, 'change');
}

function resolveAsking(
  dependencies: CommandDependencies,
  argument: unknown,
  title: string,
): Promise<ClusterSession | undefined> {
  return resolveCluster(dependencies, argument, title, ({ supervisor }) => supervisor?.state.kind === 'asking');
}

function canHelpBy(way: 'goOn' | 'askAgain'): (session: ClusterSession) => boolean {
  return ({ supervisor }) => supervisor !== undefined && wayOn(supervisor) === way;
}

function nothingProposed({ definition }: ClusterSession): Error {
  return new Error(vscode.l10n.t('Nothing is proposed for {0} now: nothing was done.', definition.name));
}

function modeArgument(argument: unknown): ModeChoice | undefined {
  const { mode } = (argument ?? {}) as { mode?: unknown };
  return mode === 'off' || mode === 'observe' || mode === 'ask' || mode === 'act' ? mode : undefined;
}

function chooseMode(
  { prompts, supervision }: CommandDependencies,
  { definition }: ClusterSession,
): Promise<ModeChoice | undefined> {
  const now = supervision.modeOf(definition);
  const choices: Choice<ModeChoice>[] = [
    { label: vscode.l10n.t('Act'), detail: vscode.l10n.t('Heals by itself when every guard passes.'), value: 'act' },
    { label: vscode.l10n.t('Ask'), detail: vscode.l10n.t('Proposes each act and waits for an answer.'), value: 'ask' },
    {
      label: vscode.l10n.t('Observe'),
      detail: vscode.l10n.t('Only says what it would do.'),
      value: 'observe',
    },
    { label: vscode.l10n.t('Off'), detail: vscode.l10n.t('Nobody supervises.'), value: 'off' },
  ];
  return prompts.pick(
    choices.map(choice => (choice.value === now ? { ...choice, description: vscode.l10n.t('now') } : choice)),
    vscode.l10n.t('Supervise {0}', definition.name),
    vscode.l10n.t('How far may the supervisor go while VS Code is open?'),
  );
}
