import { abortable, ClusterError, describePlan, type Journal, type Plan } from '../../core/index';
import type { ClusterSession, SessionStore } from '../sessions/types';
import { healthText, topologyText } from './describeForModel';
import { findCluster } from './findCluster';
import { planForModel } from './planForModel';
import { toolInputs, type PlanInput, type ToolName } from './toolInputs';

export interface ToolParts {
  store: Pick<SessionStore, 'sessions'>;
  journal: () => Promise<Journal>;
  /** What clients may feel while slots move. */
  latencyMilliseconds: () => number;
}

/** Characters. */
const longestAnswer = 30_000;

/**
 * Answers a language model: what a cluster is, how it is, or what a change would do. It only looks: a plan is text, and no tool
 * runs one. Never a secret, never what keys hold. Rejects with the reason of the signal, or with what nobody foresaw; what is
 * refused, or cannot be reached, is an answer in whole sentences.
 */
export async function answerTool(
  name: ToolName,
  input: unknown,
  parts: ToolParts,
  signal: AbortSignal,
): Promise<string> {
  const parsed = toolInputs[name].safeParse(input ?? {});
  if (!parsed.success)
    return `The input cannot be used: ${parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`).join('; ')}.`;
  const found = findCluster(parts.store, parsed.data.cluster);
  if ('reason' in found) return found.reason;
  try {
    const text = await (name === 'redis_cluster_plan'
      ? planText(parsed.data as PlanInput, found.session, parts, signal)
      : lookText(name, found.session, signal));
    return text.length > longestAnswer
      ? `${text.slice(0, longestAnswer)}\n\nThe rest is left out: it is too long.`
      : text;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ClusterError) return error.message;
    throw error;
  }
}

async function lookText(
  name: Exclude<ToolName, 'redis_cluster_plan'>,
  session: ClusterSession,
  signal: AbortSignal,
): Promise<string> {
  await abortable(session.lookNow(), signal);
  const { topology, failure, definition } = session;
  const trouble = failure && [failure.message, failure.remedy].filter(Boolean).join(' ');
  if (!topology) return `${definition.name} could not be looked at. ${trouble ?? 'No node answered.'}`;
  const text = name === 'redis_cluster_topology' ? topologyText(topology, session) : healthText(topology, session);
  return trouble === undefined ? text : `The last look failed, this is from one before: ${trouble}\n\n${text}`;
}

async function planText(
  input: PlanInput,
  session: ClusterSession,
  { journal, latencyMilliseconds }: ToolParts,
  signal: AbortSignal,
): Promise<string> {
  const client = await abortable(session.client(), signal);
  const topology = await client.observe({ signal });
  const planning = { topology, client, journal: await journal(), latencyMilliseconds: latencyMilliseconds(), signal };
  const plan = await abortable(planForModel(input, planning), signal);
  return `${foreword(plan, session)}\n\n${describePlan(plan)}`;
}

// Not the commands that would do the same by hand: whoever runs those goes around the checks and the question to the user.
function foreword({ risk }: Plan, { definition }: ClusterSession): string {
  const who = definition.readOnly
    ? 'The cluster is marked as read-only here: the extension will not run it.'
    : 'Only the user can run it, by the command of the extension, which plans it anew and asks first.';
  const loss = risk === 'losesData' ? ' It can lose data: tell the user so.' : '';
  return `This is a plan only; nothing was changed.${loss} ${who}`;
}
