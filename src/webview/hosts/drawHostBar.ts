import type { PageDomain, Snapshot } from '../../shared/pageProtocol';
import type { WhatIfSubject } from '../../shared/pageWhatIf';
import { create, createIcon, setAttribute, setIcon, setText } from '../dom';
import { joinFigures } from '../joinWords';
import { whatIfStrings } from '../whatIf/whatIfStrings';
import { hostStrings as strings } from './hostStrings';
import type { Matrix } from './matrix';
import { otherDomains, verdictOf } from './verdicts';

export type HostForm = 'boxes' | 'matrix';
const hostForms: readonly HostForm[] = ['boxes', 'matrix'];

export interface HostBar {
  element: HTMLElement;
  /** `subjectName`: what "What if" would ask about now. */
  update(snapshot: Snapshot, matrix: Matrix, form: HostForm, subjectName: string | undefined): void;
}

/** How hosts are drawn, what is wrong with who stands where, and the what-if. */
export function createHostBar(actions: {
  choose: (form: HostForm) => void;
  ask: (subject?: WhatIfSubject) => void;
}): HostBar {
  const forms = hostForms.map(form => {
    const button = create('button', '', [strings.form[form]]);
    button.type = 'button';
    button.title = strings.formTitle[form];
    button.addEventListener('click', () => actions.choose(form));
    return { form, button };
  });
  const switches = create(
    'div',
    'segmented',
    forms.map(({ button }) => button),
  );
  switches.setAttribute('role', 'group');
  switches.setAttribute('aria-label', strings.forms);
  const icon = createIcon();
  const summary = create('span', 'host-summary-text');
  const ask = create('button', 'command-button', [createIcon('beaker'), whatIfStrings.ask]);
  ask.type = 'button';
  ask.addEventListener('click', () => actions.ask());
  const domains = create('div', 'host-domains');
  domains.setAttribute('role', 'group');
  domains.setAttribute('aria-label', strings.domains);

  return {
    element: create('div', 'host-bar', [switches, create('span', 'host-summary', [icon, summary]), ask, domains]),
    update(snapshot, matrix, form, subjectName) {
      for (const each of forms) setAttribute(each.button, 'aria-pressed', String(each.form === form));
      const { text, isBad } = summarize(matrix, snapshot.domains.length > 0);
      setText(summary, text);
      setIcon(icon, isBad ? 'warning' : 'shield');
      setAttribute(summary.parentElement!, 'data-bad', isBad ? '' : undefined);
      ask.title = whatIfStrings.askTitle(subjectName);
      ask.disabled = subjectName === undefined;
      drawDomains(domains, otherDomains(snapshot), actions.ask);
    },
  };
}

function summarize({ rows }: Matrix, isJudged: boolean): { text: string; isBad: boolean } {
  if (rows.length === 1) return { text: strings.oneHost, isBad: true };
  const count = (verdict: string): number => rows.filter(row => row.verdict === verdict).length;
  const shards = (sharing: string): number =>
    new Set(rows.flatMap(({ cells }) => cells.filter(cell => cell.sharing === sharing).map(cell => cell.shardIndex)))
      .size;
  const parts = [
    ...(count('quorum') > 0 ? [strings.killQuorum(count('quorum'))] : []),
    ...(count('slots') > 0 ? [strings.takeSlots(count('slots'))] : []),
    ...(shards('whole') > 0 ? [strings.whole(shards('whole'))] : []),
    ...(shards('shared') > 0 ? [strings.shared(shards('shared'))] : []),
  ];
  if (parts.length > 0) return { text: joinFigures(parts), isBad: true };
  return { text: isJudged ? strings.fine : strings.unknown, isBad: false };
}

/** One button each, kept while it is there. */
function drawDomains(
  element: HTMLElement,
  domains: readonly PageDomain[],
  ask: (subject: WhatIfSubject) => void,
): void {
  element.hidden = domains.length === 0;
  while (element.children.length > domains.length) element.lastElementChild?.remove();
  domains.forEach(({ kind, label, text, ...rest }, index) => {
    const words = strings.domain(kind, label, verdictOf({ kind, label, text, ...rest }));
    let button = element.children[index] as HTMLButtonElement | undefined;
    if (!button || button.dataset.kind !== kind || button.dataset.label !== label) {
      const fresh = create('button', 'command-button', [createIcon(), create('span')]);
      fresh.type = 'button';
      Object.assign(fresh.dataset, { kind, label });
      fresh.addEventListener('click', () => ask({ kind, label }));
      if (button) button.replaceWith(fresh);
      else element.append(fresh);
      button = fresh;
    }
    setIcon(
      button.firstElementChild as HTMLElement,
      verdictOf({ kind, label, text, ...rest }) ? 'warning' : 'location',
    );
    setText(button.lastElementChild!, words);
    button.title = text;
  });
}
