import type { Column } from './columns';

export interface Sort {
  columnId: string;
  descending: boolean;
}

/** A new list. Equal ones keep their order; what has no value comes last, whichever way. */
export function sortRows<Thing>(
  things: readonly Thing[],
  columns: readonly Column<Thing>[],
  sort: Sort | undefined,
): readonly Thing[] {
  const column = columns.find(({ id }) => id === sort?.columnId);
  if (!column || !sort) return things;
  const sign = sort.descending ? -1 : 1;
  return things
    .map(thing => ({ thing, value: column.value(thing) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined)
        return Number(a.value === undefined) - Number(b.value === undefined);
      return sign * compare(a.value, b.value);
    })
    .map(({ thing }) => thing);
}

/** What a click on a heading leads to: figures begin with the highest, words with the first; then the other way, then as it was. */
export function nextSort(sort: Sort | undefined, column: Pick<Column<never>, 'id' | 'numeric'>): Sort | undefined {
  const first = column.numeric === true;
  if (sort?.columnId !== column.id) return { columnId: column.id, descending: first };
  return sort.descending === first ? { columnId: column.id, descending: !first } : undefined;
}

/** `host-2` before `host-10`, the same in every language. */
const collator = new Intl.Collator('en', { numeric: true });

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}
