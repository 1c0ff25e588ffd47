import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitColumns, type Column } from '../../../../src/webview/table/columns';
import { toCsv, toMarkdown } from '../../../../src/webview/table/exportRows';
import { filterRows } from '../../../../src/webview/table/filterRows';
import { nodeColumns, nodeRows } from '../../../../src/webview/table/nodeColumns';
import { presentTable } from '../../../../src/webview/table/presentTable';
import { nextSort, sortRows } from '../../../../src/webview/table/sortRows';
import { visibleRows } from '../../../../src/webview/table/visibleRows';
import { change, failOver, makeSnapshot } from '../../../support/pageSnapshots';

interface Thing {
  word: string;
  figure?: number;
}

const columns: Column<Thing>[] = [
  { id: 'word', title: 'Word', width: 5, rank: 0, text: ({ word }) => word, value: ({ word }) => word },
  {
    id: 'figure',
    title: 'Figure',
    width: 3,
    rank: 1,
    numeric: true,
    text: ({ figure }) => (figure === undefined ? '' : `${figure} B`),
    value: ({ figure }) => figure,
  },
];

describe('table, filter', () => {
  const snapshot = change(failOver(makeSnapshot({ spares: 1 })), {
    7004: { hostLabel: 'Rack B 12', address: 'redis-0.svc:7004' },
  });
  const rows = nodeRows(snapshot);
  const found = (text: string) => filterRows(rows, text).map(({ node }) => Number.parseInt(node.id, 16));

  for (const [text, ports] of [
    ['', [7000, 7001, 7002, 7003, 7004, 7005, 7006]],
    ['   ', [7000, 7001, 7002, 7003, 7004, 7005, 7006]],
    ['127.0.0.1:7001', [7001]],
    ['redis-0.svc:7004', [7004]],
    ['state:failed', [7000]],
    ['STATE:Failed', [7000]],
    ['role:master -state:failed', [7001, 7002, 7003]],
    ['role:spare', [7006]],
    ['host:"rack b 12"', [7004]],
    ['-host:host role:replica', [7004]],
    ['shard:2', [7001, 7004]],
    ['slot:5461', [7003]],
    ['slot:5462', [7001]],
    ['slot:99999', []],
    ['slot:x', []],
    ['master:7001', [7004]],
    ['role:', [7000, 7001, 7002, 7003, 7004, 7005, 7006]],
    ['-', [7000, 7001, 7002, 7003, 7004, 7005, 7006]],
    ['colour:red', []],
    ['constructor:x', []],
    ['(7001', []],
  ] as const)
    it(`finds by ${JSON.stringify(text)} ${ports.length}`, () => assert.deepEqual(found(text), ports));

  it('never fails, whatever is typed, and finds no more than there is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), text => filterRows(rows, text).length <= rows.length));
  });
});

describe('table, sort', () => {
  const things: Thing[] = [
    { word: 'host-10', figure: 2 },
    { word: 'host-2' },
    { word: 'a', figure: 7 },
    { word: 'b', figure: 2 },
  ];
  const words = (columnId: string, descending: boolean) =>
    sortRows(things, columns, { columnId, descending }).map(({ word }) => word);

  it('sorts numbers within words as numbers, keeps equal ones in order, and puts the unknown last either way', () => {
    assert.deepEqual(words('word', false), ['a', 'b', 'host-2', 'host-10']);
    assert.deepEqual(words('figure', false), ['host-10', 'b', 'a', 'host-2']);
    assert.deepEqual(words('figure', true), ['a', 'host-10', 'b', 'host-2']);
    assert.deepEqual(
      words('gone', true),
      things.map(({ word }) => word),
    );
  });

  it('goes from the likelier way to the other and back to none', () => {
    const [word, figure] = columns as [Column<Thing>, Column<Thing>];
    const first = nextSort(undefined, figure);
    assert.deepEqual(first, { columnId: 'figure', descending: true });
    assert.deepEqual(nextSort(first, figure), { columnId: 'figure', descending: false });
    assert.equal(nextSort(nextSort(first, figure), figure), undefined);
    assert.deepEqual(nextSort(first, word), { columnId: 'word', descending: false });
  });
});

