import type { NodeRef } from '../../plan/types';
import { formatAddress } from '../../topology/address';
import { OperationError } from '../operationError';
import { poll } from '../../connection/poll';
import { isLoading, isNotAvailable, refusalText } from './replies';
import { lookAtSelfLoaded, standsAlone } from './selfSight';
import type { ManagedNodes } from './types';

/** Two runs of the server's 10 Hz cluster cron: a handshake that was in flight shows by then. */
const quietMilliseconds = 200;
const settleMilliseconds = 6000;

/**
 * CLUSTER RESET HARD, then waits until the node stands alone, quietly: a MEET that was in flight can bring it together with a
 * node of `ours` (`host:port`) once more, and then it is reset again. Its function libraries go too. Resolves with its new id.
 * Throws an OperationError `resetRefused` or `notAlone`, or a ConnectionError.
 */
export async function resetHard(node: NodeRef, ours: ReadonlySet<string>, nodes: ManagedNodes): Promise<string> {
  const { info } = await lookAtSelfLoaded(node, nodes);
  // A replica deletes its copy first, in the foreground.
  const timeoutMilliseconds = settleMilliseconds + Math.min(600_000, info.usedMemoryBytes / 20_000);
  await sendReset(node, timeoutMilliseconds, nodes);
  let why = 'it does not answer';
  let quietSince: number | undefined;
  const newId = await poll(
    async elapsed => {
      const sight = await lookAtSelfLoaded(node, nodes).catch(() => undefined);
      const { own, others } = sight ?? {};
      if (sight && own && others && standsAlone(sight) && own.id !== node.id) {
        quietSince ??= elapsed;
        return elapsed - quietSince >= quietMilliseconds ? own.id : undefined;
      }
      quietSince = undefined;
      if (!own || !others) return undefined;
      const stranger = others.find(line => line.host !== '' && line.port !== 0 && !ours.has(formatAddress(line)));
      why = stranger ? `it knows ${formatAddress(stranger)}` : `it knows ${others.length} nodes of its cluster again`;
      if (!stranger) await sendReset(node, timeoutMilliseconds, nodes);
      return undefined;
    },
    { timeoutMilliseconds, intervalMilliseconds: 50 },
  );
  if (newId === undefined)
    throw new OperationError('notAlone', `${node.address} was reset and does not stand alone: ${why}.`, {
      node: node.address,
      remedy: 'Look at its log, and add it as a spare, which resets it once more.',
    });
  await clearFunctions(node, nodes);
  return newId;
}

const loadTimeoutMilliseconds = 60_000;

/** While the node reads a copy in, it refuses: that is waited for, up to a minute. */
async function sendReset(node: NodeRef, timeoutMilliseconds: number, nodes: ManagedNodes): Promise<void> {
  const { address } = node;
  const send = (): Promise<unknown> =>
    nodes.node(address).command(['CLUSTER', 'RESET', 'HARD'], { timeoutMilliseconds });
  try {
    const sent = await poll(() => send().then(() => true, stillLoading), {
      timeoutMilliseconds: loadTimeoutMilliseconds,
      intervalMilliseconds: 50,
    });
    if (!sent) await send();
    await emptyStore(node, timeoutMilliseconds, nodes);
  } catch (error) {
    const text = refusalText(error);
    if (text === '') throw error;
    throw new OperationError('resetRefused', `${address} refuses to be reset: ${text.replace(/^ERR |\.$/g, '')}.`, {
      node: address,
      remedy: /^NOPERM/.test(text)
        ? 'Give the user the rights with ACL SETUSER <user> +cluster|reset +flushall.'
        : 'Plan anew from what the nodes say now.',
      cause: error,
    });
  }
}

// A reset empties the memory and leaves the append-only file and the snapshot as they were (clusterReset, Redis 7.0 to 8.6,
// Valkey to 9.1): started again, the node would have its old keys and claim their slots. It is empty and alone here.
async function emptyStore({ address }: NodeRef, timeoutMilliseconds: number, nodes: ManagedNodes): Promise<void> {
  try {
    await nodes.node(address).command(['FLUSHALL'], { timeoutMilliseconds });
  } catch (error) {
    // It was met again and follows somebody: then it is reset once more. Or the command was renamed.
    if (!/^(READONLY|ERR unknown command)/i.test(refusalText(error))) throw error;
  }
}

function stillLoading(error: unknown): undefined {
  if (!isLoading(error)) throw error;
}

// A reset leaves them, and a node that stands by shall bring none along.
async function clearFunctions({ address }: NodeRef, nodes: ManagedNodes): Promise<void> {
  try {
    await nodes.node(address).command(['FUNCTION', 'FLUSH']);
  } catch (error) {
    if (!isNotAvailable(error)) throw error;
  }
}
