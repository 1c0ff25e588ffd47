import type { FromPage, PageSlotsState, PageView } from '../shared/pageProtocol';
import type { WhatIfSubject } from '../shared/pageWhatIf';
import type { KeyActions } from './keyboard';
import { createScaledGraph } from './scale/scaledGraph';
import type { PaneViews } from './still/panes';

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

export type MakeView<Name extends PageView> = (actions: ViewActions) => PaneViews[Name];

/** The graph comes with the page: it is what most see first. The other views come when they are wanted, or once the page rests. */
let code: { [Name in PageView]?: MakeView<Name> } = { graph: createScaledGraph };

/** What makes a view; undefined while its code is not there. */
export function viewCode<Name extends PageView>(view: Name): MakeView<Name> | undefined {
  return code[view];
}

/** Rejects when the script cannot be read; it may be asked again. */
export async function loadView(view: PageView): Promise<void> {
  if (!code[view]) await loadOtherViews();
}

/** Ahead of need: what fails here is told when it is wanted. */
export async function loadAllViews(): Promise<void> {
  await loadOtherViews().catch(() => {});
}

async function loadOtherViews(): Promise<void> {
  const { createHosts, createSlots, createTable } = await import('./otherViews');
  code = {
    ...code,
    slots: ({ post, keepSlots, slotsState }) => createSlots({ post, keep: keepSlots }, slotsState()),
    hosts: ({ askWhatIf }) => createHosts({ ask: askWhatIf }),
    table: ({ post }) => createTable({ copy: text => post({ type: 'copy', text }) }),
  };
}
