import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { ConnectionError } from '../../../src/core/connection/connectionError';
import { openNodeConnection } from '../../../src/core/connection/nodeConnection';
import { receiveRdb } from '../../../src/core/connection/receiveRdb';
import { collectGarbage } from '../../support/collectGarbage';
import { OK } from '../../support/fakeCluster/resp';
import { pour, startHostileServer, trickle, type HostileAnswer } from '../../support/hostileServer';
import { eventually } from '../../support/testCluster';

type Answer = (words: readonly string[], socket: Socket) => HostileAnswer;
const bytes =
  (text: string): Answer =>
  () =>
    Buffer.from(text);
const endless =
  (head: string, more: string): Answer =>
  (_, socket) => {
    socket.write(head);
    pour(socket, Buffer.from(more.repeat(Math.ceil(65_536 / more.length))));
    return undefined;
  };

const senseless = /sent something that is not the Redis protocol/;
const tooLarge = /answered CLUSTER NODES with more than 32 MB/;
const unasked = /sent a reply that nobody asked for/;

describe('A server that answers with', () => {
  const cases: [what: string, answer: Answer, code: string, text: RegExp][] = [
    ['the head of an endless list', bytes('*2147483647\r\n'), 'unexpectedReply', tooLarge],
    ['heads of long lists in each other', bytes('*30000000\r\n'.repeat(40)), 'unexpectedReply', tooLarge],
    ['the head of an endless text', bytes('$9999999999\r\nabc'), 'unexpectedReply', tooLarge],
    ['an endless text', endless('$9999999999\r\n', 'a'), 'unexpectedReply', tooLarge],
    ['an endless line', endless('+', 'a'), 'unexpectedReply', tooLarge],
    ['an endless list of nothing', endless('*524000\r\n', '$0\r\n\r\n'), 'unexpectedReply', tooLarge],
    ['lists nested without end', endless('', '*1\r\n'), 'unexpectedReply', /nested more than 128 deep/],
    ['lists nested deep', bytes(`${'*1\r\n'.repeat(3000)}+OK\r\n`), 'unexpectedReply', /nested more than 128 deep/],
    ['replies that nobody asked for', endless('', '+OK\r\n'), 'unexpectedReply', unasked],
    ['nothing that nobody asked for', bytes('+OK\r\n$-1\r\n'), 'unexpectedReply', unasked],
    ['a map of RESP3', bytes('%1\r\n$9\r\n__proto__\r\n+x\r\n'), 'unexpectedReply', senseless],
    ['a push of RESP3', bytes('>1\r\n$-1\r\n+OK\r\n'), 'unexpectedReply', senseless],
    ['HTML', bytes('<html><body>hello</body></html>'), 'unexpectedReply', senseless],
    ['bytes of no meaning', bytes('\x00\xff\xfe\r\n'), 'unexpectedReply', senseless],
    ['a number of letters', bytes(':abc\r\n'), 'unexpectedReply', senseless],
    ['a list of -5', bytes('*-5\r\n'), 'unexpectedReply', senseless],
    [
      'half a reply, then the end',
      (_, socket) => void socket.end('$100\r\nhalf'),
      'connectionClosed',
      /closed the connection/,
    ],
    ['an error of 10 MB', bytes(`-ERR ${'x'.repeat(10_000_000)}\r\n`), 'ERR', /refused CLUSTER NODES: ERR x+…/],
    [
      'one byte now and then',
      (_, socket) => trickle(socket, Buffer.from(`$999\r\n${'a'.repeat(999)}`), 20) as undefined,
      'timedOut',
      /did not answer CLUSTER NODES within 600 ms/,
    ],
  ];
  for (const [what, answer, code, text] of cases) {
    it(`${what} is told what it did, and costs little`, async () => {
      const server = await startHostileServer(answer);
      const connection = openNodeConnection(server.address, {
        connectTimeoutMilliseconds: 20_000,
        commandTimeoutMilliseconds: code === 'timedOut' ? 600 : 20_000,
      });
      try {
        const before = heldBytes();
        const error = await connection.command(['CLUSTER', 'NODES']).then(
          reply => assert.equal(JSON.stringify(reply), '"OK"'),
          (reason: ConnectionError) => reason,
        );
        // What was asked for may have come before what was not: then the connection is gone behind it.
        const told =
          error ?? (await connection.command(['CLUSTER', 'NODES']).catch((reason: ConnectionError) => reason));
        assert.ok(told instanceof Error);
        assert.equal(told.code, code, told.message);
        assert.match(told.message, text);
        assert.ok(told.message.startsWith(server.address) && told.message.length < 1000);
        assert.ok(heldBytes() - before < 64 * 2 ** 20, `${(heldBytes() - before) / 2 ** 20} MB are held`);
        if (code === 'unexpectedReply') await eventually(() => server.connections === 0, { what: 'it was hung up on' });
      } finally {
        connection.close();
        await server.close();
      }
    });
  }

  it('a text of 20 MB to a question about keys is believed', async () => {
    const text = 'v'.repeat(20_000_000);
    const server = await startHostileServer(() => text);
    const connection = openNodeConnection(server.address, { commandTimeoutMilliseconds: 20_000 });
    try {
      assert.equal(((await connection.command(['GET', 'k'])) as string).length, text.length);
      assert.equal(((await connection.command(['CLUSTER', 'NODES'])) as string).length, text.length);
    } finally {
      connection.close();
      await server.close();
    }
  });

  it('an endless line instead of a snapshot is given up', async () => {
    const server = await startHostileServer(([name], socket) => (name === 'SYNC' ? endless('$', '1')([], socket) : OK));
    const [host, port] = server.address.split(':') as [string, string];
    const target = {
      node: server.address,
      dialled: server.address,
      host,
      port: Number(port),
      certificateName: host,
      connectTimeoutMilliseconds: 2000,
    };
    try {
      const write = (): Promise<void> => assert.fail('something was written');
      const signal = AbortSignal.timeout(20_000);
      await assert.rejects(
        receiveRdb(target, write, { signal, version: '7.0.15' }),
        /sent a line of more than 65536 bytes/,
      );
    } finally {
      await server.close();
    }
  });
});

function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
