import assert from 'node:assert/strict';
import type { ConnectionError } from '../../../src/core/connection/connectionError';
import { describeLinkFailure } from '../../../src/core/connection/linkFailure';
import { describeChannelFailure, describeSshFailure } from '../../../src/core/connection/tunnel/sshFailure';

const jumpHost = 'bastion:22';

describe('A jump host that lets nobody in', () => {
  for (const { error, tried, code, words } of [
    { error: { code: 'ECONNREFUSED' }, code: 'jumpHostUnreachable', words: /nothing listens on that port/ },
    { error: { code: 'ENOTFOUND' }, code: 'jumpHostUnreachable', words: /its name is not known/ },
    { error: { code: 'EHOSTUNREACH' }, code: 'jumpHostUnreachable', words: /no way to its network/ },
    { error: { level: 'client-timeout' }, code: 'jumpHostUnreachable', words: /within 20 s/ },
    { error: { level: 'handshake' }, code: 'jumpHostUnreachable', words: /do not understand each other/ },
    { error: {}, code: 'jumpHostUnreachable', words: /failed: it broke\./ },
    ...[{ level: 'client-authentication' }, { level: 'client-timeout' }, {}].map(error => ({
      ...{ error, tried: ['key file'], code: 'jumpHostRefusedLogin' },
      words: /"alice" in \(tried: key file\)/,
    })),
  ].map(each => ({ tried: [] as string[], ...each })))
    it(`says so: ${JSON.stringify(error)}, tried: ${tried.length}`, () => {
      const told = describeSshFailure({
        jumpHost,
        username: 'alice',
        error: Object.assign(new Error('it broke'), error),
        tried,
      });
      assert.equal(told.code, code);
      assert.match(told.message, words);
      assert(told.what.includes(jumpHost) && told.now && told.remedy);
    });

  it('names the agent where that is what failed', () => {
    const error = Object.assign(new Error('All configured authentication methods failed'), {
      level: 'client-authentication',
    });
    const agentFault = new Error('Failed to connect to agent');
    const told = describeSshFailure({ jumpHost, username: 'alice', error, tried: ['SSH agent'], agentFault });
    assert.equal(told.code, 'sshAgentMissing');
  });
});

describe('A node behind a jump host', () => {
  function told(description: string, reason = 2): ConnectionError {
    const met = Object.assign(new Error(`(SSH) Channel open failure: ${description}`), { reason });
    const address = { host: '10.0.0.1', port: 6379 };
    return describeLinkFailure({
      node: '10.0.0.1:6379',
      dialled: '10.0.0.1:6379',
      phase: 'connecting',
      error: describeChannelFailure(jumpHost, address, met),
      timeoutMilliseconds: 2000,
      tls: false,
      jumpHost,
      certificateName: '',
    });
  }

  for (const { description, reason, code } of [
    { description: 'Connection refused', code: 'connectionRefused' },
    { description: 'Connection timed out', code: 'connectTimedOut' },
    { description: 'No route to host', code: 'hostUnreachable' },
    { description: 'unknown host (Name or service not known)', code: 'unknownHost' },
    { description: 'open failed', reason: 1, code: 'forwardingForbidden' },
    { description: 'no more room', reason: 4, code: 'jumpHostCannotReach' },
  ])
    it(`is told from one nearby: ${description}`, () => {
      const error = told(description, reason);
      assert.equal(error.code, code);
      assert.match(error.message, /10\.0\.0\.1:6379.*jump host bastion:22|jump host bastion:22.*10\.0\.0\.1:6379/);
      assert.equal(error.node, '10.0.0.1:6379');
    });
});
