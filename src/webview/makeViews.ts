import type { FromPage, PageSlotsState } from '../shared/pageProtocol';
import type { WhatIfSubject } from '../shared/pageWhatIf';
import { createHosts } from './hosts/hosts';
import { listenToItemKeys, type KeyActions } from './keyboard';
import { createScaledGraph } from './scale/scaledGraph';
import { createSlots } from './slots/slotsView';
import type { PaneViews } from './still/panes';
import { createTable } from './table/table';

export interface ViewActions {
  post: (message: FromPage) => void;
  keys: KeyActions;
  /** A node was clicked. */
  choose: (nodeId: string) => void;
  askWhatIf: (subject: WhatIfSubject) => void;
  /** Keeps where the reader is in the slots over a reload. */
  keepSlots: (where: PageSlotsState) => void;
}

/** The four views of one picture, listening to clicks and keys on their items. */
export function makeViews(actions: ViewActions, slotsState: PageSlotsState | undefined): PaneViews {
  const { post, keys, choose, askWhatIf, keepSlots } = actions;
  const views: PaneViews = {
    graph: createScaledGraph(),
    hosts: createHosts({ ask: askWhatIf }),
    slots: createSlots({ post, keep: keepSlots }, slotsState),
    table: createTable({ copy: text => post({ type: 'copy', text }) }),
  };
  for (const { items } of Object.values(views)) {
    listenToItemKeys(items, keys);
    items.addEventListener('click', event => {
      const nodeId = findNodeId(event);
      if (nodeId !== undefined) choose(nodeId);
    });
    items.addEventListener('dblclick', event => {
      const nodeId = findNodeId(event);
      if (nodeId !== undefined) post({ type: 'reveal', nodeId });
    });
  }
  return views;
}

function findNodeId(event: Event): string | undefined {
  return (event.target as HTMLElement).closest<HTMLElement>('[data-node-id]')?.dataset.nodeId;
}
