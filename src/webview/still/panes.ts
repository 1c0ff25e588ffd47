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
  views: PaneViews;
}

/**
 * The four views of one picture, and of a second one beside it, made when there first is one. `make` also makes them listen to
 * clicks and keys.
 */
export function createPanes(make: (place: 'main' | 'beside') => PaneViews): Panes {
  const main = createPane(make('main'));
  let second: Pane | undefined;
  let view: PageView = 'graph';
  const element = create('div', 'panes', [main.element]);

  return {
    element,
    shown,
    draw(pictures, given) {
      view = given.view;
      if (pictures?.beside && !second) {
        second = createPane(make('beside'));
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
        if (message.type === 'slotFigures') slots.figures.accept(message);
        else if (message.type === 'slotFiguresFailed') slots.figures.fail(message.by, message.reason);
        else if (pane.element.contains(document.activeElement) || pane === main) table.confirmCopy();
      }
    },
  };

  function shown(): View {
    const focused = second && !second.element.hidden && second.element.contains(document.activeElement);
    return (focused ? second! : main).views[view];
  }

  function fill(
    { element: place, heading, views }: Pane,
    { snapshot, marks }: Pictures['main'],
    title: string | undefined,
    given: Omit<ViewModel, 'snapshot' | 'marks'>,
  ): void {
    heading.hidden = title === undefined;
    setText(heading, title ?? '');
    setAttribute(place, 'aria-label', title);
    setAttribute(place, 'role', title === undefined ? undefined : 'group');
    for (const each of new Set(Object.values(views))) each.element.hidden = each !== views[view];
    views[view].update({ ...given, snapshot, ...(marks && { marks }) });
  }
}

function createPane(views: PaneViews): Pane {
  const heading = create('h2', 'pane-title');
  const all = [...new Set(Object.values(views))].map(({ element }) => element);
  return { heading, views, element: create('div', 'pane', [heading, ...all]) };
}
