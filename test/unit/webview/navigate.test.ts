import assert from 'node:assert/strict';
import { layoutTopology } from '../../../src/webview/layoutTopology';
import { navigate, type Move } from '../../../src/webview/navigate';
import { makeSnapshot, nodeId } from '../../support/pageSnapshots';

const key = (port: number) => `node:${nodeId(port)}`;

describe('navigate', () => {
  // Columns: 7000 over 7003, 7001 over 7004, 7002 over 7005; 7006 in the tray at the right.
  const { boxes } = layoutTopology(makeSnapshot({ spares: 1 }), { width: 1280, groupBy: 'shard' });
  const table: [from: string, move: Move, to: string | undefined][] = [
    ['shard:slot-0', 'down', key(7000)],
    [key(7000), 'down', key(7003)],
    [key(7003), 'down', undefined],
    [key(7003), 'up', key(7000)],
    [key(7000), 'up', 'shard:slot-0'],
    ['shard:slot-0', 'up', undefined],
    [key(7000), 'right', key(7001)],
    [key(7003), 'right', key(7004)],
    [key(7005), 'right', key(7006)],
    [key(7006), 'right', undefined],
    [key(7006), 'left', key(7002)],
    [key(7003), 'left', undefined],
    ['shard:slot-0', 'right', 'shard:slot-5462'],
    [key(7004), 'first', 'shard:slot-0'],
    [key(7004), 'last', key(7006)],
    ['node:gone', 'down', undefined],
  ];
  for (const [from, move, to] of table)
    it(`goes ${move} from ${short(from)} to ${to === undefined ? 'nowhere' : short(to)}`, () => {
      assert.equal(navigate(boxes, from, move), to);
    });

  it('goes on into the next row of shards at the end of a column', () => {
    const narrow = layoutTopology(makeSnapshot(), { width: 320, groupBy: 'shard' }).boxes;
    assert.equal(navigate(narrow, key(7003), 'down'), 'shard:slot-5462');
    assert.equal(navigate(narrow, 'shard:slot-5462', 'up'), key(7003));
  });

  it('goes sideways within one host that has several columns', () => {
    const host = layoutTopology(makeSnapshot({ hosts: 1 }), { width: 1280, groupBy: 'host' }).boxes;
    assert.equal(navigate(host, key(7000), 'right'), key(7001));
    assert.equal(navigate(host, key(7001), 'down'), key(7004));
    assert.equal(navigate(host, key(7004), 'left'), key(7003));
  });

  it('reaches every item from the first by arrows alone', () => {
    for (const groupBy of ['shard', 'host'] as const)
      for (const width of [320, 700, 1280, 2000]) {
        const snapshot = makeSnapshot({ shards: 7, replicas: 2, spares: 11, hosts: 4 });
        const items = layoutTopology(snapshot, { width, groupBy }).boxes.filter(box => box.kind !== 'vacancy');
        const reached = new Set<string>();
        const open = [items[0]?.key ?? ''];
        for (let from = open.pop(); from !== undefined; from = open.pop()) {
          if (reached.has(from)) continue;
          reached.add(from);
          for (const move of ['up', 'down', 'left', 'right'] as const) open.push(navigate(items, from, move) ?? from);
        }
        assert.deepEqual([...reached].sort(), items.map(item => item.key).sort());
      }
  });
});

function short(key: string): string {
  return key.startsWith('node:0') ? String(Number.parseInt(key.slice(5), 16)) : key;
}
