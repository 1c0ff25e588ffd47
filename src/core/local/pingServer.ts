import { connect } from 'node:net';

export type PingAnswer =
  | { kind: 'ready' }
  | { kind: 'loading' }
  /** It does not listen, or does not answer in time. */
  | { kind: 'silent' }
  /** It answers, but not as it should: `WRONGPASS`, `NOAUTH`. Only the error's first word, which holds no secret. */
  | { kind: 'refused'; reply: string };

/** Asks the server on 127.0.0.1:port once whether it serves: AUTH when there is a password, then PING. */
export function pingServer(
  port: number,
  password: string | undefined,
  timeoutMilliseconds = 1000,
): Promise<PingAnswer> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1' });
    let received = '';
    const settle = (answer: PingAnswer) => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(answer);
    };
    const deadline = setTimeout(() => settle({ kind: 'silent' }), timeoutMilliseconds);
    socket.once('error', () => settle({ kind: 'silent' }));
    socket.once('close', () => settle({ kind: 'silent' }));
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1');
      const lines = received.split('\r\n').slice(0, -1);
      const refusal = lines.find(line => line.startsWith('-'));
      if (refusal?.startsWith('-LOADING')) settle({ kind: 'loading' });
      else if (refusal) settle({ kind: 'refused', reply: refusal.slice(1).split(' ')[0] ?? '' });
      else if (lines.includes('+PONG')) settle({ kind: 'ready' });
    });
    socket.write((password ? encode('AUTH', password) : '') + encode('PING'));
  });
}

function encode(...words: string[]): string {
  return `*${words.length}\r\n${words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
