import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cliArguments } from '../../../src/extension/commands/cliArguments';

const definition = { id: 'a', name: 'A', nodes: ['10.0.0.1:7000'] };

describe('cliArguments', () => {
  for (const { what, given = {}, address = '10.0.0.1:7000', expected } of [
    { what: 'an address', expected: ['-c', '-h', '10.0.0.1', '-p', '7000'] },
    { what: 'an IPv6 address', address: '[::1]:7000', expected: ['-c', '-h', '::1', '-p', '7000'] },
    {
      what: 'an address that is dialled elsewhere',
      given: { addressMap: { '10.0.0.1:7000': 'localhost:9000' } },
      expected: ['-c', '-h', 'localhost', '-p', '9000'],
    },
    {
      what: 'the unix socket of a node, where TLS is not spoken',
      given: { username: 'watcher', tls: { caFile: '' }, addressMap: { '10.0.0.1:7000': '/run/a.sock' } },
      expected: ['-s', '/run/a.sock', '--user', 'watcher'],
    },
    {
      what: 'a user',
      given: { username: 'watcher' },
      expected: ['-c', '-h', '10.0.0.1', '-p', '7000', '--user', 'watcher'],
    },
    {
      what: 'TLS alone, with the certificates of the machine',
      given: { tls: { caFile: '' } },
      expected: ['-c', '-h', '10.0.0.1', '-p', '7000', '--tls'],
    },
    {
      what: 'the name that the certificate of this node has',
      given: { tls: { serverName: 'all', serverNames: { '10.0.0.1:7000': 'one' } } },
      expected: ['-c', '-h', '10.0.0.1', '-p', '7000', '--tls', '--sni', 'one'],
    },
    {
      what: 'TLS with all there is, files of the home folder by their whole path',
      given: {
        tls: {
          caFile: '~/ca.pem',
          certificateFile: '/c.pem',
          keyFile: '/k.pem',
          serverName: 'r',
          skipVerification: true,
        },
      },
      expected: [
        ...['-c', '-h', '10.0.0.1', '-p', '7000', '--tls', '--cacert', join(homedir(), 'ca.pem')],
        ...['--cert', '/c.pem', '--key', '/k.pem', '--sni', 'r', '--insecure'],
      ],
    },
  ])
    it(`says ${what}`, () => assert.deepEqual(cliArguments({ ...definition, ...given }, address), expected));
});
