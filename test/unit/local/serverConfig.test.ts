import assert from 'node:assert/strict';
import { checkExtraSettings, writeServerConfig } from '../../../src/core/local/serverConfig';

const SETTINGS = { persistence: true, nodeTimeoutMilliseconds: 2000, extra: {} };

describe('writeServerConfig', () => {
  it('writes what a demo cluster needs: loopback only, a short node timeout, synchronisation without delay', () => {
    assert.deepEqual(writeServerConfig(7000, SETTINGS, undefined).trimEnd().split('\n'), [
      'port 7000',
      'bind 127.0.0.1',
      'protected-mode yes',
      'daemonize no',
      'cluster-enabled yes',
      'cluster-config-file nodes.conf',
      'cluster-node-timeout 2000',
      'repl-diskless-sync yes',
      'repl-diskless-sync-delay 0',
      'save ""',
      'appendonly yes',
    ]);
  });

  it('gives the password to clients and to replication as one word without a character of its own', () => {
    const lines = writeServerConfig(7000, SETTINGS, 'a "\n').split('\n');
    assert.deepEqual(lines.slice(-3), ['requirepass "\\x61\\x20\\x22\\x0a"', 'masterauth "\\x61\\x20\\x22\\x0a"', '']);
  });

  it('puts further settings after its own, so that they win, and writes an empty value as one', () => {
    const extra = { 'cluster-node-timeout': '500', 'client-output-buffer-limit': 'replica 0 0 0', loglevel: '' };
    const lines = writeServerConfig(7000, { ...SETTINGS, persistence: false, extra }, undefined).split('\n');
    assert.deepEqual(lines.slice(-5), [
      'appendonly no',
      'cluster-node-timeout 500',
      'client-output-buffer-limit replica 0 0 0',
      'loglevel ""',
      '',
    ]);
  });
});

describe('checkExtraSettings', () => {
  for (const [name, value, why] of [
    ['requirepass', 'x', /would store a secret/],
    ['MasterAuth', 'x', /would store a secret/],
    ['user', 'bob on >x', /would store a secret/],
    ['bind', '0.0.0.0', /decided by the local servers/],
    ['port', '1', /decided by the local servers/],
    ['dir', '/', /decided by the local servers/],
    ['include', 'x.conf', /decided by the local servers/],
    ['maxmemory', '1mb\nrequirepass x', /value on one line/],
    ['max memory', '1mb', /not the name of a directive/],
  ] as const) {
    it(`refuses ${JSON.stringify(name)} with ${JSON.stringify(value)}`, () => {
      assert.throws(() => checkExtraSettings({ [name]: value }), {
        name: 'LocalServerError',
        code: 'invalidOptions',
        message: why,
      });
    });
  }

  it('accepts any other directive', () => {
    checkExtraSettings({ maxmemory: '100mb', 'cluster-require-full-coverage': 'no' });
  });
});
