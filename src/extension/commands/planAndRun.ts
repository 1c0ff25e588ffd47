import * as vscode from 'vscode';
import {
  StalePlanError,
  type ClusterClient,
  type OperationResult,
  type Plan,
  type SourceLogin,
  type Topology,
} from '../../core/index';
import type { ClusterSession } from '../sessions/types';
import { completionText } from './completionText';
import type { CommandDependencies } from './dependencies';
import { confirmPlan, runPlan } from './runPlan';
import { refuseReadOnly } from './target';
import { agreesInProduction, typeName } from './typeName';

export interface PlannedChange {
  /** Makes the plan from what the nodes said just now; throws a PlanError where there is none. */
  plan: (topology: Topology, client: ClusterClient) => Plan | Promise<Plan>;
  /** On the button: `Fail Over`. */
  verb: string;
  note?: string;
  /** Of the server keys are imported from. */
  sourceLogin?: SourceLogin;
}

/**
 * The way of every change: look, plan, ask, run. What can lose data wants the cluster's name typed. When the cluster changed
 * while the question stood there, it is planned and asked anew. Undefined when the person turned away.
 */
export async function planAndRun(
  dependencies: CommandDependencies,
  session: ClusterSession,
  { plan: makePlan, verb, note, sourceLogin }: PlannedChange,
): Promise<OperationResult | undefined> {
  refuseReadOnly(session);
  for (;;) {
    const client = await session.client();
    const topology = await client.observe();
    await refuseHeld(dependencies, topology);
    const plan = await makePlan(topology, client);
    if (!(await isConfirmed(dependencies, session, { plan, topology, verb, note }))) return undefined;
    try {
      const result = await runPlan(dependencies, session, plan, sourceLogin && { sourceLogin });
      const done = completionText(plan, result);
      if (done !== undefined) dependencies.prompts.tell(done);
      return result;
    } catch (error) {
      if (!(error instanceof StalePlanError)) throw error;
      const again = await dependencies.prompts.offer(error.message, [
        { label: vscode.l10n.t('Plan Again'), value: true },
      ]);
      if (!again) return undefined;
    }
  }
}

/** Before anybody is asked: throws what `Journal.refuseHeld` throws, in this window or another one. */
export async function refuseHeld(
  { journal }: CommandDependencies,
  { nodes }: Topology,
  options: { readsOnly?: boolean } = {},
): Promise<void> {
  await (
    await journal()
  ).refuseHeld(
    nodes.map(({ id }) => id),
    options,
  );
}

async function isConfirmed(
  dependencies: CommandDependencies,
  session: ClusterSession,
  { plan, topology, verb, note }: { plan: Plan; topology: Topology; verb: string; note: string | undefined },
): Promise<boolean> {
  const { topologyPanels } = dependencies;
  const { definition } = session;
  const preview = (): Promise<boolean> => topologyPanels.preview(definition.id, { plan, topology, verb });
  // What changes neither roles nor slots nor members has nothing to show there.
  const isShown = changesPicture(plan);
  if (!(await confirmPlan(dependencies, plan, verb, { note, ...(isShown && { preview }) }))) return false;
  if (plan.risk === 'losesData')
    return typeName(dependencies.prompts, plan.title, definition, vscode.l10n.t('This can lose data.'));
  return agreesInProduction(dependencies, session, plan.title);
}

function changesPicture({ before, after }: Plan): boolean {
  return JSON.stringify(before.nodes) !== JSON.stringify(after.nodes);
}
