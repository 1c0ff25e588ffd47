import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BadReply, ReplyGuard } from '../../../src/core/connection/replyGuard';
import type { Reply } from '../../../src/core/connection/types';
import { bulk, encode } from '../../support/fakeCluster/resp';
import { recordings } from '../recordings/recordings';
import { fuzz } from './fuzz';

const replies = Object.values(recordings).flatMap(({ master }) => Object.values(master));
const wire = (reply: Reply): Buffer => Buffer.concat(encode(reply));

describe('What a server sends', () => {
  const cuts = fc.array(fc.nat(400), { minLength: 1, maxLength: 6 });

  fuzz(
    'passes whole, however it is cut',
    fc.tuple(fc.array(fc.constantFrom(...replies), { maxLength: 3 }), cuts),
    ([sent, lengths]) => {
      const guard = new ReplyGuard();
      sent.forEach(() => guard.expect(['CLUSTER', 'NODES']));
      const all = Buffer.concat(sent.map(wire));
      assert.deepEqual(Buffer.concat([...cut(all, lengths)].flatMap(chunk => decodable(guard, chunk))), all);
      // All of them have ended: one more would be one that nobody asked for.
      assert.ok(guard.read(Buffer.from('+OK\r\n')) instanceof BadReply);
    },
  );

  fuzz(
    'is handed on as one text where it is a list that is not to be decoded, however it is cut',
    fc.tuple(fc.array(fc.tuple(fc.constantFrom(...replies), fc.boolean()), { minLength: 1, maxLength: 4 }), cuts),
    ([sent, lengths]) => {
      const guard = new ReplyGuard();
      for (const [, isUndecoded] of sent) {
        if (isUndecoded) guard.keepNextUndecoded();
        guard.expect(['CLUSTER', 'LINKS']);
      }
      const all = Buffer.concat(sent.map(([reply]) => wire(reply)));
      const expected = sent.map(([reply, isUndecoded]) =>
        isUndecoded && Array.isArray(reply) ? Buffer.concat(bulk([wire(reply)]).raw) : wire(reply),
      );
      const passed = [...cut(all, lengths)].flatMap(chunk => decodable(guard, chunk));
      assert.deepEqual(Buffer.concat(passed), Buffer.concat(expected));
    },
  );

  const pieces = fc.constantFrom(
    '*3\r\n',
    '*-1\r\n',
    '$-1\r\n',
    '$3\r\nabc\r\n',
    '+OK\r\n',
    ':1\r\n',
    '-ERR x\r\n',
    '*0\r\n',
    '%1\r\n',
    '>1\r\n',
    '_\r\n',
    '\r',
    '\n',
    '$',
    '*99999999\r\n',
    ':',
    '-',
    'x',
    '\0',
  );
  const noise = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map(all => Buffer.from(all.join(''))),
    fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes)),
  );
  fuzz(
    'is judged alike, however it is cut, and what passes takes no more than it may',
    fc.tuple(noise, cuts, fc.nat(3)),
    ([bytes, lengths, asked]) => {
      const whole = new ReplyGuard();
      const parted = new ReplyGuard();
      for (let left = asked; left > 0; left--) for (const guard of [whole, parted]) guard.expect(['INFO']);
      const verdict = whole.read(bytes);
      const verdicts = [...cut(bytes, lengths)].map(chunk => parted.read(chunk));
      const first = verdicts.find(each => each instanceof BadReply);
      assert.equal(reasonOf(first), reasonOf(verdict));
    },
  );
});

function decodable(guard: ReplyGuard, chunk: Buffer): Buffer[] {
  const passed = guard.read(chunk);
  if (passed instanceof BadReply) throw passed;
  return passed;
}

function reasonOf(verdict: BadReply | readonly Buffer[] | undefined): string | undefined {
  return verdict instanceof BadReply ? verdict.message : undefined;
}

function* cut(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = Math.max(1, lengths[turn % lengths.length]!);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
