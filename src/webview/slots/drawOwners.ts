import { create, setText } from '../dom';
import type { Move } from '../navigate';
import { openMenuOn } from '../openMenu';
import { createOwnerRow, type OwnerRow, type OwnersModel } from './drawOwnerRow';
import type { SlotOwner } from './slotModel';
import { slotStrings } from './slotStrings';

export interface OwnersView {
  element: HTMLElement;
  items: HTMLElement;
  update(given: OwnersModel): void;
  move: (move: Move) => void;
  activeNodeId: () => string | undefined;
  show(nodeId: string, takeFocus: boolean): void;
  openMenu: () => void;
}

/** The same in words: every master with its slots, as a table. One tab stop, arrows between the rows. */
export function createOwners(): OwnersView {
  const figureHead = create('th', 'number');
  figureHead.scope = 'col';
  const head = create('tr', '', [
    createHead(slotStrings.columnMaster),
    createHead(slotStrings.columnCount, 'number'),
    createHead(slotStrings.columnSlots),
    createHead(slotStrings.columnNotes),
    figureHead,
  ]);
  const items = create('tbody');
  const caption = create('caption', 'visually-hidden', [slotStrings.ownersCaption]);
  const table = create('table', 'slot-owners', [caption, create('thead', '', [head]), items]);
  const scroller = create('div', 'slot-owners-scroller', [table]);
  const element = create('section', '', [create('h2', '', [slotStrings.ownersTitle]), scroller]);
  const rows = new Map<string, OwnerRow>();
  let activeId: string | undefined;

  items.addEventListener('focusin', event => {
    const nodeId = (event.target as HTMLElement).dataset.nodeId;
    if (nodeId !== undefined) activate(nodeId);
  });

  return {
    element,
    items,
    update(given) {
      const owners = [...given.model.owners, ...mastersWithoutSlots(given)];
      const hadFocus = items.contains(document.activeElement);
      figureHead.hidden = given.by === undefined;
      if (given.by !== undefined) setText(figureHead, slotStrings.modeName[given.by]);
      const ids = new Set(owners.map(({ node }) => node.id));
      for (const [id, row] of rows) {
        if (ids.has(id)) continue;
        row.element.remove();
        rows.delete(id);
      }
      owners.forEach((owner, index) => {
        const row = rows.get(owner.node.id) ?? createOwnerRow();
        rows.set(owner.node.id, row);
        row.update(owner, index, given);
        if (items.children[index] !== row.element) items.insertBefore(row.element, items.children[index] ?? null);
      });
      const nextId = activeId !== undefined && rows.has(activeId) ? activeId : owners[0]?.node.id;
      if (nextId === undefined) return;
      activate(nextId);
      // A row that was taken out or put elsewhere has lost it.
      if (hadFocus && !items.contains(document.activeElement)) rows.get(nextId)?.button.focus({ preventScroll: true });
    },
    move(move) {
      const ids = [...items.children].map(row => row.querySelector<HTMLElement>('[data-node-id]')?.dataset.nodeId);
      const at = ids.indexOf(activeId);
      const target =
        ids[{ up: at - 1, left: at - 1, down: at + 1, right: at + 1, first: 0, last: ids.length - 1 }[move]];
      if (target !== undefined) rows.get(target)?.button.focus();
    },
    activeNodeId: () => activeId,
    show(nodeId, takeFocus) {
      const row = rows.get(nodeId);
      if (!row) return;
      activate(nodeId);
      if (takeFocus) row.button.focus({ preventScroll: true });
      row.element.scrollIntoView({ block: 'nearest' });
    },
    openMenu() {
      const button = rows.get(activeId ?? '')?.button;
      if (button) openMenuOn(button);
    },
  };

  function activate(nodeId: string): void {
    if (activeId !== undefined && activeId !== nodeId) rows.get(activeId)?.button.setAttribute('tabindex', '-1');
    activeId = nodeId;
    rows.get(nodeId)?.button.setAttribute('tabindex', '0');
  }
}

/** They own nothing yet, and are where slots may go. */
function mastersWithoutSlots({ snapshot, model }: OwnersModel): SlotOwner[] {
  const known = new Set(model.owners.map(({ node }) => node.id));
  return snapshot.nodes
    .filter(({ id, role, formerShardId }) => role === 'master' && formerShardId === undefined && !known.has(id))
    .map(node => ({ node, ranges: [], count: 0 }));
}

function createHead(name: string, className = ''): HTMLElement {
  const cell = create('th', className, [name]);
  cell.scope = 'col';
  return cell;
}
