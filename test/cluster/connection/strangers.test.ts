import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { ConnectionError, ConnectionErrorCode } from '../../../src/core/connection/connectionError';
import type { NodeConnectionOptions } from '../../../src/core/connection/nodeConnection';
import { refusalAt } from '../../support/refusalOf';

// Fakes, for no Redis server speaks like these.
/** For who says nothing: the others get all the time they need. */
const impatient = { connectTimeoutMilliseconds: 300 };

describe('A port that is no Redis server', () => {
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise(resolve => (server ? server.close(resolve) : resolve(undefined)));
    server = undefined;
  });

  async function listen(fake: Server): Promise<string> {
    server = fake;
    fake.on('connection', (socket: Socket) => {
      sockets.add(socket);
      // Whoever dials hangs up as it likes.
      socket.on('error', () => undefined);
    });
    await new Promise<void>(resolve => fake.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(fake.address() as AddressInfo).port}`;
  }

  function dial(address: string, options: NodeConnectionOptions = {}): Promise<ConnectionError> {
    return refusalAt(address, { connectTimeoutMilliseconds: 20_000, ...options });
  }

  const speakers: [what: string, speak: (socket: Socket) => void, code: ConnectionErrorCode, text: RegExp][] = [
    [
      'an SSH server',
      socket => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n'),
      'notRedis',
      /an SSH server .*OpenSSH_9\.2p1/,
    ],
    ['an SMTP server', socket => socket.write('220 mail ESMTP\r\n'), 'notRedis', /"220 mail ESMTP"/],
    ['a POP3 server', socket => socket.write('+OK ready\r\n'), 'notRedis', /"\+OK ready"/],
    ['an echo', socket => socket.pipe(socket), 'notRedis', /something else/],
    ['a server that says nothing', () => undefined, 'timedOut', /said nothing within 300 ms/],
    ['a server that hangs up at once', socket => socket.end(), 'connectionClosed', /closed it at once/],
    ['a server that resets at once', socket => socket.resetAndDestroy(), 'connectionClosed', /closed it at once/],
    [
      'half a reply, then the end',
      socket => socket.once('data', () => socket.end('$100\r\nhalf')),
      'connectionClosed',
      /closed it at once/,
    ],
    [
      'protected mode',
      socket => socket.end('-DENIED Redis is running in protected mode because protected mode is enabled\r\n'),
      'protectedMode',
      /in protected mode/,
    ],
  ];
  for (const [what, speak, code, text] of speakers) {
    for (const password of [undefined, 'top-secret']) {
      it(`is told apart: ${what} is ${code}, ${password ? 'with' : 'without'} a password`, async () => {
        const address = await listen(createServer(speak));
        const error = await dial(address, { ...(password && { password }), ...(code === 'timedOut' && impatient) });
        assert.equal(error.code, code);
        assert.match(error.message, text);
        assert(error.message.startsWith(address), error.message);
        assert(!error.message.includes('top-secret'));
      });
    }
  }

  it('is told apart: an HTTP server is notRedis', async () => {
    const error = await dial(await listen(createHttpServer()));
    assert.equal(error.code, 'notRedis');
    assert.match(error.message, /an HTTP server answered "HTTP\/1\.1 400 Bad Request"/);
  });

  it('is told apart with TLS: an HTTP server does not speak it', async () => {
    assert.equal((await dial(await listen(createHttpServer()), { tls: {} })).code, 'tlsNotSupported');
  });

  it('is told apart with TLS: a silent server may not speak it', async () => {
    const error = await dial(await listen(createServer()), { tls: {}, ...impatient });
    assert.equal(error.code, 'timedOut');
    assert.match(error.message, /did not finish the TLS handshake within 300 ms/);
  });

  it('is reported as garbage when it speaks Redis at first and something else later', async () => {
    const replies = ['+OK\r\n', 'what now?\r\n'];
    const address = await listen(createServer(socket => socket.on('data', () => socket.write(replies.shift() ?? ''))));
    assert.equal((await dial(address)).code, 'unexpectedReply');
  });

  const unreachable: [address: string, code: ConnectionErrorCode][] = [
    ['127.0.0.1:1', 'connectionRefused'],
    ['[::1]:1', 'connectionRefused'],
    ['localhost:1', 'connectionRefused'],
    ['no-such-host.invalid:7000', 'unknownHost'],
  ];
  for (const [address, code] of unreachable) {
    it(`is not there: ${address} is ${code}`, async () => {
      const error = await dial(address);
      assert.equal(error.code, code);
      assert(error.message.startsWith(address), error.message);
    });
  }
});
