import type { Snapshot } from '../shared/pageProtocol';
import { create, createIcon, setAttribute, setIcon, setText } from './dom';
import { createEventRow, type EventRow } from './drawEvent';
import { strings } from './strings';

export interface TimelineView {
  element: HTMLElement;
  update(snapshot: Snapshot | undefined, folded: boolean): void;
  /** Asks to be folded if the focus is in it; false when there is nothing to fold. */
  fold(): boolean;
}

const SHOWN_AT_FIRST = 6;

/** What happened, newest first, below the graph. Rows stay the same elements while their event goes on. */
export function createTimeline(showNode: (nodeId: string) => void, onFold: (folded: boolean) => void): TimelineView {
  let snapshot: Snapshot | undefined;
  let folded = false;
  let all = false;
  const rows = new Map<string, EventRow>();

  const chevron = createIcon();
  const latest = create('span', 'timeline-latest clip');
  const title = create('span', 'timeline-title', [strings.timeline]);
  const toggle = create('button', 'timeline-toggle', [chevron, createIcon('history'), title, latest]);
  const list = create('ol', 'timeline-list');
  const more = create('button', 'link');
  const body = create('div', 'timeline-body', [list, more]);
  const element = create('section', 'timeline', [create('h2', '', [toggle]), body]);
  toggle.type = more.type = 'button';
  body.id = 'timeline-body';
  list.setAttribute('aria-label', strings.timeline);
  toggle.setAttribute('aria-controls', body.id);
  element.hidden = true;
  toggle.addEventListener('click', () => onFold(!folded));
  more.addEventListener('click', () => {
    all = !all;
    draw();
  });

  return {
    element,
    update(given, isFolded) {
      if (given?.clusterId !== snapshot?.clusterId) all = false;
      snapshot = given;
      folded = isFolded;
      draw();
    },
    fold() {
      const folds = !folded && !element.hidden && element.contains(document.activeElement);
      if (folds) {
        onFold(true);
        toggle.focus();
      }
      return folds;
    },
  };

  function draw(): void {
    const events = snapshot?.events ?? [];
    const [newest] = events;
    element.hidden = !newest;
    if (!snapshot || !newest) return;
    setAttribute(toggle, 'aria-expanded', String(!folded));
    setIcon(chevron, folded ? 'chevron-right' : 'chevron-down');
    setText(latest, folded ? newest.text : '');
    setAttribute(toggle, 'title', folded ? newest.text : undefined);
    body.hidden = folded;
    more.hidden = events.length <= SHOWN_AT_FIRST;
    setText(more, all ? strings.fewerEvents : strings.moreEvents(events.length - SHOWN_AT_FIRST));
    drawRows(all ? events : events.slice(0, SHOWN_AT_FIRST), snapshot);
  }

  function drawRows(events: Snapshot['events'], { nodes, nowMilliseconds }: Snapshot): void {
    const focused = document.activeElement;
    const names = new Map(nodes.map(node => [node.id, node.name]));
    const wanted = new Set(events.map(({ id }) => id));
    for (const [id, row] of rows) {
      if (wanted.has(id)) continue;
      row.element.remove();
      rows.delete(id);
    }
    events.forEach((event, index) => {
      const row = rows.get(event.id) ?? createEventRow(showNode);
      rows.set(event.id, row);
      row.update(event, names, nowMilliseconds);
      const standsHere = list.children[index];
      if (standsHere !== row.element) list.insertBefore(row.element, standsHere ?? null);
    });
    // Its row was moved, or is gone.
    if (focused instanceof HTMLElement && focused !== document.activeElement)
      (list.contains(focused) ? focused : toggle).focus({ preventScroll: true });
  }
}
