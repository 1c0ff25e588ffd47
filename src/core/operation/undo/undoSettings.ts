import { settleEach } from '../steps/eachNode';
import { groupByNode, restoreOn } from '../steps/restoreSettings';
import { whatOf } from '../whatOf';
import type { UndoContext, UndoResult } from './types';

/**
 * Puts back every setting the operation changed, on every node that can be asked. `adjective`: what they are called in the
 * notes. Never throws.
 */
export async function undoSettings({ nodes, record, report }: UndoContext, adjective = 'lowered'): Promise<UndoResult> {
  const byNode = [...groupByNode(record.lowered())];
  if (byNode.length === 0) return { notes: [], settled: true };
  report(`Putting back settings on ${byNode.length} nodes.`);
  const outcomes = await settleEach(byNode, async ([address, settings]) => {
    const texts = await restoreOn(address, settings, nodes);
    await record.writeIfPossible(settings.map(({ node, parameter }) => ({ type: 'settingRestored', node, parameter })));
    return texts;
  });
  const notes: string[] = [];
  const restored = outcomes.filter(({ status }) => status === 'fulfilled').length;
  if (restored > 0)
    notes.push(`The ${adjective} settings were put back on ${restored} ${restored === 1 ? 'node' : 'nodes'}.`);
  outcomes.forEach((outcome, index) => {
    if (outcome.status === 'fulfilled') return void notes.push(...outcome.value);
    const [address, settings] = byNode[index]!;
    const left = settings.map(({ parameter, value, original }) => `${parameter} is ${value} instead of ${original}`);
    notes.push(`${address} may still have ${adjective} settings: ${left.join(', ')}. ${whatOf(outcome.reason)}`);
  });
  return { notes, settled: restored === byNode.length };
}
