import type { Snapshot } from '../shared/pageProtocol';
import { create, createIcon, setAttribute, setClippedText, setText } from './dom';
import { strings } from './strings';

export interface OperationView {
  element: HTMLElement;
  update(operation: Snapshot['operation']): void;
}

/** What runs now and how far it is; of what runs in another window, that it does. */
export function createOperation(): OperationView {
  const title = create('span', 'operation-title clip');
  const message = create('span', 'operation-message clip');
  const percent = create('span', 'operation-percent');
  const bar = create('div', 'operation-bar');
  const track = create('div', 'operation-track', [bar]);
  const element = create('div', 'operation', [
    create('div', 'operation-line', [createIcon('sync'), title, message, percent]),
    track,
  ]);
  track.setAttribute('role', 'progressbar');
  track.setAttribute('aria-valuemin', '0');
  track.setAttribute('aria-valuemax', '100');
  element.hidden = true;

  return {
    element,
    update(operation) {
      element.hidden = !operation;
      if (!operation) return;
      const { fraction } = operation;
      setClippedText(title, operation.title);
      setClippedText(message, operation.message);
      percent.hidden = track.hidden = fraction === undefined;
      if (fraction === undefined) return;
      const done = Math.round(Math.min(1, Math.max(0, fraction)) * 100);
      setText(percent, strings.percent(done));
      setAttribute(track, 'aria-label', operation.title);
      setAttribute(track, 'aria-valuenow', String(done));
      setAttribute(track, 'aria-valuetext', strings.progress(done, operation.message));
      bar.style.transform = `scaleX(${done / 100})`;
    },
  };
}
