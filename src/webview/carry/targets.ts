import type { DropTarget } from '../../shared/dropRules';
import { setAttribute } from '../dom';
import type { CarryCase } from './carryCase';

/** What lies at a point of the window, if it is something of `items`. */
export function targetAt(items: HTMLElement, x: number, y: number): DropTarget | undefined {
  const hit = document.elementFromPoint(x, y);
  if (!(hit instanceof HTMLElement) || !items.contains(hit)) return undefined;
  const named =
    hit.closest<HTMLElement>('[data-node-id], [data-key]') ??
    hit.closest('tr, [role=row]')?.querySelector<HTMLElement>('[data-node-id]');
  return named ? targetOf(named) : undefined;
}

/** Marks on the items themselves where it may fall and where not, and all that stand for `chosen`. */
export function markTargets(items: HTMLElement, carried: CarryCase | undefined, chosen: string | undefined): void {
  for (const item of items.querySelectorAll<HTMLElement>('[data-node-id], [data-key]')) {
    const target = carried && targetOf(item);
    const judged = target && carried.isPlace(target) ? carried.judge(target) : undefined;
    const drop = judged && 'drop' in judged ? judged.drop : undefined;
    const isCarried = carried?.nodeId !== undefined && carried.nodeId === item.dataset.nodeId;
    setAttribute(item, 'data-carried', isCarried ? '' : undefined);
    setAttribute(item, 'data-drop', judged && (drop ? 'yes' : 'no'));
    setAttribute(item, 'data-drop-chosen', drop && JSON.stringify(drop) === chosen ? '' : undefined);
  }
}

function targetOf({ dataset: { nodeId, key } }: HTMLElement): DropTarget | undefined {
  if (nodeId !== undefined) return { nodeId };
  return key?.startsWith('shard:') ? { shardId: key.slice('shard:'.length) } : undefined;
}
