import { slotModes, type SlotMode, type Snapshot } from '../../shared/pageProtocol';
import { create, createIcon, setAttribute, setText } from '../dom';
import { figureOfMode, type SlotFigures } from './slotFigures';
import type { SlotModel } from './slotModel';
import { MOST_HUES } from './looks';
import { stillStrings } from '../still/stillStrings';
import { slotStrings } from './slotStrings';

export interface ModesView {
  element: HTMLElement;
  update(mode: SlotMode, figures: SlotFigures, model: SlotModel, snapshot: Snapshot): void;
}

const MOST_REASONS = 4;

/** What the map shows by colour, and what there is to know about it: since when, estimated or not, why not. */
export function createModes(choose: (mode: SlotMode) => void, refresh: () => void): ModesView {
  const buttons = slotModes.map(mode => ({ mode, button: createChoice(mode, () => choose(mode)) }));
  const group = create(
    'div',
    'segmented slot-modes',
    buttons.map(({ button }) => button),
  );
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', slotStrings.modes);
  const words = create('span');
  const again = create('button', 'link', [slotStrings.refresh]);
  again.type = 'button';
  again.addEventListener('click', refresh);
  const line = create('p', 'slot-mode-line', [words, again]);
  const notes = create('ul', 'slot-mode-notes');
  const element = create('div', 'slot-mode', [group, line, notes]);

  return {
    element,
    update(mode, figures, model, snapshot) {
      for (const each of buttons) {
        setAttribute(each.button, 'aria-pressed', String(each.mode === mode));
        // In reach of the keyboard, and so is the reason.
        const isOff = snapshot.still !== undefined && figureOfMode(each.mode) !== undefined;
        setAttribute(each.button, 'aria-disabled', isOff ? 'true' : undefined);
        setAttribute(each.button, 'title', isOff ? stillStrings.measuredNow : slotStrings.modeTitle[each.mode]);
      }
      const by = figureOfMode(mode);
      const isMeasuring = by !== undefined && figures.measuring() === by;
      again.hidden = by === undefined || isMeasuring;
      setText(words, headline(mode, figures, model, snapshot));
      words.classList.toggle('measuring', isMeasuring);
      line.hidden = words.textContent === '' && again.hidden;
      setLines(notes, notesOf(mode, figures, model, snapshot));
    },
  };
}

function createChoice(mode: SlotMode, choose: () => void): HTMLButtonElement {
  const button = create('button', '', [createIcon(icons[mode]), create('span', '', [slotStrings.modeName[mode]])]);
  button.type = 'button';
  button.addEventListener('click', choose);
  return button;
}

const icons: Record<SlotMode, string> = {
  state: 'pulse',
  owner: 'server',
  keys: 'key',
  memory: 'database',
  cpu: 'dashboard',
  network: 'globe',
  migration: 'arrow-swap',
};

function headline(mode: SlotMode, figures: SlotFigures, model: SlotModel, snapshot: Snapshot): string {
  const by = figureOfMode(mode);
  if (by !== undefined) {
    if (figures.measuring() === by) return slotStrings.measuring[by];
    const known = figures.of(by);
    if (figures.failureOf(by) !== undefined || !known || known.levels.known === 0) return '';
    return slotStrings.measured(known.figures, known.levels.total, snapshot.nowMilliseconds);
  }
  if (mode === 'owner' && model.owners.length > MOST_HUES) return slotStrings.manyOwners(model.owners.length);
  if (mode === 'migration' && model.transfers.length === 0 && model.open.size === 0) return slotStrings.still;
  return '';
}

function notesOf(mode: SlotMode, figures: SlotFigures, model: SlotModel, { nodes }: Snapshot): string[] {
  const nameOf = (id: string): string => nodes.find(node => node.id === id)?.address ?? slotStrings.unlisted(id);
  if (mode === 'migration')
    return clip(
      model.transfers.map(({ fromId, toId, done, total }) =>
        slotStrings.transfer(nameOf(fromId), nameOf(toId), done, total),
      ),
    );
  const by = figureOfMode(mode);
  if (by === undefined || figures.measuring() === by) return [];
  const failure = figures.failureOf(by);
  if (failure !== undefined) return [failure];
  const byReason = new Map<string, string[]>();
  for (const { nodeId, reason } of figures.of(by)?.figures.missing ?? [])
    byReason.set(reason, [...(byReason.get(reason) ?? []), nameOf(nodeId)]);
  return clip([...byReason].map(([reason, names]) => slotStrings.missing(names, reason)));
}

function clip(lines: readonly string[]): string[] {
  const shown = lines.slice(0, MOST_REASONS);
  return lines.length > shown.length ? [...shown, slotStrings.more(lines.length - shown.length)] : shown;
}

function setLines(list: HTMLElement, lines: readonly string[]): void {
  list.hidden = lines.length === 0;
  if ([...list.children].map(item => item.textContent).join('\n') === lines.join('\n')) return;
  list.replaceChildren(...lines.map(line => create('li', '', [line])));
}
