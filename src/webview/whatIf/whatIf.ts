import type { FromPage, Snapshot } from '../../shared/pageProtocol';
import { isSameSubject, type PageWhatIf, type PageWhatIfAnswer, type WhatIfSubject } from '../../shared/pageWhatIf';
import { create, createIcon, setText } from '../dom';
import { fatesOf, type Fates } from './fates';
import { whatIfStrings as strings } from './whatIfStrings';

export interface WhatIfBanner {
  element: HTMLElement;
  /** Present while there is an answer. */
  readonly fates: Fates | undefined;
  readonly isOn: boolean;
  ask(subject: WhatIfSubject): void;
  accept(answer: PageWhatIfAnswer): void;
  /** A new picture: names are written anew, and the question is asked again. */
  follow(snapshot: Snapshot): void;
  /** False when there was nothing to leave. */
  leave(): boolean;
}

interface WhatIfActions {
  post: (message: FromPage) => void;
  redraw: () => void;
  announce: (text: string) => void;
}

/** Says what would be lost if something died, and what would mend it. It asks the extension, and never acts. */
export function createWhatIf(actions: WhatIfActions): WhatIfBanner {
  let subject: WhatIfSubject | undefined;
  let answer: PageWhatIfAnswer | undefined;
  let snapshot: Snapshot | undefined;
  let fates: Fates | undefined;
  let said = '';

  const title = create('h2', 'what-if-title');
  const text = create('p', 'what-if-text');
  const remedy = create('p', 'what-if-remedy');
  const mends = create('div', 'what-if-mends');
  const close = create('button', 'icon-button', [createIcon('close')]);
  close.type = 'button';
  close.title = strings.close;
  close.setAttribute('aria-label', strings.close);
  close.addEventListener('click', leave);
  const element = create('section', 'what-if', [
    create('div', 'what-if-head', [
      createIcon('beaker'),
      title,
      create('span', 'what-if-note', [strings.onlyThought]),
      close,
    ]),
    text,
    remedy,
    mends,
  ]);
  element.setAttribute('aria-label', strings.label);
  element.hidden = true;

  return {
    element,
    get fates() {
      return fates;
    },
    get isOn() {
      return subject !== undefined;
    },
    ask(about) {
      if (!subject || !isSameSubject(subject, about)) {
        answer = undefined;
        said = '';
      }
      subject = about;
      actions.post({ type: 'whatIf', subject });
      draw();
    },
    accept(given) {
      // The answer to a question that was taken back, or replaced.
      if (!subject || !isSameSubject(subject, given.subject)) return;
      // With each poll the same is answered again.
      if (JSON.stringify(given) === JSON.stringify(answer)) return;
      answer = given;
      draw();
    },
    follow(next) {
      const sameCluster = snapshot?.clusterId === next.clusterId;
      snapshot = next;
      if (!sameCluster) leave();
      else if (subject) actions.post({ type: 'whatIf', subject });
    },
    leave,
  };

  function leave(): boolean {
    if (!subject) return false;
    subject = undefined;
    answer = undefined;
    said = '';
    draw();
    return true;
  }

  function draw(): void {
    const loss = answer && 'loss' in answer ? answer.loss : undefined;
    fates = loss && snapshot && fatesOf(loss, snapshot.shards);
    element.hidden = subject === undefined;
    if (subject) {
      setText(title, strings.title(nameOf(subject)));
      setText(text, answer ? ('loss' in answer ? answer.loss.text : answer.reason) : strings.asking);
      setText(remedy, loss?.remedy ?? '');
      remedy.hidden = loss?.remedy === undefined;
      drawMends(loss?.mends ?? []);
      element.dataset.tone = !loss ? 'plain' : loss.slotsDownCount > 0 || loss.losesMajority ? 'bad' : 'good';
      if (answer && text.textContent !== said) {
        said = text.textContent;
        actions.announce([said, loss?.remedy ?? ''].join(' ').trim());
      }
    }
    actions.redraw();
  }

  /** Kept as they are while they say the same: one of them may have the focus. */
  function drawMends(wanted: PageWhatIf['mends']): void {
    mends.hidden = wanted.length === 0;
    const drawn = JSON.stringify(wanted);
    if (mends.dataset.drawn === drawn) return;
    mends.dataset.drawn = drawn;
    mends.replaceChildren(
      ...wanted.map(({ title: words, request }) => {
        const button = create('button', 'command-button', [words]);
        button.type = 'button';
        button.addEventListener('click', () => actions.post({ type: 'run', request }));
        return button;
      }),
    );
  }

  function nameOf(about: WhatIfSubject): string {
    if (about.kind !== 'node') return strings.place(about.kind, about.label);
    return snapshot?.nodes.find(({ id }) => id === about.nodeId)?.address ?? about.nodeId.slice(0, 8);
  }
}
