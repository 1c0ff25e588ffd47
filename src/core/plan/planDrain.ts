import type { Topology } from '../topology/types';
import { isAble, memberCase, findMemberCase } from './members/memberCase';
import { count, joinSome } from './phrases';
import { mastersText, planReshard } from './planReshard';
import type { MoveRequest } from './slots/moveCase';
import { nodeNamed } from './slots/nameMaster';
import type { Plan, PlanWarning } from './types';

export interface DrainRequest extends MoveRequest {
  /** The master that gives all its slots away. Id, start of an id, or `host:port`. */
  master: string;
  /** Who gets them, as many each; default all others with slots, and where none has any, all others. */
  to?: string | readonly string[] | undefined;
}

/** Plans that a master gives all its slots away and stays a master without. Throws what `planReshard` throws. */
export function planDrain(topology: Topology, { master: name, to, ...request }: DrainRequest): Plan {
  const master = nodeNamed(topology, name);
  const { members } = findMemberCase(topology, master) ?? memberCase(topology);
  const others = members.filter(node => node.role === 'master' && node.id !== master.id && isAble(node));
  const [serving, empty] = [others.filter(({ slots }) => !slots.isEmpty), others.filter(({ slots }) => slots.isEmpty)];
  const takers = (serving.length > 0 ? serving : empty).map(({ id }) => id);
  const plan = planReshard(topology, {
    ...request,
    slots: master.slots.toString(),
    from: [master.id],
    to: to ?? takers,
    keepEmptied: true,
  });
  const targets = [to ?? takers].flat().map(taker => nodeNamed(topology, taker));
  const isLeftOut = to === undefined && serving.length > 0 && empty.length > 0;
  const one = empty.length === 1;
  const leftOut: PlanWarning = {
    code: 'emptyLeftOut',
    text: `${joinSome(empty.map(({ address }) => address))} ${one ? 'has' : 'have'} no slots and ${one ? 'gets' : 'get'} none: a drain spreads them over the masters that serve already. Move Slots gives them to ${one ? 'it' : 'one of these'}.`,
  };
  return {
    ...plan,
    title: `Drain ${master.address}: move ${count(master.slots.count, 'slot')} to ${mastersText(targets)}`,
    warnings: [...(isLeftOut ? [leftOut] : []), ...plan.warnings],
  };
}
