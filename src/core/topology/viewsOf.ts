import type { Look, NodeView } from './types';

/** What the nodes said that answered, in the order of the looks. */
export function viewsOf(looks: Iterable<Look>): NodeView[] {
  return [...looks].flatMap(look => ('view' in look ? [look.view] : []));
}
