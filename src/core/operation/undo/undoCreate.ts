import type { NodeRef } from '../../plan/types';
import { settleEach } from '../steps/eachNode';
import { whatOf } from '../whatOf';
import { lookBeforeReset, type Remains } from './remains';
import { resetNodes } from './resetNodes';
import type { UndoContext, UndoResult } from './types';
import { undoSettings } from './undoSettings';

/**
 * Takes a creation back: settings first, then the nodes it found empty and changed are reset, then their function
 * libraries are as before. A node that holds keys, or is no longer the one that was found, is left and named. Once all
 * nodes had agreed, the cluster is complete and stays. Never throws.
 */
export async function undoCreate(context: UndoContext): Promise<UndoResult> {
  const settings = await undoSettings(context);
  if (isComplete(context)) {
    const kept = 'The cluster is complete and was kept.';
    return { notes: [...settings.notes, kept], settled: settings.settled };
  }
  const remains = await lookBeforeReset(context);
  const reset = await resetNodes(remains, context);
  const functions = await undoFunctions(remains, context);
  const parts = [settings, reset, functions];
  return { notes: parts.flatMap(({ notes }) => notes), settled: parts.every(({ settled }) => settled) };
}

function isComplete({ plan, record }: UndoContext): boolean {
  const agreement = plan.steps.findIndex(({ kind }) => kind === 'awaitAgreement');
  return record.hasFinished(agreement);
}

async function undoFunctions(remains: Remains, { nodes, record }: UndoContext): Promise<UndoResult> {
  const { masters, replicas, untouched, renamed } = remains;
  const ours = new Set([...masters, ...replicas, ...untouched, ...renamed].map(({ address }) => address));
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
