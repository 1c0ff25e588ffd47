import type { NodeConnection } from '../../connection/types';
import type { FailoverRoles } from '../../plan/types';
import { SlotSet } from '../../topology/slotSet';
import { slotsText } from '../../topology/wording';
import type { NodeLine } from '../../topology/types';
import { OperationError } from '../operationError';
import { whatOf } from '../whatOf';
import { votesAsked } from './electionAge';
import { explainSilence } from './explainSilence';
import { hasTakenOver, isStillReplica } from './failoverState';
import { lookAt } from './nodeSight';
import { poll } from '../../connection/poll';
import { configValue, refusalText } from './replies';
import type { RunStep, StepContext } from './types';

/** After this the server gives up and tells only its log; Valkey 8.1 and newer: cluster-manual-failover-timeout. */
const serverTimeoutMilliseconds = 5000;
const marginMilliseconds = 1500;

/**
 * Sends CLUSTER FAILOVER and watches the replica until it is the master; its OK means only that it will try. Once that is
 * sent it cannot be taken back, so a cancel waits until the server has succeeded or given up. Throws an OperationError
 * `rolesChanged`, `failoverRefused`, `slotsLeftBehind`, or, with the likely cause, `failoverTimedOut`.
 */
export const failOver: RunStep<'failOver'> = async (step, context) => {
  const { nodes, report, signal } = context;
  const { own } = await lookAt(step.replica, nodes);
  if (hasTakenOver(own, step)) return;
  if (!isStillReplica(own, step)) throw rolesChanged(step);
  const connection = nodes.node(step.replica.address);
  const [timeout, clusterInfo] = await connection.pipeline([
    ['CONFIG', 'GET', 'cluster-manual-failover-timeout'],
    ['CLUSTER', 'INFO'],
  ]);
  const given = timeout instanceof Error ? undefined : configValue(timeout);
  const timeoutMilliseconds = Number(given ?? serverTimeoutMilliseconds) + marginMilliseconds;
  signal.throwIfAborted();

  report(`${step.replica.address} was asked to take over.`, 0.1);
  if (step.mode !== 'takeover') nodes.elections.noteAttempt(step.replica.id);
  const start = performance.now();
  let unheard = await send(step, connection);
  const promoted = await poll(
    async () => {
      try {
        const isMaster = /^role:master\r?$/m.test(String(await connection.command(['INFO', 'replication'])));
        unheard = undefined;
        return isMaster && hasTakenOver((await lookAt(step.replica, nodes)).own, step) ? true : undefined;
      } catch (error) {
        // It may be doing what it was asked to: only the deadline ends the watch.
        unheard = error;
        return undefined;
      }
    },
    { timeoutMilliseconds, intervalMilliseconds: 10 },
  );
  if (promoted) {
    report(`${step.replica.address} is the master after ${Math.round(performance.now() - start)} ms.`, 1);
    return;
  }
  if (!unheard) refuseWhatWasLeft(step, (await lookAt(step.replica, nodes)).own);
  const asked = votesAsked(clusterInfo, step.replica.address);
  throw await timedOut(step, { timeoutMilliseconds, unheard, votesAskedBefore: asked }, context);
};

/** Resolves with the failure of a connection on whose way the command may have got through. */
async function send({ mode, replica, master }: FailoverRoles, connection: NodeConnection): Promise<unknown> {
  try {
    await connection.command(['CLUSTER', 'FAILOVER', ...(mode === 'graceful' ? [] : [mode.toUpperCase()])]);
    return undefined;
  } catch (error) {
    const text = refusalText(error);
    if (text === '') return error;
    throw new OperationError('failoverRefused', `${replica.address} refuses to take over: ${withoutPrefix(text)}.`, {
      node: replica.address,
      remedy: remedyForRefusal(text, master.address),
      cause: error,
    });
  }
}

function withoutPrefix(reply: string): string {
  return reply.replace(/^ERR /, '').replace(/\.$/, '');
}

function remedyForRefusal(reply: string, master: string): string {
  if (/master is down or failed/i.test(reply))
    return `It has no link to ${master} on the cluster bus: wait until it is back, or use the mode "force".`;
  if (/^NOPERM/.test(reply)) return 'Give the user the right with ACL SETUSER <user> +cluster|failover.';
  return 'Plan anew from what the nodes say now.';
}

function rolesChanged({ replica, master }: FailoverRoles): OperationError {
  return new OperationError('rolesChanged', `${replica.address} is not the replica of ${master.address} any more.`, {
    node: replica.address,
    remedy: 'Plan anew from what the nodes say now.',
  });
}

/** A replica takes over what it has heard that its master owns. Seen once with two slots of 9461 on Redis 7.0.15, after a move. */
function refuseWhatWasLeft({ replica, master, slots }: FailoverRoles, own: NodeLine): void {
  const left = SlotSet.parse(slots).difference(own.slots);
  if (!own.flags.includes('master') || left.isEmpty) return;
  const one = left.count === 1;
  throw new OperationError(
    'slotsLeftBehind',
    `${replica.address} took over from ${master.address}, but without ${slotsText(left)}.`,
    {
      node: replica.address,
      now: `${replica.address} is a master and has the keys of ${one ? 'that slot' : 'those slots'} too; nobody serves ${one ? 'it' : 'them'}.`,
      remedy: `Fix the cluster and have ${one ? 'it' : 'them'} assigned to ${replica.address}.`,
    },
  );
}

interface Silence {
  timeoutMilliseconds: number;
  unheard: unknown;
  votesAskedBefore: number | undefined;
}

async function timedOut(
  roles: FailoverRoles,
  { timeoutMilliseconds, unheard, votesAskedBefore }: Silence,
  context: StepContext,
): Promise<OperationError> {
  const { replica, mode } = roles;
  const accepted = `${replica.address} accepted the failover and is no master after ${(timeoutMilliseconds / 1000).toFixed(1)} s.`;
  const silent = `${replica.address} was asked to take over and does not answer any more. ${whatOf(unheard)}`;
  const { likely, remedy } = await explainSilence(roles, votesAskedBefore, context);
  const paused = mode === 'graceful' ? ' Writes to its master may have been paused for 5 s.' : '';
  return new OperationError('failoverTimedOut', `${unheard ? silent : accepted} ${likely}${paused}`, {
    node: replica.address,
    remedy,
  });
}
