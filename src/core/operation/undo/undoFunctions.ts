import type { NodeRef } from '../../plan/types';
import { settleEach } from '../steps/eachNode';
import { whatOf } from '../whatOf';
import type { UndoContext, UndoResult } from './types';

/** Puts the function libraries of these nodes (`host:port`) back to what was written down. Never throws. */
export async function undoFunctions(
  ours: ReadonlySet<string>,
  { nodes, record }: Pick<UndoContext, 'nodes' | 'record'>,
): Promise<UndoResult> {
  const before = [...record.functionsBefore()].filter(([address]) => ours.has(address));
  const outcomes = await settleEach(before, async ([address, { node, dump }]) => {
    await nodes
      .node(address)
      .command(dump === null ? ['FUNCTION', 'FLUSH'] : ['FUNCTION', 'RESTORE', Buffer.from(dump, 'base64'), 'FLUSH']);
    await record.writeIfPossible([{ type: 'functionsRestored', node }]);
  });
  const failures = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [{ node: before[index]![1].node, reason: outcome.reason as unknown }] : [],
  );
  return {
    notes: failures.map(
      ({ node, reason }: { node: NodeRef; reason: unknown }) =>
        `The function libraries of ${node.address} may not be as before. ${whatOf(reason)}`,
    ),
    settled: failures.length === 0,
  };
}
