import { l10n } from 'vscode';
import { durationText, type OperationResult, type Plan } from '../../core/index';

/** What is over sooner was waited for and seen. */
const soonMilliseconds = 3000;

/** Their results are shown as documents. */
const shownOtherwise: ReadonlySet<Plan['kind']> = new Set<Plan['kind']>(['runCommand', 'setConfig', 'import']);

/** What a completed operation did and how long it took, a whole sentence; undefined where nobody needs to be told. */
export function completionText({ title, kind }: Plan, result: OperationResult): string | undefined {
  const { outcome, durationMilliseconds, notes } = result;
  if (outcome !== 'completed' || shownOtherwise.has(kind)) return undefined;
  // What a fix has mended shows nowhere else.
  if (durationMilliseconds < soonMilliseconds && kind !== 'fix') return undefined;
  return [l10n.t('{0}: done in {1}.', title, durationText(durationMilliseconds)), ...notes].join(' ');
}
