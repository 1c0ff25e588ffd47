import type { Snapshot } from '../../shared/pageProtocol';
import type { WhatIfSubject } from '../../shared/pageWhatIf';
import { create } from '../dom';
import { createGraph } from '../graph';
import { openMenuOn } from '../openMenu';
import type { View, ViewModel } from '../view';
import { whatIfStrings } from '../whatIf/whatIfStrings';
import { createHostBar, type HostForm } from './drawHostBar';
import { createMatrix } from './drawMatrix';
import { createMatrixLegend } from './drawMatrixLegend';
import { buildMatrix, type Matrix } from './matrix';
import { moveInMatrix } from './matrixItems';

/** From so many nodes on the matrix comes first: boxes of that many fill pages. */
const MATRIX_FROM = 201;

/** Hosts as boxes with their nodes in them, or against shards in a matrix; a click on a host asks what its death would cost. */
export function createHosts(actions: { ask: (subject: WhatIfSubject) => void }): View {
  const boxes = createGraph();
  const matrix = createMatrix();
  const bar = createHostBar({
    choose: chosen => {
      form = chosen;
      draw(false);
    },
    ask: subject => {
      const asked = subject ?? currentSubject();
      if (asked) actions.ask(asked);
    },
  });
  const items = create('div', 'host-items', [boxes.element, matrix.element]);
  const legend = createMatrixLegend();
  const element = create('div', 'hosts', [bar.element, items, legend]);

  let model: ViewModel | undefined;
  let built: Matrix | undefined;
  let form: HostForm | undefined;
  let activeKey: string | undefined;

  matrix.items.addEventListener('focusin', event => {
    const key = keyAt(event);
    if (key !== undefined) activate(key);
  });
  items.addEventListener('focusin', () => drawBar());
  items.addEventListener('click', event => askHost(keyAt(event)));
  items.addEventListener('keydown', event => {
    if ((event.key === 'Enter' || event.key === ' ') && !event.ctrlKey && !event.metaKey) askHost(keyAt(event));
  });

  return {
    element,
    items,
    update(given) {
      model = given;
      built = buildMatrix(given.snapshot);
      draw(given.animated);
    },
    move(move) {
      if (shownForm() === 'boxes') return boxes.move(move);
      const key = activeKey === undefined ? undefined : moveInMatrix(matrix.list, activeKey, move);
      if (key !== undefined) focus(key);
    },
    activeNodeId: () =>
      shownForm() === 'boxes'
        ? boxes.activeNodeId()
        : activeKey === undefined
          ? undefined
          : matrix.find(activeKey)?.dataset.nodeId,
    activeSubject: () => currentSubject(),
    show(nodeId, takeFocus) {
      if (shownForm() === 'boxes') return boxes.show(nodeId, takeFocus);
      const cell = matrix.list.map(({ key }) => matrix.find(key)).find(each => each?.dataset.nodeId === nodeId);
      const key = cell?.dataset.key;
      if (!cell || key === undefined) return;
      activate(key);
      if (takeFocus) cell.focus({ preventScroll: true });
      cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    },
    openMenu() {
      if (shownForm() === 'boxes') return boxes.openMenu();
      const target = activeKey === undefined ? undefined : matrix.find(activeKey);
      if (target) openMenuOn(target);
    },
  };

  function draw(animated: boolean): void {
    if (!model || !built) return;
    const shown = shownForm();
    boxes.element.hidden = shown !== 'boxes';
    matrix.element.hidden = shown !== 'matrix';
    legend.hidden = shown !== 'matrix';
    if (shown === 'boxes') boxes.update({ ...model, animated });
    else {
      const hadFocus = matrix.items.contains(document.activeElement);
      matrix.update(built, model, activeKey);
      const keys = matrix.list.map(({ key }) => key);
      if (activeKey === undefined || !keys.includes(activeKey)) {
        if (keys[0] !== undefined) activate(keys[0]);
        if (hadFocus && activeKey !== undefined) matrix.find(activeKey)?.focus({ preventScroll: true });
      }
    }
    drawBar();
  }

  function drawBar(): void {
    if (!model || !built) return;
    bar.update(model.snapshot, built, shownForm(), nameOf(currentSubject(), model.snapshot));
  }

  function shownForm(): HostForm {
    return form ?? ((model?.snapshot.nodes.length ?? 0) >= MATRIX_FROM ? 'matrix' : 'boxes');
  }

  /** What has the tab stop: a host or a node. */
  function currentSubject(): WhatIfSubject | undefined {
    const key = shownForm() === 'boxes' ? boxes.activeKey() : activeKey;
    if (key?.startsWith('host:')) return hostSubject(key.slice(5));
    const nodeId = shownForm() === 'boxes' ? boxes.activeNodeId() : key && matrix.find(key)?.dataset.nodeId;
    return nodeId === undefined || nodeId === '' ? undefined : { kind: 'node', nodeId };
  }

  function askHost(key: string | undefined): void {
    if (key?.startsWith('host:')) actions.ask(hostSubject(key.slice(5)));
  }

  /** The servers may have told that the label is a zone. */
  function hostSubject(label: string): WhatIfSubject {
    return { kind: model?.snapshot.domains.find(domain => domain.label === label)?.kind ?? 'host', label };
  }

  function focus(key: string): void {
    const target = matrix.find(key);
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  function activate(key: string): void {
    if (activeKey !== undefined) matrix.find(activeKey)?.setAttribute('tabindex', '-1');
    activeKey = key;
    matrix.find(key)?.setAttribute('tabindex', '0');
  }
}

function keyAt(event: Event): string | undefined {
  return (event.target as HTMLElement).closest<HTMLElement>('[data-key]')?.dataset.key;
}

function nameOf(subject: WhatIfSubject | undefined, { nodes }: Snapshot): string | undefined {
  if (!subject) return undefined;
  return subject.kind === 'node'
    ? nodes.find(({ id }) => id === subject.nodeId)?.address
    : whatIfStrings.place(subject.kind, subject.label);
}
