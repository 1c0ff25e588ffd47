import { joinSome } from '../../plan/phrases';
import type { UndoContext, UndoResult } from './types';

/** Takes nothing back, for no server can: tells which nodes it was sent to. Never throws. */
export function undoCommand({ plan, record }: UndoContext): Promise<UndoResult> {
  const sent = [...record.commands().values()];
  const of = (...states: readonly string[]): string =>
    joinSome(sent.filter(({ state }) => states.includes(state)).map(({ node }) => node.address));
  const untouched = plan.steps
    .flatMap(step => (step.kind === 'runCommand' ? step.nodes : []))
    .filter(({ id }) => !record.commands().has(id));
  const notes = [
    ...(of('done') ? [`It ran on ${of('done')} and is not taken back.`] : []),
    ...(of('refused') ? [`${of('refused')} refused it.`] : []),
    ...(of('sent') ? [`It was sent to ${of('sent')}; whether it ran there is not known.`] : []),
    ...(untouched.length > 0 ? [`It was not sent to ${joinSome(untouched.map(({ address }) => address))}.`] : []),
  ];
  return Promise.resolve({ notes, settled: true });
}
