import type { FromPage, PageSlotsState, PageView } from '../shared/pageProtocol';
import type { WhatIfSubject } from '../shared/pageWhatIf';
import { listenToItemKeys, type KeyActions } from './keyboard';
import type { PaneViews } from './still/panes';
import { viewCode } from './viewCode';

export interface ViewActions {
  post: (message: FromPage) => void;
  keys: KeyActions;
  /** A node was clicked. */
  choose: (nodeId: string) => void;
  askWhatIf: (subject: WhatIfSubject) => void;
  /** Where the reader was in the slots before a reload. */
  slotsState: () => PageSlotsState | undefined;
  /** Keeps where the reader is in the slots over a reload. */
  keepSlots: (where: PageSlotsState) => void;
}

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
