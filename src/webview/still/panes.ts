import type { PageView, ToPage } from '../../shared/pageProtocol';
import { create, setAttribute, setText } from '../dom';
import type { SlotsView } from '../slots/slotsView';
import type { TableView } from '../table/table';
import type { View, ViewModel } from '../view';
import type { Pictures } from './still';
import { stillStrings as strings } from './stillStrings';

export type PaneViews = Record<PageView, View> & { slots: SlotsView; table: TableView };

export interface Panes {
  element: HTMLElement;
  /** The view that keys act on: that of the picture with the focus, else of the first. */
  shown(): View;
  /** Nothing to draw: all of it is hidden. `given`: what is the same for both pictures. */
  draw(pictures: Pictures | undefined, given: Omit<ViewModel, 'snapshot' | 'marks'>): void;
  /** To the view of each picture. */
  tell(message: Extract<ToPage, { type: 'slotFigures' | 'slotFiguresFailed' | 'copied' }>): void;
}

interface Pane {
  element: HTMLElement;
  heading: HTMLElement;
  /** Those that were shown so far. */
  views: Partial<PaneViews>;
}

/** Makes a view that listens to clicks and keys. */
type MakePaneView = <Name extends PageView>(name: Name) => PaneViews[Name];

/** The views of one picture, and of a second one beside it; each is made when it is first shown. `view`: the first one. */
export function createPanes(view: PageView, make: (place: 'main' | 'beside') => MakePaneView): Panes {
  const main = createPane();
  let second: Pane | undefined;
  const element = create('div', 'panes', [main.element]);

  return {
    element,
    shown,
    draw(pictures, given) {
      view = given.view;
      if (pictures?.beside && !second) {
        second = createPane();
        element.append(second.element);
      }
      element.hidden = !pictures || pictures.main.snapshot.nodes.length === 0;
      element.classList.toggle('two', pictures?.beside !== undefined);
      if (second) second.element.hidden = !pictures?.beside;
      if (element.hidden || !pictures) return;
      fill(main, pictures.main, pictures.beside ? strings.side.before : undefined, given);
      if (second && pictures.beside) fill(second, pictures.beside, strings.side.after, given);
    },
    tell(message) {
      for (const pane of second ? [main, second] : [main]) {
        const { slots, table } = pane.views;
        if (message.type === 'slotFigures') slots?.figures.accept(message);
        else if (message.type === 'slotFiguresFailed') slots?.figures.fail(message.by, message.reason);
        else if (pane.element.contains(document.activeElement) || pane === main) table?.confirmCopy();
      }
    },
  };

  function shown(): View {
    const focused = second && !second.element.hidden && second.element.contains(document.activeElement);
    return viewOf(focused ? second! : main);
  }

  function viewOf(pane: Pane): View {
    const { views } = pane;
    const made: View | undefined = views[view];
    if (made) return made;
    const next = make(pane === main ? 'main' : 'beside')(view);
    Object.assign(views, { [view]: next });
    pane.element.append(next.element);
    return next;
  }

  function fill(
    pane: Pane,
    { snapshot, marks }: Pictures['main'],
    title: string | undefined,
    given: Omit<ViewModel, 'snapshot' | 'marks'>,
  ): void {
    const { element: place, heading, views } = pane;
    const shownView = viewOf(pane);
    heading.hidden = title === undefined;
    setText(heading, title ?? '');
    setAttribute(place, 'aria-label', title);
    setAttribute(place, 'role', title === undefined ? undefined : 'group');
    for (const each of Object.values(views)) each.element.hidden = each !== shownView;
    shownView.update({ ...given, snapshot, ...(marks && { marks }) });
  }
}

function createPane(): Pane {
  const heading = create('h2', 'pane-title');
  return { heading, views: {}, element: create('div', 'pane', [heading]) };
}
