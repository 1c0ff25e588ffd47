import * as vscode from 'vscode';
import type { Supervisor } from '../../core/index';
import { commandIds } from '../../shared/commandIds';
import { Disposable } from '../disposable';
import type { Log } from '../log';
import type { Prompts } from '../prompts';
import type { ClusterSession, SessionStore } from '../sessions/types';
import { wayOn } from './wayOn';

type SupervisorEvent = Supervisor['events'][number];

/** Tells what supervisors did and want to know: every event a line in the log, every act one notification, never a modal. */
export class SupervisorNotices extends Disposable {
  readonly #told = new WeakSet<SupervisorEvent>();
  readonly #waiting = new Set<NodeJS.Timeout>();

  constructor(
    store: SessionStore,
    private readonly prompts: Prompts,
    private readonly log: Log,
  ) {
    super();
    this.register({ dispose: () => this.#waiting.forEach(timer => clearTimeout(timer)) });
    this.register(
      store.onDidChange(session => {
        if (session) this.#tell(session);
      }),
    );
  }

  #tell(session: ClusterSession): void {
    for (const event of session.supervisor?.events ?? []) {
      if (this.#told.has(event)) continue;
      this.#told.add(event);
      this.log.info('supervisor', `${session.definition.name}: ${event.text}${processText(session.supervisor, event)}`);
      this.#notify(session, event);
    }
  }

  #notify({ definition, supervisor }: ClusterSession, event: SupervisorEvent): void {
    const { id: clusterId, name } = definition;
    const text = `${name}: ${event.text}`;
    const run =
      (command: string, argument: object = {}) =>
      (): unknown =>
        vscode.commands.executeCommand(command, { clusterId, ...argument });
    const explain = { label: vscode.l10n.t('Explain'), run: run(commandIds.explainSupervisor) };
    const goOn = { label: vscode.l10n.t('Let It Go On'), run: run(commandIds.acknowledgeSupervisor) };
    const askAgain = { label: vscode.l10n.t('Ask Again'), run: run(commandIds.askAgain) };
    switch (event.kind) {
      case 'actProposed':
        this.prompts.tell(
          text,
          // The button may be pressed when something else is proposed.
          { label: vscode.l10n.t('Approve'), run: run(commandIds.approveAct, proposalOf(supervisor)) },
          { label: vscode.l10n.t('Show Plan'), run: run(commandIds.exportPlan) },
          { label: vscode.l10n.t('Decline'), run: run(commandIds.declineAct) },
        );
        break;
      case 'actCompleted':
        this.prompts.tell(text, explain);
        break;
      case 'actDeclined':
        // A role that was not given back is not asked for again.
        this.prompts.tell(text, ...(supervisor && wayOn(supervisor) === 'askAgain' ? [askAgain] : []), explain);
        break;
      case 'actFailed':
        this.prompts.warn(text, goOn, explain);
        break;
      case 'returnedAfterReplacement':
        this.prompts.warn(text, explain);
        break;
      case 'stateChanged':
        this.#warnIfStillBlocked(supervisor, text, [
          ...(supervisor && wayOn(supervisor) === 'goOn' ? [goOn] : []),
          explain,
        ]);
        break;
      case 'wouldAct':
      case 'actStarted':
      case 'stayedForgotten':
        break;
    }
  }

  #warnIfStillBlocked(
    supervisor: Supervisor | undefined,
    text: string,
    actions: { label: string; run: () => unknown }[],
  ): void {
    const before = supervisor?.state;
    if (before?.kind !== 'blocked' || !needsPerson.has(before.code) || !text.includes(before.reason)) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      const now = supervisor?.state;
      if (now?.kind === 'blocked' && now.code === before.code) this.prompts.warn(text, ...actions);
    }, patienceMilliseconds);
    this.#waiting.add(timer);
  }
}

/** Which process it is that supervises: nothing for people to read, but what they look for in a log. */
function processText(supervisor: Supervisor | undefined, { kind }: SupervisorEvent): string {
  const { otherSupervisor: other } = supervisor ?? {};
  return kind === 'stateChanged' && other ? ` (process ${other.processId} on ${other.host})` : '';
}

function proposalOf(supervisor: Supervisor | undefined): { proposal?: string } {
  const state = supervisor?.state;
  return state?.kind === 'asking' ? { proposal: state.plan.title } : {};
}

/** An election takes seconds: what looks hopeless meanwhile is most often over before anybody has read of it. */
const patienceMilliseconds = 10_000;

/** Guards that only a person can help over; the others pass by themselves, and the tree shows them. */
const needsPerson: ReadonlySet<string> = new Set([
  'oneFailureAtATime',
  'clusterCovered',
  'spareAvailable',
  'notFlapping',
  'actsPerHour',
]);
