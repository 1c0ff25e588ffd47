import assert from 'node:assert/strict';
import { ClusterConnections } from '../../../src/core/connection/clusterConnections';
import { checkConnectOptions } from '../../../src/core/connection/connectOptions';
import type { ConnectOptions } from '../../../src/core/connection/types';

describe('What connects to a cluster', () => {
  const refused: [what: string, options: ConnectOptions, code: string, text: RegExp][] = [
    ['no address', { nodes: [] }, 'noAddress', /no address/],
    ['an address without a port', { nodes: ['10.0.0.1'] }, 'badAddress', /"10\.0\.0\.1"/],
    ['an address twice', { nodes: ['a:1', 'b:1', 'A:1'] }, 'duplicateAddress', /a:1 is there twice/],
    ['a bad announced address', { nodes: ['a:1'], addressMap: { x: 'a:1' } }, 'badAddress', /"x"/],
    ['a bad dialled address', { nodes: ['a:1'], addressMap: { 'a:1': 'y' } }, 'badAddress', /"y"/],
    [
      'a socket behind a jump host',
      { nodes: ['a:1'], addressMap: { 'a:1': '/run/a.sock' }, ssh: { host: 'bastion' } },
      'badSshOptions',
      /a:1 is to be dialled at the unix socket \/run\/a\.sock, to which no jump host leads\. Map it to host:port as bastion/,
    ],
    ...(
      [
        ['run/a.sock', /does not begin with \//],
        ['./a.sock', /does not begin with \//],
        ['a.sock', /does not begin with \//],
        ['unix:/run/a.sock', /does not begin with \//],
        ['~/a.sock', /a home folder must be written out/],
        ['~me/a.sock', /a home folder must be written out/],
        ['C:\\redis\\a.sock', /a path of Windows, where servers have no unix sockets/],
        ['c:/redis/a.sock', /a path of Windows/],
        ['\\\\.\\pipe\\redis', /a path of Windows/],
        ['/run/redis/', /it is a folder/],
        ['/run/a\n.sock', /not one line of text/],
        [`/${'x'.repeat(103)}`, /longer than 103 bytes/],
        [`/${'\u00e9'.repeat(52)}`, /longer than 103 bytes/],
        ['unix:///run/a.sock', /it is a URL/],
      ] as const
    ).map(([path, text]): (typeof refused)[number] => [
      `the socket path ${JSON.stringify(path)}`,
      { nodes: ['a:1'], addressMap: { 'a:1': path } },
      'badAddress',
      text,
    ]),
    ['a socket as a node', { nodes: ['/run/a.sock'] }, 'badAddress', /it has no port/],
    ['a bad address of a label', { nodes: ['a:1'], hosts: { z: 'rack 1' } }, 'badAddress', /"z"/],
    ['a CA that is none', { nodes: ['a:1'], tls: { ca: 'nonsense' } }, 'badTlsOptions', /CA certificate/],
    [
      'a broken CA',
      { nodes: ['a:1'], tls: { ca: '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----' } },
      'badTlsOptions',
      /CA certificate/,
    ],
    [
      'a client certificate that is none',
      { nodes: ['a:1'], tls: { certificate: 'x', key: 'y' } },
      'badTlsOptions',
      /client certificate cannot be read/,
    ],
    [
      'a certificate without key',
      { nodes: ['a:1'], tls: { certificate: 'x' } },
      'badTlsOptions',
      /without its private key/,
    ],
    [
      'a key without certificate',
      { nodes: ['a:1'], tls: { key: 'x' } },
      'badTlsOptions',
      /without its client certificate/,
    ],
    [
      'a jump host with its port in the name',
      { nodes: ['a:1'], ssh: { host: 'bastion:22' } },
      'badSshOptions',
      /jump host bastion:22:22/,
    ],
    ['a jump host at no port', { nodes: ['a:1'], ssh: { host: 'bastion', port: 0 } }, 'badSshOptions', /bastion:0/],
  ];
  for (const [what, options, code, text] of refused) {
    it(`refuses ${what} before anything is dialled`, () => {
      assert.throws(
        () => new ClusterConnections(options),
        (error: Error & { code: string }) => error.code === code && text.test(error.message),
      );
    });
  }

  it('refuses a socket on Windows, where Node would take its path for a pipe', () => {
    const own = Object.getOwnPropertyDescriptor(process, 'platform')!;
    Object.defineProperty(process, 'platform', { ...own, value: 'win32' });
    try {
      const addressMap = { 'a:1': '/run/a.sock' };
      assert.throws(
        () => checkConnectOptions({ nodes: ['a:1'], addressMap }),
        /\/run\/a\.sock, which Windows cannot do/,
      );
    } finally {
      Object.defineProperty(process, 'platform', own);
    }
  });

  it('reads every address in one spelling', () => {
    const checked = checkConnectOptions({
      nodes: [' Host-A:7000', '[FE80::1]:7001'],
      addressMap: { 'HOST-B:7000': 'Gate:1', 'HOST-C:7000': ' /run/Redis/7000 c.sock', 'd:1': `/${'x'.repeat(102)}` },
      hosts: { 'Host-A:7000': 'Rack 1' },
    });
    assert.deepEqual(checked.seeds, ['host-a:7000', '[fe80::1]:7001']);
    assert.deepEqual(
      [...checked.addressMap],
      [
        ['host-b:7000', 'gate:1'],
        ['host-c:7000', '/run/Redis/7000 c.sock'],
        ['d:1', `/${'x'.repeat(102)}`],
      ],
    );
    assert.deepEqual(checked.hosts, { 'host-a:7000': 'Rack 1' });
  });
});
