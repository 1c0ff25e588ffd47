import { commandNature, type NodesToAsk } from './commandNature';
import { chooseNodes, type NodeChoice } from '../../plan/nodeChoice';
import type { GivenWord } from '../../plan/command/commandText';
import { PlanError } from '../../plan/planError';
import type { Topology } from '../../topology/types';
import { eachNode } from '../steps/eachNode';
import type { NodeOutcome } from '../types';
import { failureOf, sendToNode } from './sendToNode';

export interface RunCommandOptions {
  /** Default: all members. */
  nodes?: NodeChoice | undefined;
  /** A person agreed to a command that can hold servers up (`inspectCommand` calls it `asks`). */
  confirmed?: boolean | undefined;
  signal?: AbortSignal | undefined;
  /** For each node; default 10,000. */
  timeoutMilliseconds?: number | undefined;
}

/**
 * Runs a command that changes nothing on nodes, 50 at once, each on a connection of its own: what each replied, sorted by address.
 * Replies are cut at 64 KB of text. Throws a PlanError where the servers do not call it harmless: `needsPlan` (then
 * `planRunCommand`), `needsConfirmation`, or why it is not run at all; `noNodes`, `unknownNodes`, `duplicateNodes`. Rejects with
 * the reason of the signal.
 */
export async function runCommand(
  topology: Topology,
  nodes: NodesToAsk,
  words: readonly GivenWord[],
  { nodes: choice = 'all', confirmed = false, signal, timeoutMilliseconds = 10_000 }: RunCommandOptions = {},
): Promise<NodeOutcome[]> {
  const chosen = chooseNodes(topology, choice);
  const nature = await commandNature(chosen, nodes, words, signal);
  if (nature.kind === 'refused') throw new PlanError(nature.code, nature.reason, { remedy: nature.remedy });
  if (nature.kind === 'changes')
    throw new PlanError('needsPlan', nature.reason, { remedy: 'It is run by a plan only: planRunCommand makes it.' });
  if (nature.kind === 'asks' && !confirmed)
    throw new PlanError('needsConfirmation', nature.reason, { remedy: 'Run it again with confirmed set.' });
  const options = { timeoutMilliseconds, ...(signal && { signal }) };
  return eachNode(chosen, async ({ id, address }): Promise<NodeOutcome> => {
    const node = { id, address };
    try {
      const connection = nodes.open(address);
      try {
        return await sendToNode(node, words, connection, options);
      } finally {
        connection.close();
      }
    } catch (error) {
      signal?.throwIfAborted();
      return failureOf(node, error);
    }
  });
}
