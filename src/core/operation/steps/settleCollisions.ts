import type { BufferReply, CommandWords } from '../../connection/types';
import { digestOf } from '../../migration/payload';
import type { CollisionChoice, NodeRef } from '../../plan/types';
import { count } from '../../topology/wording';
import { OperationError } from '../operationError';
import { throwRefusals } from './replies';
import type { RunStep, StepContext } from './types';

/**
 * Deletes copies of keys that were not chosen. Only while the chosen copy is there, and both are what was chosen from.
 * Throws an OperationError `copiesChanged`.
 */
export const settleCollisions: RunStep<'settleCollisions'> = async ({ choices }, context) => {
  for (const choice of choices) {
    context.signal.throwIfAborted();
    context.report(`Deleting copies of ${count(choices.length, 'key')}.`);
    await settle(choice, context);
  }
};

async function settle(choice: CollisionChoice, { nodes }: StepContext): Promise<void> {
  const { keep, drop, digests, name } = choice;
  for (const node of drop) {
    const [kept] = await send(keep, choice, ['DUMP'], nodes);
    const [dropped] = await send(node, choice, ['DUMP'], nodes);
    if (!Buffer.isBuffer(dropped)) continue;
    const isKnown = (dump: unknown): boolean => Buffer.isBuffer(dump) && digests.includes(digestOf(dump));
    if (!isKnown(kept) || !isKnown(dropped))
      throw new OperationError(
        'copiesChanged',
        `The copies of ${name} at ${keep.address} and ${node.address} are no longer what you chose from.`,
        { node: node.address, remedy: 'Look at the slots again, and choose anew.' },
      );
    await send(node, choice, ['DEL'], nodes);
  }
}

async function send(
  { address }: NodeRef,
  { key, database }: CollisionChoice,
  names: readonly [string, ...string[]],
  nodes: StepContext['nodes'],
): Promise<BufferReply[]> {
  // One of its own, for SELECT.
  const connection = nodes.open(address);
  try {
    const words = names.flatMap((name): CommandWords[] => [['ASKING'], [name, Buffer.from(key, 'base64')]]);
    const replies = await connection.pipelineBuffers([
      ...(database === 0 ? [] : [['SELECT', database] as const]),
      ...words,
    ]);
    throwRefusals(replies as (string | Error)[]);
    return (replies as BufferReply[]).slice(database === 0 ? 0 : 1).filter((_, index) => index % 2 === 1);
  } finally {
    connection.close();
  }
}
