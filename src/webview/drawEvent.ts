import type { PageEvent, PageStage } from '../shared/pageProtocol';
import { create, createIcon, setAttribute, setIcon, setText } from './dom';
import { eventMarks } from './eventMarks';
import { formatAgo, formatClock } from './formatTimes';
import { language } from './language';
import { strings } from './strings';

export interface EventRow {
  element: HTMLElement;
  /** `names`: of the nodes that are there, by id. */
  update(event: PageEvent, names: ReadonlyMap<string, string>, nowMilliseconds: number): void;
}

const STAGES_SHOWN = 7;

/** One event: when, a glyph and a word for what, the sentence, which leads to its node, and its stages with their times. */
export function createEventRow(showNode: (nodeId: string) => void): EventRow {
  let drawn = '';
  let nodeId: string | undefined;

  const icon = createIcon();
  const word = create('span', 'event-word');
  const clock = create('time', 'event-clock');
  const ago = create('span', 'event-ago');
  const button = create('button', 'event-text');
  const plain = create('span', 'event-text');
  const stages = create('ol', 'event-stages');
  button.type = 'button';
  button.addEventListener('click', () => {
    if (nodeId !== undefined) showNode(nodeId);
  });
  const element = create('li', 'event', [
    create('div', 'event-when', [clock, ago]),
    icon,
    create('div', 'event-what', [word, button, plain, stages]),
  ]);

  return {
    element,
    update(event, names, nowMilliseconds) {
      nodeId = event.nodeIds.find(id => names.has(id));
      const name = nodeId === undefined ? undefined : names.get(nodeId);
      setText(ago, event.afterPause ? strings.found : formatAgo(nowMilliseconds - event.atMilliseconds));
      const now = JSON.stringify([event, name]);
      if (now === drawn) return;
      drawn = now;
      const { icon: glyph, tone } = eventMarks[event.kind];
      setAttribute(element, 'data-tone', tone);
      setAttribute(element, 'data-kind', event.kind);
      setIcon(icon, glyph);
      setText(word, strings.eventWord[event.kind]);
      setText(clock, formatClock(event.atMilliseconds));
      setAttribute(clock, 'datetime', new Date(event.atMilliseconds).toISOString());
      setAttribute(clock, 'title', new Date(event.atMilliseconds).toLocaleString(language));
      setText(button, event.text);
      setText(plain, event.text);
      button.hidden = name === undefined;
      plain.hidden = name !== undefined;
      setAttribute(button, 'title', name === undefined ? undefined : strings.showNode(name));
      stages.hidden = event.stages.length === 0;
      stages.replaceChildren(...createStages(event.stages));
    },
  };
}

/** How it began, and its last stages. */
function createStages(stages: readonly PageStage[]): HTMLElement[] {
  const [first, ...later] = stages;
  if (!first) return [];
  const shown = later.slice(-(STAGES_SHOWN - 1));
  const left = later.length - shown.length;
  const gap = left > 0 ? [create('li', 'stage-gap', [strings.moreStages(left)])] : [];
  return [
    createStage(first, formatClock(first.atMilliseconds)),
    ...gap,
    ...shown.map(stage => createStage(stage, strings.stageAfter(stage.atMilliseconds - first.atMilliseconds))),
  ];
}

function createStage({ atMilliseconds, kind, text }: PageStage, when: string): HTMLElement {
  const { icon, tone } = eventMarks[kind];
  // The sentence says the word again, and more.
  const face = create('span', 'stage-face', [
    createIcon(icon),
    create('span', 'stage-word', [strings.eventWord[kind]]),
    create('span', 'stage-time', [when]),
  ]);
  face.setAttribute('aria-hidden', 'true');
  const said = strings.stageLabel(atMilliseconds, text);
  const element = create('li', 'stage', [face, create('span', 'visually-hidden', [said])]);
  element.dataset.tone = tone;
  element.title = said;
  return element;
}
