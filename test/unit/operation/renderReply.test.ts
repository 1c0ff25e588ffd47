import assert from 'node:assert/strict';
import type { BufferReply } from '../../../src/core/connection/types';
import { renderReply } from '../../../src/core/operation/command/renderReply';
import { groupOutcomes } from '../../../src/core/operation/groupOutcomes';

const text = (value: string): Buffer => Buffer.from(value);

describe('a reply as redis-cli prints it', () => {
  it('shows texts, numbers and nothing', () => {
    const cases: [BufferReply, string][] = [
      [text('OK'), 'OK'],
      [text('a "b"\n'), String.raw`"a \"b\"\n"`],
      [Buffer.from([0, 7, 0xc3, 0xa9, 0x7f]), String.raw`"\x00\a\xc3\xa9\x7f"`],
      [text(''), '""'],
      [3, '(integer) 3'],
      [null, '(nil)'],
      [[], '(empty array)'],
    ];
    for (const [reply, shown] of cases) assert.equal(renderReply(reply), shown);
  });

  it('numbers and indents lists within lists', () => {
    const ten = Array.from({ length: 10 }, (_, index) => index);
    assert.equal(
      renderReply([text('a'), [1, [text('b'), null]], []]),
      '1) "a"\n2) 1) (integer) 1\n   2) 1) "b"\n      2) (nil)\n3) (empty array)',
    );
    assert.match(renderReply(ten), /^ 1\) \(integer\) 0\n 2\)/);
  });

  it('leaves a text for people as it is, without what would move the cursor', () => {
    assert.equal(renderReply(text('# Server\r\na:1\x1b[2J\r\n'), { isText: true }), '# Server\na:1\ufffd[2J');
  });

  it('cuts what is long, and says how much there was', () => {
    const many = renderReply(
      Array.from({ length: 100_000 }, () => text('key')),
      { longest: 100 },
    );
    assert.ok(many.length < 200);
    assert.match(many, /\n\.\.\. and more: 100,000 elements in all$/);
    assert.match(renderReply(Buffer.alloc(5000, 'x'), { longest: 100 }), /^"x{99}\n\.\.\. and more: 4\.9 KB in all$/);
    assert.match(renderReply(Buffer.alloc(5000, 'x'), { longest: 100, isText: true }), /^x{100}\n\.\.\. and more/);
  });
});

describe('answers of many nodes', () => {
  const of = (port: number, state: 'done' | 'refused' | 'silent', said: string) => ({
    node: { id: String(port), address: `127.0.0.1:${port}` },
    state,
    text: said,
  });

  it('are told together where they are equal, most first', () => {
    const groups = groupOutcomes([of(7003, 'refused', 'ERR no'), of(7001, 'done', 'OK'), of(7002, 'done', 'OK')]);
    assert.deepEqual(
      groups.map(({ text: told }) => told),
      ['2 nodes (127.0.0.1:7001 and 127.0.0.1:7002): OK', '127.0.0.1:7003: ERR no'],
    );
  });

  it('are equal refusals where only the address differs, and replies only where every byte is equal', () => {
    const refused = [7001, 7002].map(port => of(port, 'silent', `127.0.0.1:${port} refused the connection.`));
    assert.deepEqual(
      groupOutcomes(refused).map(({ text: told }) => told),
      ['2 nodes (127.0.0.1:7001 and 127.0.0.1:7002): refused the connection.'],
    );
    assert.equal(groupOutcomes([7001, 7002].map(port => of(port, 'done', `127.0.0.1:${port} myself`))).length, 2);
  });
});