describe('table, copies', () => {
  it('quotes as RFC 4180 has it, and lets no text begin as a formula', () => {
    const csv = toCsv(
      [{ word: 'a,"b"\nc', figure: -1 }, { word: '=1+1' }, { word: '@x' }, { word: '＝1' }, { word: '-2+3' }],
      columns,
    );
    assert.equal(csv, `Word,Figure\r\n"a,""b""\nc",-1\r\n'=1+1,\r\n'@x,\r\n'＝1,\r\n'-2+3,\r\n`);
  });

  it('gives back every text that is no formula, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), word => {
        const [, field] = /^Word,Figure\r\n([^]*),\r\n$/.exec(toCsv([{ word }], columns)) ?? [];
        const read = field?.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
        return read === word || read === `'${word}`;
      }),
    );
  });

  it('keeps one line per row in Markdown, and no markup of the cluster', () => {
    const markdown = toMarkdown([{ word: 'a|b\n<img src=x> [l](http://x) `c` \\', figure: 3 }], columns);
    assert.equal(
      markdown,
      '| Word | Figure |\n| --- | ---: |\n| a\\|b \\<img src=x\\> \\[l\\](http://x) \\`c\\` \\\\ | 3 B |\n',
    );
  });
});

describe('table, columns and rows', () => {
  it('shows the columns that matter most for the room there is, in their own order', () => {
    const all = nodeColumns(makeSnapshot());
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), width => {
        const shown = fitColumns(all, width);
        assert.equal(shown[0]?.id, 'name');
        assert.deepEqual(
          shown,
          all.filter(column => shown.includes(column)),
        );
        assert.ok(shown.length === 1 || shown.reduce((sum, column) => sum + column.width, 0) <= width);
        const lowest = Math.max(...shown.map(({ rank }) => rank));
        assert.ok(all.every(column => column.rank > lowest || shown.includes(column)));
      }),
    );
    assert.deepEqual(fitColumns(all, 1000), all);
  });

  it('draws what is in sight and a little more, and never beyond the ends', () => {
    assert.deepEqual(visibleRows(1000, { scrollTop: 0, height: 280, rowHeight: 28 }), { first: 0, end: 22 });
    assert.deepEqual(visibleRows(1000, { scrollTop: 2800, height: 280, rowHeight: 28 }), { first: 88, end: 122 });
    assert.deepEqual(visibleRows(3, { scrollTop: 99999, height: 280, rowHeight: 28 }), { first: 0, end: 3 });
    assert.deepEqual(visibleRows(0, { scrollTop: -5, height: 280, rowHeight: 28 }), { first: 0, end: 0 });
  });

  it('has an address of its own only where names are none, and totals that count keys once', () => {
    const named = change(makeSnapshot(), { 7000: { name: 'seven' } });
    const choice = { kind: 'nodes', filter: '', allColumns: true } as const;
    assert.ok(presentTable(named, choice, 10).columns.some(({ id }) => id === 'address'));
    const { columns: shown, hiddenColumns } = presentTable(makeSnapshot(), choice, 10);
    assert.ok(shown.every(({ id }) => id !== 'address'));
    assert.equal(hiddenColumns, shown.length - 1);
    const doubled = change(makeSnapshot(), { 7003: { keys: 12_345 } });
    const total = presentTable(doubled, choice, 10).columns.find(({ id }) => id === 'keys')?.total;
    assert.equal(total, '39.2k');
  });

  it('copies every column to CSV, and to Markdown those shown', () => {
    const table = presentTable(makeSnapshot(), { kind: 'nodes', filter: 'shard:1', allColumns: false }, 30);
    assert.equal(table.csv().split('\r\n').length, 4);
    assert.ok(table.csv().startsWith('Name,Role,State,Shard,Master,Host,Slots,Slot ranges,Keys,Memory,'));
    assert.ok(table.markdown().split('\n')[0]!.length < 60);
  });
});
