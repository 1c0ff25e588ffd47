import type { TreeRow } from './elements';

/**
 * The elements to redraw so that `previous` becomes `next`: a row whose own look changed, and a parent whose list of
 * children did. `all` when the top level itself changed.
 */
export function diffRows<Element extends { id: string }>(
  previous: readonly TreeRow<Element>[],
  next: readonly TreeRow<Element>[],
): 'all' | Element[] {
  if (!sameList(previous, next)) return 'all';
  const changed: Element[] = [];
  next.forEach((row, index) => compare(previous[index]!, row, changed));
  return changed;
}

function compare<Element extends { id: string }>(
  previous: TreeRow<Element>,
  next: TreeRow<Element>,
  changed: Element[],
): void {
  if (look(previous) !== look(next)) changed.push(next.element);
  if (!sameList(previous.children, next.children)) {
    if (changed.at(-1) !== next.element) changed.push(next.element);
    return;
  }
  next.children.forEach((child, index) => compare(previous.children[index]!, child, changed));
}

function sameList(one: readonly TreeRow<{ id: string }>[], other: readonly TreeRow<{ id: string }>[]): boolean {
  return one.length === other.length && one.every((row, index) => row.element.id === other[index]!.element.id);
}

function look(row: TreeRow<{ id: string }>): string {
  return JSON.stringify({ ...row, children: undefined });
}
