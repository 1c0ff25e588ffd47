import type { PageView } from '../shared/pageProtocol';
import { listenToItemKeys } from './keyboard';
import type { PaneViews } from './still/panes';
import { viewCode, type ViewActions } from './viewCode';

/** A view of one picture, listening to clicks and keys on its items. Its code must be there. */
export function makeView<Name extends PageView>(name: Name, actions: ViewActions): PaneViews[Name] {
  const make = viewCode(name);
  if (!make) throw new Error(`The code of the view "${name}" is not loaded.`);
  const view = make(actions);
  const { items } = view;
  listenToItemKeys(items, actions.keys);
  items.addEventListener('click', event => {
    const nodeId = findNodeId(event);
    if (nodeId !== undefined) actions.choose(nodeId);
  });
  items.addEventListener('dblclick', event => {
    const nodeId = findNodeId(event);
    if (nodeId !== undefined) actions.post({ type: 'reveal', nodeId });
  });
  return view;
}

function findNodeId(event: Event): string | undefined {
  return (event.target as HTMLElement).closest<HTMLElement>('[data-node-id]')?.dataset.nodeId;
}
