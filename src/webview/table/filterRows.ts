import type { PageNode } from '../../shared/pageProtocol';
import { strings } from '../strings';
import type { Row } from './columns';

interface Term {
  field?: Field;
  /** Lower case. */
  word: string;
  negated: boolean;
}

/**
 * Rows that match every word: `10.0.0.1 role:master state:failed -host:eu "shard 2"`. A word is looked for in everything that
 * names or describes a node; `field:word` only there; a minus takes out what matches; `slot:5461` is who serves that slot. Case does
 * not count; of a field without a word, as while it is typed, nothing is asked.
 */
export function filterRows<Thing extends Row>(rows: readonly Thing[], text: string): readonly Thing[] {
  const terms = parseFilter(text);
  return terms.length === 0 ? rows : rows.filter(row => terms.every(term => matches(row, term) !== term.negated));
}

type Field = keyof typeof fields;

const fields = {
  name: ({ node }: Row) => [node?.name, node?.address],
  address: ({ node }: Row) => [node?.address],
  id: ({ node }: Row) => [node?.id],
  role: ({ node }: Row) => [node?.role, node && strings.role(node)],
  state: ({ node }: Row) => [node?.state, node?.stateText, node && strings.stateWord[node.state]],
  host: ({ node }: Row) => [node?.hostLabel],
  shard: ({ shard }: Row) => [shard?.name],
  master: (row: Row) => [masterOf(row)],
  version: ({ node }: Row) => [node?.version],
  slot: ({ shard, node }: Row) => [node?.slots ?? shard?.slots],
} satisfies Record<string, (row: Row) => (string | undefined)[]>;

function parseFilter(text: string): Term[] {
  // -field:"two words", -word, "two words": whatever stands between the blanks that are in no quotes.
  return [...text.toLowerCase().matchAll(/(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))?/g)].flatMap(
    ([whole, minus, name, quoted, bare]): Term[] => {
      if (whole === '' || whole === '-') return [];
      const field = name !== undefined && Object.hasOwn(fields, name) ? (name as Field) : undefined;
      const word = quoted ?? bare ?? '';
      if (field) return word === '' ? [] : [{ field, word, negated: minus === '-' }];
      // `redis-0:7000` has a colon of its own.
      return [{ word: name === undefined ? word : `${name}:${word}`, negated: minus === '-' }];
    },
  );
}

function matches(row: Row, { field, word }: Term): boolean {
  switch (field) {
    case 'slot':
      return fields.slot(row).some(ranges => ranges !== undefined && holdsSlot(ranges, word));
    case 'shard':
      // 1 is not 12.
      return /^\d+$/.test(word)
        ? (row.shard?.name.split(' ').includes(word) ?? false)
        : contains(fields.shard(row), word);
    case undefined:
      return everything.some(name => contains(fields[name](row), word));
    default:
      return contains(fields[field](row), word);
  }
}

// Not the master: an address finds its node, not also those that follow it.
const everything: readonly Field[] = ['name', 'role', 'state', 'host', 'shard', 'version'];

function contains(texts: readonly (string | undefined)[], word: string): boolean {
  return texts.some(text => text?.toLowerCase().includes(word));
}

function holdsSlot(ranges: string, word: string): boolean {
  if (!/^\d{1,5}$/.test(word)) return false;
  const slot = Number(word);
  return ranges.split(',').some(range => {
    const [start = NaN, end = start] = range.split('-').map(Number);
    return start <= slot && slot <= end;
  });
}

/** A row of the table of nodes knows its master's address. */
function masterOf(row: Row & { master?: unknown; node?: PageNode }): string | undefined {
  return typeof row.master === 'string' ? row.master : undefined;
}
