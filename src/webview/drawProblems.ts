import type { Snapshot } from '../shared/pageProtocol';
import { create, createIcon, setAttribute, setIcon, setText } from './dom';
import { strings } from './strings';

export interface ProblemsView {
  element: HTMLElement;
  update(snapshot: Snapshot | undefined): void;
  /** Folds the list; false when it was folded already. */
  fold(): boolean;
}

type Problem = Snapshot['problems'][number];
const SHOWN_AT_FIRST = 4;
const NODES_PER_PROBLEM = 6;

/** The strip of problems, worst first. It opens by itself when problems appear and stays as the reader left it. */
export function createProblems(showNode: (nodeId: string) => void): ProblemsView {
  let snapshot: Snapshot | undefined;
  let drawn = '';
  let open = true;
  let all = false;

  const chevron = createIcon();
  const worst = createIcon();
  const summary = create('span', 'problems-summary');
  const first = create('span', 'problems-first clip');
  const toggle = create('button', 'problems-toggle', [chevron, worst, summary, first]);
  const list = create('ul', 'problems-list');
  const more = create('button', 'link');
  const body = create('div', 'problems-body', [list, more]);
  const element = create('section', 'problems', [create('h2', '', [toggle]), body]);
  toggle.type = more.type = 'button';
  body.id = 'problems-body';
  toggle.setAttribute('aria-controls', body.id);
  element.hidden = true;
  toggle.addEventListener('click', () => {
    open = !open;
    draw();
  });
  more.addEventListener('click', () => {
    all = !all;
    draw();
  });

  return {
    element,
    update(given) {
      if (given?.clusterId !== snapshot?.clusterId) [open, all] = [true, false];
      snapshot = given;
      draw();
    },
    fold() {
      const folds = open && !element.hidden && element.contains(document.activeElement);
      if (folds) {
        open = false;
        draw();
        toggle.focus();
      }
      return folds;
    },
  };

  function draw(): void {
    const problems = snapshot?.problems ?? [];
    element.hidden = problems.length === 0;
    const [head] = problems;
    if (!head) return;
    setAttribute(element, 'data-severity', head.severity);
    setAttribute(toggle, 'aria-expanded', String(open));
    setIcon(chevron, open ? 'chevron-down' : 'chevron-right');
    setIcon(worst, head.severity);
    setText(summary, strings.problems(problems));
    setText(first, open ? '' : head.text);
    body.hidden = !open;
    more.hidden = problems.length <= SHOWN_AT_FIRST;
    setText(more, all ? strings.fewerProblems : strings.moreProblems(problems.length - SHOWN_AT_FIRST));
    drawList(all ? problems : problems.slice(0, SHOWN_AT_FIRST));
  }

  /** Drawn anew only when something in it changed, so that the focus on a button outlives a poll. */
  function drawList(problems: readonly Problem[]): void {
    const names = new Map(snapshot?.nodes.map(node => [node.id, node.name]));
    const now = JSON.stringify([problems, problems.map(problem => problem.nodeIds.map(id => names.get(id)))]);
    if (now === drawn) return;
    drawn = now;
    const hadFocus = list.contains(document.activeElement);
    list.replaceChildren(...problems.map(problem => createProblem(problem, names, showNode)));
    if (hadFocus) toggle.focus();
  }
}

function createProblem(
  { severity, text, remedy, nodeIds }: Problem,
  names: ReadonlyMap<string, string>,
  showNode: (nodeId: string) => void,
): HTMLLIElement {
  const known = nodeIds.filter(id => names.has(id));
  const buttons = known.slice(0, NODES_PER_PROBLEM).map(id => {
    const name = names.get(id) ?? id;
    const button = create('button', 'chip', [name]);
    button.type = 'button';
    button.setAttribute('aria-label', strings.showNode(name));
    button.addEventListener('click', () => showNode(id));
    return button;
  });
  const rest = known.length - buttons.length;
  const item = create('li', '', [
    createIcon(severity),
    create('div', 'problem', [
      create('span', 'visually-hidden', [strings.severity[severity], ' ']),
      create('span', 'problem-text', [text]),
      create('span', 'problem-remedy', [remedy]),
      create('span', 'problem-nodes', [...buttons, ...(rest > 0 ? [`+${rest}`] : [])]),
    ]),
  ]);
  item.dataset.severity = severity;
  return item;
}
