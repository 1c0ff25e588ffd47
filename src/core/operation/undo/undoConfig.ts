import { settleEach } from '../steps/eachNode';
import { refusalText } from '../steps/replies';
import { rewriteConfig } from '../steps/rewriteConfig';
import { whatOf } from '../whatOf';
import type { UndoContext, UndoResult } from './types';
import { undoSettings } from './undoSettings';

/**
 * Puts settings back to what they were on every node, also in the configuration files that were written with the new ones.
 * Never throws.
 */
export async function undoConfig(context: UndoContext): Promise<UndoResult> {
  const { notes, settled } = await undoSettings(context, 'changed');
  const rewritten = context.record.rewritten();
  const outcomes = await settleEach(rewritten, node => rewriteConfig(node, context.nodes));
  const stale = outcomes.flatMap((outcome, index) =>
    outcome.status === 'fulfilled' || hasNoFile(outcome.reason)
      ? []
      : [
          `The configuration file of ${rewritten[index]!.address} may still have the new values. ${whatOf(outcome.reason)}`,
        ],
  );
  const all = [...notes, ...stale];
  return { notes: all.length > 0 ? all : ['Nothing was changed.'], settled: settled && stale.length === 0 };
}

function hasNoFile(error: unknown): boolean {
  return /without a config file/i.test(refusalText(error));
}
