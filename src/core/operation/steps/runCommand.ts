import { fromPlanWord, shortCommandLine, type GivenWord } from '../../plan/command/commandText';
import { judgeCommand } from '../../plan/command/judgeCommand';
import { count, joinWords } from '../../plan/phrases';
import type { NodeRef } from '../../plan/types';
import type { NodeConnection } from '../../connection/types';
import { askCommandInfo } from '../command/askCommandInfo';
import { failureOf, sendToNode } from '../command/sendToNode';
import { groupOutcomes } from '../groupOutcomes';
import { OperationError } from '../operationError';
import type { NodeOutcome } from '../types';
import { fanOutSettled } from './fanOut';
import type { RunStep, StepContext } from './types';

/** FLUSHALL of many keys takes a server that long. */
const TIMEOUT_MILLISECONDS = 30_000;

/**
 * Sends a command once to each node. That it goes there is on disk before: a node that may have got it from an earlier process is
 * not sent it again. Those that refuse or do not answer are named in notes. Throws an OperationError `commandRefused` when none did it.
 */
export const runCommand: RunStep<'runCommand'> = async (step, context) => {
  const words = step.words.map(fromPlanWord);
  context.report(`Sending ${shortCommandLine(words)} to ${count(step.nodes.length, 'node')}.`);
  const settled = await fanOutSettled(step.nodes, context, node => runAt(node, words, context));
  context.signal.throwIfAborted();
  const outcomes = settled.map((outcome, index) =>
    outcome.status === 'fulfilled' ? outcome.value : failureOf(step.nodes[index]!, outcome.reason),
  );
  outcomes.forEach(context.tellOutcome);
  // The notes go into the journal: replies, which can hold anything, do not.
  const failed = groupOutcomes(outcomes.filter(({ state }) => state !== 'done')).map(({ text }) => text);
  if (failed.length > 0 && outcomes.every(({ state }) => state === 'refused' || state === 'notSent'))
    throw new OperationError('commandRefused', `No node did it. ${joinWords(failed)}`, {
      node: outcomes[0]!.node.address,
      remedy: 'Nodes that refused have changed nothing.',
    });
  failed.forEach(context.note);
};

async function runAt(node: NodeRef, words: readonly GivenWord[], context: StepContext): Promise<NodeOutcome> {
  const { record, nodes, signal } = context;
  const before = record.commands().get(node.id)?.state;
  if (before !== undefined) return { node, ...earlier[before] };
  signal.throwIfAborted();
  const connection = nodes.open(node.address);
  try {
    const obstacle = await whyNot(node, words, connection, signal);
    if (obstacle !== undefined) return { node, state: 'notSent', text: obstacle };
    signal.throwIfAborted();
    await record.write([{ type: 'commandSent', node }], { durable: true });
    // From here on it is not broken off: what came of it has to be known.
    const outcome = await sendToNode(node, words, connection, { timeoutMilliseconds: TIMEOUT_MILLISECONDS });
    const { state } = outcome;
    if (state === 'done' || state === 'refused')
      await record.writeIfPossible([{ type: 'commandAnswered', node, state }]);
    return outcome;
  } finally {
    connection.close();
  }
}

const earlier = {
  sent: {
    state: 'silent',
    text: 'It was sent here before the interruption, and whether it ran is not known: it was not sent again.',
  },
  done: { state: 'done', text: 'It ran before the interruption; it was not sent again.' },
  refused: { state: 'refused', text: 'It was refused before the interruption; it was not sent again.' },
} as const;

/** Looked at on the connection it will go over: who answers there, and what that server makes of the command. */
async function whyNot(
  { id, address }: NodeRef,
  words: readonly GivenWord[],
  connection: NodeConnection,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const [own] = await connection.pipeline([['CLUSTER', 'MYID']], { signal });
    if (typeof own === 'string' && own !== id) return `Another node answers at ${address} now: it was not sent there.`;
    const nature = judgeCommand(words, [await askCommandInfo(words, connection, { signal })]);
    return nature.kind === 'refused' ? `${nature.reason} It was not sent.` : undefined;
  } catch (error) {
    signal.throwIfAborted();
    return failureOf({ id, address }, error).text;
  }
}
