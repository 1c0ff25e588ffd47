import type { PageEvent } from '../../shared/pageProtocol';
import { create, createIcon, setAttribute, setText } from '../dom';
import { eventMarks } from '../eventMarks';
import { stillStrings as strings } from './stillStrings';
import { eventTicks, fractionOf, timeAt } from './timeScale';

export interface TimeBarModel {
  sinceMilliseconds: number;
  nowMilliseconds: number;
  /** Absent: now. */
  shownMilliseconds?: number | undefined;
  events: readonly PageEvent[];
}

export interface TimeBarActions {
  /** Undefined: now. */
  goTo: (milliseconds: number | undefined) => void;
  step: (to: 'before' | 'after') => void;
}

export interface TimeBar {
  element: HTMLElement;
  /** Undefined while there is no past to show. */
  update(model: TimeBarModel | undefined): void;
  focus(): void;
}

/** The time that is kept as a line with a handle: dragged with the pointer, stepped from change to change by keys. */
export function createTimeBar(actions: TimeBarActions): TimeBar {
  const ticks = create('div', 'time-ticks');
  const handle = create('div', 'time-handle');
  const track = create('div', 'time-track', [ticks, create('div', 'time-line'), handle]);
  const words = create('span', 'time-shown');
  const element = create('section', 'time-bar', [createIcon('history'), track, words]);
  let model: TimeBarModel | undefined;
  let drawnTicks = '';

  element.hidden = true;
  element.setAttribute('aria-label', strings.slider);
  ticks.setAttribute('aria-hidden', 'true');
  words.setAttribute('aria-hidden', 'true');
  handle.setAttribute('role', 'slider');
  handle.setAttribute('aria-label', strings.slider);
  handle.setAttribute('aria-valuemin', '0');
  handle.tabIndex = 0;
  track.title = strings.sliderTitle;

  track.addEventListener('pointerdown', event => {
    if (event.button !== 0) return;
    track.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    drag(event);
  });
  track.addEventListener('pointermove', event => {
    if (track.hasPointerCapture(event.pointerId)) drag(event);
  });
  handle.addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  const before = (): void => actions.step('before');
  const after = (): void => {
    if (model?.shownMilliseconds !== undefined) actions.step('after');
  };
  const keys: Partial<Record<string, () => void>> = {
    ArrowLeft: before,
    ArrowDown: before,
    ArrowRight: after,
    ArrowUp: after,
    PageDown: () => leap(-1),
    PageUp: () => leap(1),
    Home: () => model && actions.goTo(model.sinceMilliseconds),
    End: () => actions.goTo(undefined),
  };

  return {
    element,
    focus: () => handle.focus({ preventScroll: true }),
    update(next) {
      model = next;
      element.hidden = next === undefined;
      if (!next) return;
      const { sinceMilliseconds, nowMilliseconds, shownMilliseconds } = next;
      const shownAt = shownMilliseconds ?? nowMilliseconds;
      setAttribute(handle, 'aria-valuemax', seconds(nowMilliseconds));
      setAttribute(handle, 'aria-valuenow', seconds(shownAt));
      const value = shownMilliseconds === undefined ? strings.nowLong : strings.sliderValue(shownAt, nowMilliseconds);
      setAttribute(handle, 'aria-valuetext', value);
      setText(words, value);
      setAttribute(words, 'title', strings.since(sinceMilliseconds, nowMilliseconds));
      element.classList.toggle('in-past', shownMilliseconds !== undefined);
      handle.style.left = `${fractionOf(shownAt, next) * 100}%`;
      drawTicks(next);
    },
  };

  function seconds(milliseconds: number): string {
    return String(Math.max(0, Math.round((milliseconds - (model?.sinceMilliseconds ?? 0)) / 1000)));
  }

  function leap(direction: 1 | -1): void {
    if (!model) return;
    const { nowMilliseconds, sinceMilliseconds, shownMilliseconds = nowMilliseconds } = model;
    const to = shownMilliseconds + direction * LEAP_MILLISECONDS;
    actions.goTo(to >= nowMilliseconds ? undefined : Math.max(sinceMilliseconds, to));
  }

  function drag(event: PointerEvent): void {
    if (!model) return;
    const { left, width } = track.getBoundingClientRect();
    actions.goTo(timeAt(width > 0 ? (event.clientX - left) / width : 1, model));
  }

  function drawTicks(given: TimeBarModel): void {
    const wanted = eventTicks(given);
    const drawn = wanted.map(({ place, kind }) => `${place} ${kind}`).join();
    if (drawn === drawnTicks) return;
    drawnTicks = drawn;
    ticks.replaceChildren(
      ...wanted.map(({ place, kind, text }) => {
        const { icon, tone } = eventMarks[kind];
        const tick = create('span', 'time-tick', [createIcon(icon)]);
        tick.dataset.tone = tone;
        tick.title = text;
        tick.style.left = `${place}%`;
        return tick;
      }),
    );
  }
}

const LEAP_MILLISECONDS = 60_000;
